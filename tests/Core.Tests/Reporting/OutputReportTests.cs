using System.Text.Json;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;

namespace CompressTasks.Core.Tests.Reporting;

public class OutputReportTests
{
    private static readonly CompressionReport _report = SampleReport.Make(passed: false) with
    {
        Outputs = new(
            new("npz", "data/val`1.npz", new string('c', 64), 32),
            [
                new("logits|x", "float32", 640, 0.9876, 19.5, 0.99, 0.0125, 0.75, 0.001, null, 0),
                new("label", "int64", 10, null, null, null, null, null, null, 0.9, 0),
                new("exact", "float32", 10, 1, double.PositiveInfinity, 1, 0, null, null, null, 0),
                new("broken", "float32", 10, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, null, null, 2),
            ],
            new("pooled", "", 670, double.NaN, double.NaN, double.NaN, double.NaN, 0.75, 0.001, 0.9, 2),
            ["map"],
            [new("head.weight", 0.625, 0.99)]),
    };

    [Fact]
    public void JsonHasTheFiguresAndNullWhereThereIsNoNumber()
    {
        using var json = JsonDocument.Parse(JsonReport.Write(_report));
        var outputs = json.RootElement.GetProperty("outputs");
        outputs.GetProperty("source").GetProperty("kind").GetString().ShouldBe("npz");
        outputs.GetProperty("source").GetProperty("count").GetInt32().ShouldBe(32);
        var first = outputs.GetProperty("outputs")[0];
        new[] { "r2", "snr", "cosine", "maxAbsError", "top1", "kl" }.Select(name => first.GetProperty(name).GetDouble())
            .ShouldBe([0.9876, 19.5, 0.99, 0.0125, 0.75, 0.001]);
        outputs.GetProperty("outputs")[1].GetProperty("r2").ValueKind.ShouldBe(JsonValueKind.Null);
        outputs.GetProperty("outputs")[2].GetProperty("snr").ValueKind.ShouldBe(JsonValueKind.Null);
        outputs.GetProperty("pooled").GetProperty("r2").ValueKind.ShouldBe(JsonValueKind.Null);
        outputs.GetProperty("notCompared")[0].GetString().ShouldBe("map");
        outputs.GetProperty("blame")[0].GetProperty("share").GetDouble().ShouldBe(0.625);
    }

    [Fact]
    public void WithoutOutputsThereIsNoSection()
    {
        using var json = JsonDocument.Parse(JsonReport.Write(SampleReport.Make(passed: true)));
        json.RootElement.GetProperty("outputs").ValueKind.ShouldBe(JsonValueKind.Null);
        MarkdownReport.Write(SampleReport.Make(passed: true)).ShouldNotContain("## Outputs");
    }

    [Fact]
    public void MarkdownShowsEveryOutputAndTheWeightsToBlame()
    {
        var lines = MarkdownReport.Write(_report).Split('\n');
        lines.ShouldContain("Original and restored model on 32 samples of ``data/val`1.npz``. KL is the Kullback–Leibler divergence in nats.");
        lines.ShouldContain("| `logits\\|x` | float32 | 640 | 0.987600 | 19.50 | 0.990000 | 1.25e-2 | 0.7500 | 1e-3 | – |");
        lines.ShouldContain("| `label` | int64 | 10 | – | – | – | – | – | – | 0.9000 |");
        lines.ShouldContain("| `exact` | float32 | 10 | 1.000000 | ∞ | 1.000000 | 0e+0 | – | – | – |");
        lines.ShouldContain("| `broken` | float32 | 10 | unknown | unknown | unknown | unknown | unknown | – | – |");
        lines.ShouldContain("Not compared, being no tensors of numbers or truth values: `map`.");
        lines.ShouldContain("| `head.weight` | 62.5 % | 0.990000 |");
    }

    [Fact]
    public void NumbersAreTheSameInAnyCulture()
    {
        var here = MarkdownReport.Write(_report);
        InGermany.Run(() => MarkdownReport.Write(_report).ShouldBe(here));
    }
}
