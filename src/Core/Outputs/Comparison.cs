using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;

namespace CompressTasks.Outputs;

/// <summary>What two models give on the same samples, added up.</summary>
internal sealed class Comparison
{
    private readonly int _labelled;
    private readonly LabelStatistics? _original;
    private readonly LabelStatistics? _decoded;

    /// <param name="compared">The outputs.</param>
    /// <param name="logits">Whether their rows are logits.</param>
    public Comparison(ComparedOutputs compared, bool logits)
    {
        Outputs = [.. compared.Names.Select(name => new OutputStatistics(name, logits))];
        if (compared.Labels is not var (labels, output))
            return;
        _labelled = output;
        (_original, _decoded) = (new(labels, compared.Names[output], logits), new(labels, compared.Names[output], logits));
        LabelledOutput = compared.Names[output];
    }

    /// <summary>In the order of the compared outputs.</summary>
    public IReadOnlyList<OutputStatistics> Outputs { get; }

    public string? LabelledOutput { get; }

    /// <summary>All outputs taken together.</summary>
    public OutputStatistics Pooled => OutputStatistics.Pooled(Outputs);

    /// <summary>The figures on labels of both models; null when there are none.</summary>
    public (LabelSummary Original, LabelSummary Decoded)? OnLabels => _original is null ? null : (_original.Summary, _decoded!.Summary);

    /// <summary>Adds what the models gave for a sequence, step by step.</summary>
    public void Add(SampleSequence sequence, IReadOnlyList<IReadOnlyList<TensorValue>> original, IReadOnlyList<IReadOnlyList<TensorValue>> decoded)
    {
        for (var step = 0; step < original.Count; step++)
        {
            for (var i = 0; i < Outputs.Count; i++)
                Outputs[i].Add(original[step][i], decoded[step][i]);
            if (_original is null || sequence.Steps[step].Labels is not { } labels)
                continue;
            var (expected, found) = (original[step][_labelled], decoded[step][_labelled]);
            SampleDiagnostics.Naming(sequence.File, () => _original.Add(expected, labels));
            SampleDiagnostics.Naming(sequence.File, () => _decoded!.Add(found, labels));
        }
    }
}
