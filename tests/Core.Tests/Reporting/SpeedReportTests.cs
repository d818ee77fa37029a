using System.Text.Json;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Html;

namespace CompressTasks.Core.Tests.Reporting;

public sealed class SpeedReportTests
{
    private static readonly CompressionReport _report = SampleReport.Make(passed: true) with
    {
        Speed = new(new("npz", "data/val.npz", null, 8), 8, [new("x", [4, 16]), new("sr", [])], 1, 21, 1.5, 1.25, 1.75,
            new(3, 40) { LoadedBytes = 2_000_000, PeakBytes = 3_000_000 },
            new(2, 0.5) { LoadedBytes = 1_000_000, PeakBytes = 2_500_000 },
            [new("MatMul", 2.5, 0.25), new("Quantize|Linear", 0, 1.5)]),
    };

    [Fact]
    public void JsonHasTheFiguresAndComesBackTheSame()
    {
        var text = JsonReport.Write(_report);
        using var json = JsonDocument.Parse(text);
        var speed = json.RootElement.GetProperty("speed");
        speed.GetProperty("ratio").GetDouble().ShouldBe(1.5);
        speed.GetProperty("restored").GetProperty("peakBytes").GetInt64().ShouldBe(2_500_000);
        speed.GetProperty("operators")[1].GetProperty("restoredMilliseconds").GetDouble().ShouldBe(1.5);
        speed.TryGetProperty("failure", out _).ShouldBeFalse();
        JsonReport.Write(JsonReport.ReadCompression(json.RootElement)!).ShouldBe(text);
    }

    [Fact]
    public void MarkdownHasTimesMemoryAndOperators()
    {
        var lines = MarkdownReport.Write(_report).Split('\n');
        lines.ShouldContain("Median of 21 pairs of runs, in turns in one process; half of them between 1.25 and 1.75. 1 thread, "
            + "8 inputs of data/val.npz, the first with x 4×16, sr a scalar.");
        lines.ShouldContain("| a run | 3.00 ms | 2.00 ms |");
        lines.ShouldContain("| to load | 40.0 ms | 500 µs |");
        lines.ShouldContain("| memory when loaded | 2.00 MB | 1.00 MB |");
        lines.ShouldContain("| memory at most | 3.00 MB | 2.50 MB |");
        lines.ShouldContain("| MatMul | 2.50 ms | 250 µs |");
        lines.ShouldContain(@"| Quantize\|Linear | – | 1.50 ms |");
        lines.ShouldContain("| times as fast | 1.50 | 3.00 ms → 2.00 ms a run |");
    }

    /// <summary>2.5 ms before are all of 1000; 1.75 ms after are .25 + 1.5, 100 and 600 of it.</summary>
    [Fact]
    public void ThePageDrawsBothModelsToOneScale()
    {
        var page = HtmlReport.Write(_report);
        page.ShouldContain("""<h2 id="speed-heading">Speed</h2>""");
        page.ShouldContain("""<rect class="s0" x="0" width="1000" height="28">""");
        page.ShouldContain("""<rect class="s0" x="0" width="100" height="28">""");
        page.ShouldContain("""<rect class="s1" x="100" width="600" height="28">""");
    }

    [Fact]
    public void WhatNobodyKnowsIsNoFigure()
    {
        var unknown = new ModelSpeedSummary(double.NaN, double.NaN);
        var report = _report with
        {
            Speed = _report.Speed! with { Failure = "it <i>failed</i>", Ratio = double.NaN, Restored = unknown, Operators = [] },
        };
        MarkdownReport.Write(report).ShouldContain("| times as fast | unknown |  |");
        HtmlReport.Write(report).ShouldContain("<p>it &lt;i&gt;failed&lt;/i&gt;</p>");
        JsonReport.Write(report).ShouldContain("\"ratio\": null");
    }

    [Fact]
    public void WithoutAMeasurementNoReportSaysAnythingOfIt()
    {
        var report = SampleReport.Make(passed: true);
        JsonReport.Write(report).ShouldNotContain("\"speed\"");
        MarkdownReport.Write(report).ShouldNotContain("## Speed");
    }
}
