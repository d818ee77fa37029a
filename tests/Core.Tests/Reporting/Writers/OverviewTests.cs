using System.Xml.Linq;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Html;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Reporting.Writers;

/// <summary>The overview of a run as a page and as Markdown: the same rows, links that lead to the reports, and names that stay names.</summary>
public class OverviewTests
{
    private const string Hostile = "a&b/<script>alert(1)</script>|`.onnx";

    private static readonly string _folder = Path.GetFullPath("out");
    private static readonly RunOverview _overview = new(
    [
        new(Hostile, FailedReport.Make(), Reports("m #1?"), FailedReport.Make().Diagnostics),
        new("good.onnx", SampleReport.Make(passed: true, r2: 0.95) with { Notes = ["One.", "Two."] }, Reports("deep/good"), []),
        new("broken.onnx", Report: null, [], [new("CT2006", "error", "This is no ONNX model.", "broken.onnx", 0, 0)]),
        new("waiting.onnx", Report: null, [], []),
    ]);

    [Fact]
    public void ThePageSaysHowManyGatesHold()
    {
        var page = Page();
        page.Descendants("title").Single().Value.ShouldBe("1 of 2 gates hold: 4 models");
        var header = page.Descendants("header").Single();
        header.Attribute("class")!.Value.ShouldBe("fail");
        header.Element("h1")!.Value.ShouldBe("4 models");
        header.Descendants("strong").Single().Value.ShouldBe("1 of 2 gates hold");
        page.Descendants("section").Select(section => section.Attribute("id")!.Value).ShouldBe(["models", "findings", "notes"]);
    }

    [Fact]
    public void EveryModelHasARowTheWorstFirst()
    {
        Rows().Select(row => row.Element("th")!.Value).ShouldBe(["broken.onnx", "waiting.onnx", Hostile, "good.onnx"]);
        Rows().Select(row => row.Element("td")!.Value).ShouldBe(["✗ not made", "✗ not reached", "✗ failed", "✓ passed"]);
        Rows().Select(row => row.Elements("td").Last().Value).ShouldBe(["1 error", "", "1 error, 1 warning", "2 notes"]);
        Rows()[2].Elements("td").ElementAt(1).Value.ShouldBe("0.987600 R² of the output logits");
        Rows()[3].Elements("td").Skip(1).Select(cell => cell.Value)
            .ShouldBe(["0.950000 pooled R² of the weights", "1.23 MB", "345.7 kB", "", "3.57", "2 notes"]);

        // Half of all artifacts is each of the two.
        Rows()[3].Descendants("rect").Last().Attribute("width")!.Value.ShouldBe("50");
        Page().Descendants("tfoot").Single().Value.ShouldBe("total2.47 MB691.4 kB3.57");
    }

    [Fact]
    public void EveryRowLeadsToItsReport()
    {
        Page().Descendants("a").Select(link => link.Attribute("href")!.Value).ShouldBe(["m%20%231%3F.report.html", "deep/good.report.html"]);
        Markdown(_folder).ShouldContain("| [`good.onnx`](<deep/good.report.md>) |");
        Markdown(folder: null).ShouldContain("| `good.onnx` |");
        Page(Path.GetFullPath("elsewhere")).Descendants("a").First().Attribute("href")!.Value.ShouldBe("../out/m%20%231%3F.report.html");
    }

    [Fact]
    public void AModelWithoutAReportInThisFormatHasNoLink()
    {
        var overview = new RunOverview([new("a.onnx", SampleReport.Make(passed: true), [Path.Combine(_folder, "a.report.json")], [])]);
        XDocument.Parse(HtmlOverview.Write(overview, _folder)).Descendants("a").ShouldBeEmpty();
        MarkdownOverview.Write(overview, _folder).ShouldContain("| `a.onnx` |");
    }

    [Fact]
    public void NamesAreTextAndNothingIsLoaded()
    {
        var html = HtmlOverview.Write(_overview, _folder);
        html.ShouldNotContain("<script");
        html.ShouldContain("default-src 'none'; style-src 'unsafe-inline'");
        html.ShouldContain("prefers-color-scheme: dark");
        html.ShouldNotContain("http:");
        html.ShouldNotContain("https:");
    }

    [Fact]
    public void MarkdownHasTheSameRows()
    {
        var lines = Markdown(_folder).Split('\n');
        lines[0].ShouldBe("# ❌ 1 of 2 gates hold");
        lines[2].ShouldBe("2 models: 2.47 MB became 691.4 kB, 3.57 times smaller. 1 could not be made. 1 was not reached.");
        lines[6].ShouldBe("| `broken.onnx` | ❌ not made | | | | | | 1 error |");
        lines[7].ShouldBe("| `waiting.onnx` | ❌ not reached | | | | | |  |");
        lines[8].ShouldStartWith("| [``a&b/<script>alert(1)</script>\\|`.onnx``](<m%20%231%3F.report.md>) | ❌ failed | 0.987600 | R² of the output `logits` | 1.23 MB | 345.7 kB | 3.57 |");
        lines[9].ShouldBe("| [`good.onnx`](<deep/good.report.md>) | ✅ passed | 0.950000 | pooled R² of the weights | 1.23 MB | 345.7 kB | 3.57 | 2 notes |");
        lines[10].ShouldBe("| **total** | | | | 2.47 MB | 691.4 kB | 3.57 | |");
        lines[12].ShouldBe("- `broken.onnx` **error CT2006** `broken.onnx`: This is no ONNX model.");
    }

    [Fact]
    public void ItSaysTheSameInGermany()
    {
        var (html, markdown) = (HtmlOverview.Write(_overview, _folder), Markdown(_folder));
        InGermany.Run(() =>
        {
            HtmlOverview.Write(_overview, _folder).ShouldBe(html);
            Markdown(_folder).ShouldBe(markdown);
        });
    }

    /// <summary>A report's name ends in <c>.report.</c> and the name of its format; whatever the model is called, it is another.</summary>
    [Fact]
    public void NoReportOfAModelHasItsName()
    {
        var overviews = OverviewFiles.PathsIn("out", [.. Enum.GetValues<ReportFormat>()]).Select(Path.GetFileName).ToList();
        overviews.ShouldBe(["models.report.overview.md", "models.report.overview.html"]);
        foreach (var name in new[] { "models", "models.report.overview", "overview", "models.report" })
            Enum.GetValues<ReportFormat>().Select(format => ReportFiles.PathOf(format, $"{name}.onnxz")).ShouldAllBe(report => !overviews.Contains(report));
        OverviewFiles.PathsIn("out", [ReportFormat.Json, ReportFormat.Sarif, ReportFormat.Junit]).ShouldBeEmpty();
    }

    private static string[] Reports(string name) =>
        [Path.Combine(_folder, $"{name}.report.json"), Path.Combine(_folder, $"{name}.report.md"), Path.Combine(_folder, $"{name}.report.html")];

    private static XDocument Page(string? folder = null) => XDocument.Parse(HtmlOverview.Write(_overview, folder ?? _folder));

    private static List<XElement> Rows() => [.. Page().Descendants("tbody").First().Elements("tr")];

    private static string Markdown(string? folder) => MarkdownOverview.Write(_overview, folder);
}
