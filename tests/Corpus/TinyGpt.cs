namespace CompressTasks.Corpus;

/// <summary>The character-level GPT of <c>samples/TinyGpt</c> and its data.</summary>
public static class TinyGpt
{
    /// <summary>Input <c>tokens</c> int64 [batch, time ≤ 128], output <c>logits</c> float [batch, time, 63].</summary>
    public static string Model { get; } = Sample("tiny-gpt.onnx");

    /// <summary>The 63 characters by index.</summary>
    public static string Vocabulary { get; } = Sample("vocabulary.json");

    /// <summary><c>tokens</c> and <c>targets</c>, int64 [32, 128], of text that was held out.</summary>
    public static string Validation { get; } = Sample("validation.npz");

    /// <summary><c>tokens</c>, int64 [48, 128], of the training text.</summary>
    public static string Calibration { get; } = Sample("calibration.npz");

    private static string Sample(string file) => Path.Combine(Repository.Root, "samples", "TinyGpt", file);
}
