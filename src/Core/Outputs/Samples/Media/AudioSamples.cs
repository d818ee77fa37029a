using CompressTasks.Diagnostics;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples.Media;

/// <summary>Sounds as samples: whole files, their windows, or files as sequences of windows.</summary>
internal sealed class AudioSamples : ISampleSource
{
    private readonly AudioSamplesSpec _spec;
    private readonly IReadOnlyList<ModelInput> _given;
    private readonly IReadOnlyList<FeedbackPair> _feedback;
    private readonly MediaInputs _inputs;
    private readonly MediaFiles _files;

    private AudioSamples(AudioSamplesSpec spec, IReadOnlyList<ModelInput> given, IReadOnlyList<FeedbackPair> feedback, MediaInputs inputs,
        MediaFiles files)
    {
        (_spec, _given, _feedback, _inputs, _files) = (spec, given, feedback, inputs, files);
        Summary = new("audio", spec.Pattern, files.Sha256(), spec.Sequence is null ? files.Lengths.Sum(Windows) : files.Paths.Count);
    }

    public SampleSourceSummary Summary { get; }

    public IReadOnlyList<string> Files => _files.Paths;

    /// <param name="spec">Says which files, and how they are cut.</param>
    /// <param name="folder">What paths are relative to.</param>
    /// <param name="inputs">The model's, without those that are fed back.</param>
    /// <param name="feedback">What is fed back.</param>
    /// <exception cref="CompressException">CT1502 to CT1508, CT1541 to CT1545: there are no such sounds, or they do not fit the model.</exception>
    public static AudioSamples Open(AudioSamplesSpec spec, string folder, IReadOnlyList<ModelInput> inputs, IReadOnlyList<FeedbackPair> feedback)
    {
        var chosen = MediaInputs.Resolve(spec, inputs);
        var input = chosen.Input;
        if (input.Shape.Count == 0 || input.Shape.SkipLast(1).Any(length => length > 1))
            throw MediaDiagnostics.WrongSound(input, "sounds come one by one, along the last axis", "write an .npz by SampleWriter", spec.At);
        if (spec.Sequence is not null && spec.Window is null)
            throw MediaDiagnostics.NoWindow(spec.At);
        if (spec.Window is { } window && input.Shape[^1] >= 0 && input.Shape[^1] != (long)window + spec.Context)
            throw MediaDiagnostics.WrongSound(input,
                FormattableString.Invariant($"\"window\" and \"context\" are {(long)window + spec.Context} together"),
                "make them as long as the last axis", spec.At);
        var files = new MediaFiles(spec, folder, path => Load(path, spec.Rate));
        for (var i = 0; i < files.Paths.Count; i++)
        {
            if (files.Lengths[i] == 0)
                throw SampleDiagnostics.Empty(files.Shown(i), input.Name, spec.At);
            if (spec.Window is null && input.Shape[^1] >= 0 && input.Shape[^1] != (long)files.Lengths[i] + spec.Context)
                throw MediaDiagnostics.WrongSound(input, FormattableString.Invariant($"{files.Shown(i)} has {files.Lengths[i]} values"),
                    "say window: N, to cut files", spec.At);
        }

        if (spec.Sequence is not null && files.Lengths.TrueForAll(length => Windows(length, spec) == 1))
            throw MediaDiagnostics.OneStep(spec.Window!.Value, spec.At);
        return new(spec, inputs, feedback, chosen, files);
    }

    public IEnumerable<SampleSequence> Read(Func<int> samplesPerRun)
    {
        for (var file = 0; file < _files.Paths.Count; file++)
        {
            var sound = _files.Read<float[]>(file);
            var windows = Windows(sound.Length);
            if (_spec.Sequence is not null)
            {
                var steps = Enumerable.Range(0, windows).Select(window => new SampleStep(Inputs(sound, window, 1))).ToList();
                yield return new(steps, [.. _feedback.Select(pair => InitialState.Zeros(pair, _spec.Sequence, steps[0].Inputs, _given))], _feedback)
                {
                    File = _files.Shown(file),
                };
                continue;
            }

            var isBatchable = _inputs.IsBatchable && _inputs.Input.Shape.Count > 1 && _inputs.Input.Shape[0] < 0;
            for (var done = 0; done < windows;)
            {
                var count = isBatchable ? Math.Clamp(samplesPerRun(), 1, windows - done) : 1;
                yield return SampleSequence.Of(Inputs(sound, done, count)) with { File = _files.Shown(file) };
                done += count;
            }
        }
    }

    private static float[] Load(string path, int rate)
    {
        var file = WavFile.Read(path);
        return Resampler.Resample(file.Values, file.Rate, rate);
    }

    private int Windows(int length) => Windows(length, _spec);

    /// <summary>How many windows cover a file; the last is filled with zeros.</summary>
    private static int Windows(int length, AudioSamplesSpec spec)
    {
        if (spec.Window is not { } window || length <= window)
            return 1;
        var hop = spec.Hop ?? window;

        // A hop longer than the window may leave the end of a file between two.
        return 1 + (int)Math.Min(((long)length - window + hop - 1) / hop, (length - 1) / hop);
    }

    private IReadOnlyList<TensorValue> Inputs(float[] sound, int first, int count)
    {
        var window = _spec.Window ?? sound.Length;
        var length = checked(_spec.Context + window);
        var values = new double[checked(count * length)];
        for (var i = 0; i < count; i++)
        {
            var start = ((long)(first + i) * (_spec.Hop ?? window)) - _spec.Context;
            for (var k = Math.Max(0, -start); k < length && start + k < sound.Length; k++)
                values[(i * length) + k] = sound[start + k] * _spec.Scale;
        }

        // The first of several axes is the batch.
        var axes = _inputs.Input.Shape.Count;
        IReadOnlyList<long> shape = axes == 1 ? [length] : [count, .. Enumerable.Repeat(1L, axes - 2), length];
        return [new(_inputs.Input.Name, _inputs.Input.Type, shape, TensorElements.Of(_inputs.Input.Type, values)), .. _inputs.Constants];
    }
}
