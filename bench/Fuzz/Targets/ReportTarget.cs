using System.Text;
using System.Text.Json;
using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Comparison;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Reports that are given to <c>compare</c>: read, compared with a good one, and the comparison written.</summary>
internal sealed class ReportTarget : IFuzzTarget
{
    private readonly TextMutator _texts;
    private readonly byte[] _report;
    private readonly ComparisonSide _good;

    public ReportTarget()
    {
        _report = MakeReport();
        _good = ComparisonSide.OfReport("good.json", ComparisonReader.ReadReport("good.json", _report));
        using var json = JsonDocument.Parse(_report);
        _texts = new TextMutator([.. Names(json.RootElement).Distinct()]);
    }

    public string Name => "report";

    public IReadOnlyList<byte[]> Seeds() => [_report];

    public void Mutate(InputBuffer input, FuzzRandom random) => _texts.Mutate(input, random);

    public void Read(ReadOnlyMemory<byte> input)
    {
        var side = ComparisonSide.OfReport("r.json", ComparisonReader.ReadReport("r.json", input.Span));
        foreach (var (baseline, candidate) in new[] { (_good, side), (side, _good) })
        {
            var comparison = Comparer.Compare(baseline, candidate, ComparisonTolerance.Default);
            _ = (JsonReport.Write(comparison), MarkdownComparison.Write(comparison), comparison.Worse ? ComparisonDiagnostics.Worse(comparison)
                : null);
        }
    }

    public bool Refuses(Exception error) => error is CompressException;

    public long Asked(ReadOnlyMemory<byte> input) => input.Length;

    public void Dispose()
    {
    }

    private static byte[] MakeReport()
    {
        using var folder = new TemporaryFolder("seeds");
        File.WriteAllBytes(Path.Combine(folder.FullName, "m.onnx"), SeedModels.All[0]);
        const string yaml = """
            models: [ m.onnx ]
            rules: [ { weights: "**", minElements: 8, stack: [ recursive: { pca: { variance: 0.95 } }, residual: { r2: 0.9 } ] } ]
            gate: { r2: 0.5, ratio: 100 }
            """;
        var spec = CompressionSpec.Parse(yaml, Path.Combine(folder.FullName, "compress.yml"));
        var outcome = Compressor.Run(spec, new CompressionOptions { Probe = false, Threads = 1 }, null, CancellationToken.None).Single();
        return Encoding.UTF8.GetBytes(JsonReport.Write(outcome.Report));
    }

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Names(property.Value).Prepend($"\"{property.Name}\":")),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };
}
