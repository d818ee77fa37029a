using System.Text.Json;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Html;

namespace CompressTasks.Core.Tests.Reporting;

public sealed class MetricReportTests
{
    private static readonly CompressionReport _report = SampleReport.Make(passed: true) with
    {
        Gate = new(false,
        [
            new("metrics.wer.atMost", 0.05, 0.0512, false), new("metrics.wer.increase", 0.01, 0.0002, true),
            new("metrics.a|<b>.atLeast", 1e-7, double.NaN, false),
        ]),
        Metrics =
        [
            new("wer", "python eval.py {model}", 0.0512, 0.051, false,
                [new("atMost", 0.05, 0.0512, false), new("increase", 0.01, 0.0002, true)], null, null),
            new("a|<b>", "x | y", double.NaN, null, false, [new("atLeast", 1e-7, double.NaN, false)],
                "it <i>failed</i>", "```\n</code><script>\nno GPU"),
        ],
        Diagnostics =
        [
            new("CT4021", "error", "m: the metric \"wer\" is 0.0512", "compress.yml", 9, 15),
            new("CT1533", "error", "m: it <i>failed</i>.", "compress.yml", 12, 7),
        ],
    };

    [Fact]
    public void JsonHasTheFiguresAndComesBackTheSame()
    {
        var text = JsonReport.Write(_report);
        using var json = JsonDocument.Parse(text);
        var metrics = json.RootElement.GetProperty("metrics");
        metrics[0].GetProperty("value").GetDouble().ShouldBe(0.0512);
        metrics[0].GetProperty("original").GetDouble().ShouldBe(0.051);
        metrics[0].GetProperty("thresholds")[1].GetProperty("kind").GetString().ShouldBe("increase");
        metrics[1].GetProperty("value").ValueKind.ShouldBe(JsonValueKind.Null);
        metrics[1].GetProperty("error").GetString().ShouldBe("it <i>failed</i>");
        JsonReport.Write(JsonReport.ReadCompression(json.RootElement)!).ShouldBe(text);
    }

    [Fact]
    public void WithoutMetricsNoReportSaysAnythingOfThem()
    {
        var report = SampleReport.Make(passed: true);
        foreach (var text in new[] { JsonReport.Write(report), MarkdownReport.Write(report), HtmlReport.Write(report) })
            text.ShouldNotContain("metrics", Case.Insensitive);
    }

    [Fact]
    public void MarkdownHasATableAndWhatAProgramWrote()
    {
        var lines = MarkdownReport.Write(_report).Split('\n');
        lines.ShouldContain("| metrics.wer.atMost | 0.05 | 0.0512 | **failed** |");
        lines.ShouldContain("| metrics.a\\|\\<b\\>.atLeast | 1e-7 | unknown | **failed** |");
        lines.ShouldContain("| wer | 0.0512 | 0.051 | at most 0.05, increase at most 0.01 | **failed** | `python eval.py {model}` |");
        lines.ShouldContain("| a\\|\\<b\\> | unknown | – | at least 1E-07 | **failed** | `x \\| y` |");
        lines.SkipWhile(line => line != "````text").Take(5).ShouldBe(["````text", "```", "</code><script>", "no GPU", "````"]);
    }

    [Fact]
    public void HtmlShowsThemWithoutTakingTheirMarkup()
    {
        var page = HtmlReport.Write(_report);
        page.ShouldContain("<h2 id=\"metrics-heading\">Metrics</h2>");
        page.ShouldContain("<th scope=\"row\"><code>wer</code></th><td class=\"n\">0.0512</td><td class=\"n\">0.051</td>");
        page.ShouldContain("it &lt;i&gt;failed&lt;/i&gt;.");
        page.ShouldContain("&lt;/code&gt;&lt;script&gt;\nno GPU");
        page.ShouldNotContain("<script");
    }

    [Fact]
    public void JUnitHasATestCaseForEachThresholdWithItsDirection()
    {
        var xml = JUnitReport.Write(_report);
        xml.ShouldContain("name=\"metrics.wer.atMost ≤ 0.05\"");
        xml.ShouldContain("name=\"metrics.wer.increase ≤ 0.01\"");
        xml.ShouldContain("name=\"metrics.a|&lt;b&gt;.atLeast ≥ 1e-7\"");
        xml.ShouldContain("failures=\"2\"");
    }

    [Fact]
    public void SarifHasTheRulesOfBothKindsOfFailure()
    {
        using var json = JsonDocument.Parse(SarifReport.Write(_report));
        json.RootElement.GetProperty("runs")[0].GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray()
            .Select(rule => (rule.GetProperty("id").GetString(), rule.TryGetProperty("help", out _))).ShouldBe([("CT4021", true), ("CT1533", true)]);
    }

    [Fact]
    public void NumbersAreTheSameInAnyCulture()
    {
        var (markdown, html) = (MarkdownReport.Write(_report), HtmlReport.Write(_report));
        InGermany.Run(() => (MarkdownReport.Write(_report), HtmlReport.Write(_report)).ShouldBe((markdown, html)));
    }
}
