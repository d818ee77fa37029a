using System.Text.Json;
using CompressTasks.Compression;
using CompressTasks.Corpus;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>The sample model, compressed once for all tests that look at the result.</summary>
public sealed class TinyGptRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TinyGptRun()
    {
        Outcome = SpecRun.Compress(_folder, Spec("artifacts"), threads: 2);
        SpecRun.Restore(Outcome.ArtifactPath, RestoredPath);
        Original = PlainWeights.Read(TinyGpt.Model);
        Restored = PlainWeights.Read(RestoredPath);
        Json = JsonDocument.Parse(File.ReadAllBytes(Outcome.ReportPaths[0]));
    }

    public CompressionOutcome Outcome { get; }

    public JsonDocument Json { get; }

    public string RestoredPath => _folder["restored.onnx"];

    public IReadOnlyDictionary<string, double[]> Original { get; }

    public IReadOnlyDictionary<string, double[]> Restored { get; }

    /// <summary>The same spec once more, with another number of threads, into another folder.</summary>
    internal CompressionOutcome Again(int threads) => SpecRun.Compress(_folder, Spec("again"), threads);

    public void Dispose()
    {
        Json.Dispose();
        _folder.Dispose();
    }

    private static string Spec(string output) =>
        $$"""
        models: [ {{SpecRun.Quote(TinyGpt.Model)}} ]
        {{SampleStacks.Yaml("paper58", "tower", "closed", "quantized", "haar", "dct")}}
        rules:
          - weights: blocks.0.attn.c_proj.weight
            stack: paper58
          - weights: blocks.1.attn.c_proj.weight
            stack: tower
          - weights: "blocks.*.attn.c_proj.weight"
            stack: closed
          - weights: wte.weight
            stack: haar
          - weights: head.weight
            stack: dct
          - weights: "blocks.*.bias"
            stack: [ lossless ]
          - weights: "*.weight"
            stack: quantized
        gate: { r2: 0.5, weightR2: 0.999, ratio: 2, maxBytes: 100 }
        output: {{output}}
        """;
}
