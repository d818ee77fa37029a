using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks.Outputs;

/// <summary>A model, and the samples on which it is calibrated and judged.</summary>
/// <param name="Key">Its name on the command line.</param>
/// <param name="Title">Its name on the page.</param>
/// <param name="FindFile">Finds the file, and fetches it at first use.</param>
/// <param name="Weights">The rule's glob.</param>
/// <param name="Calibration">Samples, as a spec says it.</param>
/// <param name="Judgement">Other samples, as a spec says it.</param>
/// <param name="CalibrationNote">What the page says of them.</param>
/// <param name="JudgementNote">What the page says of them.</param>
internal sealed record OutputModel(
    string Key, string Title, Func<string> FindFile, string Weights, string Calibration, string Judgement, string CalibrationNote,
        string JudgementNote)
{
    /// <summary>How many samples <see cref="ManyCalibration"/> has.</summary>
    public const int Many = 1024;

    private const string SileroShapes = "input: [ 1, 576 ], state: [ 2, 1, 128 ]";

    /// <summary>The outputs that count, as a spec says it; null for all.</summary>
    public string? Only { get; init; }

    /// <summary>Many more samples to calibrate on, as a spec says it; null for models whose samples are many vectors for each layer.</summary>
    public string? ManyCalibration { get; private init; }

    /// <summary>The sample has labels, and is the one in the picture.</summary>
    public static OutputModel Sample { get; } = new(
        "sample",
        "sample GPT",
        () => TinyGpt.Model,
        "*.weight",
        Quoted(TinyGpt.Calibration),
        Quoted(TinyGpt.Validation),
        "48 windows of the training text",
        "32 windows of text that was held out");

    /// <summary>All, in the order of the page.</summary>
    public static IReadOnlyList<OutputModel> All { get; } =
    [
        Sample,
        WithRandom("rec", "PP-OCRv4 rec", () => NpmModels.Rec, 16, "x: [ 1, 3, 48, 320 ]"),
        WithRandom("half", "Silero half", () => NpmModels.SileroHalf, 64, SileroShapes) with { ManyCalibration = Random(7, Many, SileroShapes) },
    ];

    /// <summary>A path as YAML has it.</summary>
    public static string Quoted(string path) => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";

    private static OutputModel WithRandom(string key, string title, Func<string> findFile, int count, string shapes) =>
        new(key, title, findFile, "**", Random(7, count, shapes), Random(1, count, shapes), $"`{Random(7, count, shapes)}`",
            "the same with `seed: 1`");

    private static string Random(int seed, int count, string shapes) =>
        FormattableString.Invariant($"{{ random: {{ seed: {seed}, count: {count}, shapes: {{ {shapes} }} }} }}");
}
