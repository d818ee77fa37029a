using System.Text.Json;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Html;

namespace CompressTasks.Core.Tests.Reporting;

public sealed class LayerSearchReportTests
{
    private static readonly CompressionReport _report = SampleReport.Make(passed: true) with
    {
        Runnable = new([new("a", "8 bits per channel, MatMulInteger")], [], 1000)
        {
            Search = new("speed", new("npz", "data/cal.npz", null, 8), TimedOut: true,
                [
                    new("a", "8 bits", "the fastest", false, [new("8 bits", 0.25, 0.5, 3000), new("4 bits", null, -0.125, 3500)]),
                    new("b|<i>", "float32", "slower with integers", true, [new("8 bits", double.PositiveInfinity, null, 3000)]),
                ],
                [new(2, 0.9, 1.5, false), new(1, 0.999, 0.25, true)]),
        },
    };

    [Fact]
    public void JsonHasTheFiguresAndComesBackTheSame()
    {
        var text = JsonReport.Write(_report);
        using var json = JsonDocument.Parse(text);
        var search = json.RootElement.GetProperty("runnable").GetProperty("search");
        search.GetProperty("layers")[0].GetProperty("tried")[0].GetProperty("loss").GetDouble().ShouldBe(0.25);
        search.GetProperty("trials")[0].GetProperty("lost").GetDouble().ShouldBe(1.5);
        JsonReport.Write(JsonReport.ReadCompression(json.RootElement)!).ShouldBe(text);
    }

    [Fact]
    public void MarkdownSaysOfEachLayerWhatItBecameAndWhy()
    {
        var lines = MarkdownReport.Write(_report).Split('\n');
        lines.ShouldContain("Of the models that the forms below make, the fastest that passes the gate on outputs was searched for. What each layer loses alone was measured on "
            + "8 samples of data/cal.npz, as a share of what the gate allows; every model below was judged on the gate's samples. The time that the "
            + "spec allows was over before the search was.");
        lines.ShouldContain("| 1 | 2 | 0.900000 | 150 % | failed |");
        lines.ShouldContain("| 2 | 1 | 0.999000 | 25 % | passed |");
        lines.ShouldContain("| `a` | 8 bits | the fastest | 8 bits | 25 % | 500 µs |");
        lines.ShouldContain("|  |  |  | 4 bits | – | −125 µs |");
        lines.ShouldContain(@"| `b\|<i>` | float32 | slower with integers | 8 bits | ∞ % | – |");
    }

    [Fact]
    public void ThePageSaysTheSame()
    {
        var page = HtmlReport.Write(_report);
        page.ShouldContain("""<h2 id="layers-heading">Search over layers</h2>""");
        page.ShouldContain("""<code>b|&lt;i&gt;</code></th><td>float32</td><td>slower with integers</td>""");
    }

    [Fact]
    public void WhatIsSavedIsBytesWhereSizeIsPreferred()
    {
        var report = _report with { Runnable = _report.Runnable! with { Search = _report.Runnable!.Search! with { Prefer = "size" } } };
        MarkdownReport.Write(report).ShouldContain("| `a` | 8 bits | the fastest | 8 bits | 25 % | 3.0 kB |");
    }
}
