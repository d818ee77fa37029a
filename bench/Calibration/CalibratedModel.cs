using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Corpus;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Calibration;

/// <summary>A real model, and real samples to calibrate it on, to hold it by and to judge it by.</summary>
/// <param name="Key">Its name on the command line.</param>
/// <param name="Title">Its name on the page.</param>
/// <param name="FindFile">Finds the file, and fetches it at first use.</param>
/// <param name="Samples">Of each of the three sets.</param>
/// <param name="SamplesNote">What the page says of them.</param>
/// <param name="Write">Writes the sets into files, so many samples into each.</param>
internal sealed record CalibratedModel(
    string Key, string Title, Func<string> FindFile, int Samples, string SamplesNote, Action<IReadOnlyList<string>, int> Write)
{
    private const int ResNetSide = 224;
    private const int IsNetSide = 1024;
    private static readonly string[] _sets = ["calibration", "gate", "judgement"];

    /// <summary>Least R² of every output that is asked for.</summary>
    public IReadOnlyList<double> Targets { get; private init; } = [0.99, 0.999];

    /// <summary>The outputs that count, as a spec says it; null for all.</summary>
    public string? Only { get; private init; }

    /// <summary>All, in the order of the page.</summary>
    public static IReadOnlyList<CalibratedModel> All { get; } =
    [
        new("minilm", "all-MiniLM-L6-v2", () => LargeModels.MiniLM, 64,
            $"texts of 64 word pieces or more, cut to 64, from Debian's `{Texts.Packages}`: no text in two sets", Texts.Write),
        new("resnet18", "ResNet18", () => LargeModels.ResNet18, 64,
            $"squares of 33 photographs of Debian's `{Photographs.Packages}`, at three scales and up to two places: no photograph in two sets",
            (paths, count) =>
            {
                using var preprocessing = new InferenceSession(LargeModels.ResNet18Preprocessing);
                new Photographs(ResNetSide, [1, 1.5, 2.5], pixels => Preprocessed(preprocessing, Planes(pixels, value => value)))
                    .Write(paths, count, "Input247");
            }),
        new("isnet", "ISNet, float16", () => LargeModels.IsNetHalf, 4,
            $"photographs of Debian's `{Photographs.Packages}`, 1024 × 1024 of the middle: no photograph in two sets",
            (paths, count) => new Photographs(IsNetSide, [1], pixels => Planes(pixels, value => (value - 128) / 256)).Write(paths, count, "input"))
        {
            Only = "output",
            Targets = [0.99],
        },
    ];

    /// <summary>Writes the samples.</summary>
    /// <returns>The model with its gate's samples, and with those that it is judged by, which no search has seen.</returns>
    public (OutputModel OnGate, OutputModel OnJudgement) Prepare(string folder)
    {
        string[] paths = [.. _sets.Select(set => Path.Combine(folder, $"{Key}.{set}.npz"))];
        Write(paths, Samples);
        var onGate = new OutputModel(Key, Title, FindFile, "**", OutputModel.Quoted(paths[0]), OutputModel.Quoted(paths[1]), SamplesNote, SamplesNote)
        {
            Only = Only,
        };
        return (onGate, onGate with { Judgement = OutputModel.Quoted(paths[2]) });
    }

    private static float[] Preprocessed(InferenceSession session, float[] planes)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(planes, [1, 3, ResNetSide, ResNetSide]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [session.InputNames[0]], [input], [session.OutputNames[0]]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Red, then green, then blue.</summary>
    private static float[] Planes(byte[] pixels, Func<float, float> scale)
    {
        var plane = pixels.Length / 3;
        var planes = new float[pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
            planes[(i % 3 * plane) + (i / 3)] = scale(pixels[i]);
        return planes;
    }
}
