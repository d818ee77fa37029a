using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples;

/// <summary>Opens what a spec names as samples.</summary>
internal static class SampleSources
{
    /// <param name="samples">From the spec.</param>
    /// <param name="folder">What paths are relative to.</param>
    /// <param name="inputs">What the model wants.</param>
    /// <param name="outputs">What the model gives.</param>
    /// <param name="model">The model, for the ranges of its indices.</param>
    /// <param name="labels">What of the samples is no input.</param>
    /// <exception cref="CompressException">CT1502 to CT1518: there are no such samples, or they do not fit the model.</exception>
    public static ISampleSource Open(SamplesSpec samples, string folder, IReadOnlyList<ModelInput> inputs, IReadOnlyList<ModelInput> outputs, OnnxModel model,
        LabelsSpec? labels = null)
    {
        if (inputs.FirstOrDefault(input => !input.Type.IsFloatingPoint() && !input.Type.IsWholeNumber()) is { } other)
            throw SampleDiagnostics.InputNotSupported(other, samples.At);
        var feedback = FeedbackPairs.Resolve(samples.Sequence, inputs, outputs);
        if (samples.Sequence is { } sequence)
            InitialState.Check(sequence, feedback);
        IReadOnlyList<ModelInput> given = [.. inputs.ExceptBy(feedback.Select(pair => pair.Input.Name), input => input.Name)];
        var isNpz = samples is FileSamplesSpec { Pattern: var pattern } && pattern.EndsWith(".npz", StringComparison.OrdinalIgnoreCase);
        if (labels is not null && !isNpz)
            throw LabelDiagnostics.OnlyNpz(labels.At);
        var states = StatefulModel.Find(inputs, outputs);
        return samples switch
        {
            RandomSamplesSpec random => RandomSamples.Create(random, given, model, feedback),
            FileSamplesSpec { Sequence: not null } file when !isNpz => throw SequenceDiagnostics.OnlyNpz(file.At),
            FileSamplesSpec { Sequence: not null } file => NpzSequences.Open(file, folder, given, feedback, labels, states),
            FileSamplesSpec file when isNpz => NpzSamples.Open(file, folder, inputs, labels, states),
            FileSamplesSpec file => ProtobufSamples.Open(file, folder, inputs),
            _ => throw new ArgumentOutOfRangeException(nameof(samples)),
        };
    }
}
