namespace CompressTasks.Outputs.Sequences;

/// <summary>Runs that follow each other. A sample that is no sequence is one of a single run.</summary>
/// <param name="Steps">One for each run; at least one.</param>
/// <param name="Initial">What the first run gets for the inputs that are fed back, in the order of the pairs.</param>
/// <param name="Feedback">What the later runs get there.</param>
internal sealed record SampleSequence(IReadOnlyList<SampleStep> Steps, IReadOnlyList<TensorValue> Initial, IReadOnlyList<FeedbackPair> Feedback)
{
    /// <summary>The file that it is from, where there are several; null otherwise.</summary>
    public string? File { get; init; }

    /// <summary>A run of its own.</summary>
    public static SampleSequence Of(IReadOnlyList<TensorValue> inputs, TensorValue? labels = null) => new([new(inputs, labels)], [], []);

    /// <summary>Bytes of its tensors.</summary>
    public long Bytes => Steps.SelectMany(step => step.Inputs).Concat(Initial).Sum(tensor => tensor.Bytes.LongLength);
}

/// <summary>What the samples have for one run.</summary>
/// <param name="Inputs">Without those that are fed back.</param>
/// <param name="Labels">What an output ought to be, in the order of its values; null when the samples do not say.</param>
internal sealed record SampleStep(IReadOnlyList<TensorValue> Inputs, TensorValue? Labels = null);

/// <summary>An output that becomes an input.</summary>
/// <param name="Input">The input.</param>
/// <param name="Output">The name of the output.</param>
internal sealed record FeedbackPair(ModelInput Input, string Output);
