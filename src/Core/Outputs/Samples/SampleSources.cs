using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs.Samples.Media;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples;

/// <summary>Opens what a spec names as samples.</summary>
internal static class SampleSources
{
    /// <summary>The files that samples are read from, without a look into them; full paths.</summary>
    /// <param name="samples">From the spec.</param>
    /// <param name="folder">What paths are relative to.</param>
    /// <exception cref="CompressException">CT1502, CT1503: a folder is not there or cannot be searched.</exception>
    public static IReadOnlyList<string> Files(SamplesSpec samples, string folder) => samples switch
    {
        FileSamplesSpec file when NpzFiles.IsMeant(file, folder) => new FileGlob(file.Pattern, folder).Match(),
        FileSamplesSpec { IsNpz: true } file => [Path.GetFullPath(file.Pattern, folder)],
        FileSamplesSpec file => [.. ProtobufSamples.Find(file, folder).Order(StringComparer.Ordinal)],
        MediaSamplesSpec media when File.Exists(Path.GetFullPath(media.Pattern, folder)) => [Path.GetFullPath(media.Pattern, folder)],
        MediaSamplesSpec media => new FileGlob(media.Pattern, folder).Match(),
        RandomSamplesSpec => [],
        _ => throw new ArgumentOutOfRangeException(nameof(samples)),
    };

    /// <param name="samples">From the spec.</param>
    /// <param name="folder">What paths are relative to.</param>
    /// <param name="inputs">What the model wants.</param>
    /// <param name="outputs">What the model gives.</param>
    /// <param name="model">The model, for the ranges of its indices.</param>
    /// <param name="labels">What of the samples is no input.</param>
    /// <exception cref="CompressException">CT1502 to CT1545: there are no such samples, or they do not fit the model.</exception>
    public static ISampleSource Open(SamplesSpec samples, string folder, IReadOnlyList<ModelInput> inputs, IReadOnlyList<ModelInput> outputs, OnnxModel model,
        LabelsSpec? labels = null)
    {
        if (inputs.FirstOrDefault(input => !input.Type.IsFloatingPoint() && !input.Type.IsWholeNumber()) is { } other)
            throw SampleDiagnostics.InputNotSupported(other, samples.At);
        var feedback = FeedbackPairs.Resolve(samples.Sequence, inputs, outputs);
        if (samples.Sequence is { } sequence)
            InitialState.Check(sequence, feedback);
        IReadOnlyList<ModelInput> given = [.. inputs.ExceptBy(feedback.Select(pair => pair.Input.Name), input => input.Name)];
        if (labels is not null && samples is not FileSamplesSpec { IsNpz: true })
            throw LabelDiagnostics.OnlyNpz(labels.At);
        var states = StatefulModel.Find(inputs, outputs);
        return samples switch
        {
            ImageSamplesSpec images => ImageSamples.Open(images, folder, given, ImageDecoding.Decoder),
            AudioSamplesSpec audio => AudioSamples.Open(audio, folder, given, feedback),
            RandomSamplesSpec random => RandomSamples.Create(random, given, model, feedback, outputs),
            FileSamplesSpec { Sequence: not null, IsNpz: false } file => throw SequenceDiagnostics.OnlyNpz(file.At),
            FileSamplesSpec file when NpzFiles.IsMeant(file, folder) => OpenSeveral(file),
            FileSamplesSpec { IsNpz: true } file => OpenOne(file),
            FileSamplesSpec file => ProtobufSamples.Open(file, folder, inputs),
            _ => throw new ArgumentOutOfRangeException(nameof(samples)),
        };

        NpzFiles OpenSeveral(FileSamplesSpec file)
        {
            var files = NpzFiles.Open(file, folder, OpenNpz);
            files.RequireSteps(file);
            return files;
        }

        ISampleSource OpenOne(FileSamplesSpec file)
        {
            var source = OpenNpz(file);
            NpzSequences.RequireSteps([source], file);
            return source;
        }

        ISampleSource OpenNpz(FileSamplesSpec file) => file.Sequence is null
            ? NpzSamples.Open(file, folder, inputs, labels, states) : NpzSequences.Open(file, folder, given, feedback, labels, states);
    }
}
