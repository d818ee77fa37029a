using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks.Protection;

/// <summary>A model, and what its outputs are judged on.</summary>
/// <param name="Title">Its name in the table.</param>
/// <param name="FindFile">Finds the file, and fetches it at first use.</param>
/// <param name="Samples">As a spec says them; null for speech.</param>
internal sealed record ProtectedModel(string Title, Func<string> FindFile, string? Samples)
{
    public static IReadOnlyList<ProtectedModel> All { get; } =
    [
        new("Silero v4", () => NpmModels.SileroV4, null),
        new("Silero v5", () => NpmModels.SileroV5, null),
        new("Silero v6", () => NpmModels.SileroV6, null),
        new("sample GPT", () => TinyGpt.Model, OutputModel.Quoted(TinyGpt.Validation)),
        new("PP-OCRv4 rec", () => NpmModels.Rec, Random("x: [ 1, 3, 48, 320 ]")),
        new("PP-OCRv4 det", () => NpmModels.Det, Random("x: [ 1, 3, 160, 160 ]")),
        new("PP-OCR cls", () => NpmModels.Cls, Random("x: [ 1, 3, 48, 192 ]")),
        new("log-mel spectrogram", () => NpmModels.MelSpectrogram, Random("input: [ 1, 16000 ]")),
        new("speech embedding", () => NpmModels.SpeechEmbedding, Random("input_1: [ 1, 76, 32, 1 ]")),
        .. NpmModels.WakeWords.Select(path => new ProtectedModel(Path.GetFileNameWithoutExtension(path), () => path, Random(""))),
    ];

    private static string Random(string shapes) => $"{{ random: {{ seed: 1, count: 8, shapes: {{ {shapes} }} }} }}";
}
