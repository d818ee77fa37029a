using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>A model of the corpus.</summary>
/// <param name="Key">Its name on the command line.</param>
/// <param name="Title">Its name on the page.</param>
/// <param name="FindFile">Finds the file, and fetches it at first use.</param>
internal sealed record CorpusModel(string Key, string Title, Func<string> FindFile)
{
    public static CorpusModel Sample { get; } = new("sample", "sample GPT", () => TinyGpt.Model);

    public static CorpusModel Rec { get; } = new("rec", "PP-OCRv4 rec", () => NpmModels.Rec);

    /// <summary>All, in the order of the page.</summary>
    public static IReadOnlyList<CorpusModel> All { get; } =
    [
        Sample,
        Rec,
        new("det", "PP-OCRv4 det", () => NpmModels.Det),
        new("cls", "PP-OCR cls", () => NpmModels.Cls),
        new("silero", "Silero VAD", () => NpmModels.Silero),
        new("op15", "Silero op15", () => NpmModels.SileroOp15),
        new("op18", "Silero op18", () => NpmModels.SileroOp18),
        new("half", "Silero half", () => NpmModels.SileroHalf),
    ];
}
