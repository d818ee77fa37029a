using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;

namespace CompressTasks.Outputs.Samples;

/// <summary>Samples that a search measures on: one NaN among them would make everything that is measured one.</summary>
/// <param name="samples">The samples.</param>
/// <param name="at">Where the spec names them.</param>
internal sealed class CheckedSamples(ISampleSource samples, SourceLocation at) : ISampleSource
{
    public SampleSourceSummary Summary => samples.Summary;

    public IReadOnlyList<string> Files => samples.Files;

    public SourceLocation? At => at;

    /// <exception cref="CompressException">CT4033: an input has NaN.</exception>
    public IEnumerable<SampleSequence> Read(Func<int> samplesPerRun)
    {
        var sample = 0L;
        foreach (var sequence in samples.Read(samplesPerRun))
        {
            sample++;
            if (InputWithNaN(sequence) is { } input)
                throw SampleDiagnostics.NoNumber($"the input \"{input.Name}\" has NaN", sample, sequence.File ?? samples.Summary.Path, at);
            yield return sequence;
        }
    }

    /// <summary>Looks at what the original computes on them.</summary>
    /// <param name="sequence">The samples.</param>
    /// <param name="outputs">For every step.</param>
    /// <param name="sample">Which it is, from 1.</param>
    /// <param name="at">Where the spec names them.</param>
    /// <param name="model">The original.</param>
    /// <exception cref="CompressException">CT4033: an output has NaN.</exception>
    public static void RequireNumbers(SampleSequence sequence, IReadOnlyList<IReadOnlyList<TensorValue>> outputs, long sample, SourceLocation at,
        OnnxModel model)
    {
        if (OutputWithNaN(outputs) is { } output)
            throw SampleDiagnostics.NoNumber(output, NotNumbers.FirstWeight(model), sample, sequence.File, at);
    }

    /// <summary>The first input that has NaN, and where, in words; null when none has.</summary>
    public static string? FindNaN(ISampleSource samples)
    {
        var found = samples.Read(() => 1).Select((sequence, index) => (Sequence: sequence, Index: index, Input: InputWithNaN(sequence)))
            .FirstOrDefault(sample => sample.Input is not null);
        if (found.Input is null)
            return null;
        var file = found.Sequence.File ?? samples.Summary.Path;
        return FormattableString.Invariant($"the input \"{found.Input.Name}\" in sample {found.Index + 1}{(file is null ? "" : $" of \"{file}\"")}");
    }

    /// <summary>The first of the outputs that has NaN; null when none has.</summary>
    public static TensorValue? OutputWithNaN(IReadOnlyList<IReadOnlyList<TensorValue>> outputs) =>
        outputs.SelectMany(step => step).FirstOrDefault(HasNaN);

    /// <summary>The first of the inputs that has NaN; null when none has.</summary>
    public static TensorValue? InputWithNaN(SampleSequence sequence) =>
        sequence.Steps.SelectMany(step => step.Inputs).Concat(sequence.Initial).FirstOrDefault(HasNaN);

    private static bool HasNaN(TensorValue tensor) => tensor.Type.IsFloatingPoint() && tensor.Values().Any(double.IsNaN);
}
