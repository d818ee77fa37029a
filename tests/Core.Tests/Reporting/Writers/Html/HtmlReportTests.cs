using System.Text.RegularExpressions;
using System.Xml.Linq;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers.Html;

namespace CompressTasks.Core.Tests.Reporting.Writers.Html;

public partial class HtmlReportTests
{
    private static readonly CompressionReport _failed = FailedReport.Make();

    [Fact]
    public void TheVerdictComesFirst()
    {
        var body = Page(_failed).Root!.Element("body")!;
        body.Elements().First().Name.LocalName.ShouldBe("header");
        body.Element("header")!.Attribute("class")!.Value.ShouldBe("fail");
        var text = body.Value;
        text.IndexOf("Gate failed", StringComparison.Ordinal).ShouldBeLessThan(text.IndexOf("CT4002", StringComparison.Ordinal));
        text.IndexOf("CT4002", StringComparison.Ordinal).ShouldBeLessThan(text.IndexOf("Size before and after", StringComparison.Ordinal));
        Page(_failed).Root!.Element("head")!.Element("title")!.Value.ShouldBe("Gate failed: models/m|1.onnx");
    }

    [Fact]
    public void AFailureIsToldWithItsPlace()
    {
        var finding = Page(_failed).Descendants("li").First(item => item.Attribute("class")?.Value == "error");
        finding.Value.ShouldContain("error CT4002 app/my spec.yml(3,13)");
        finding.Value.ShouldContain(_failed.Diagnostics[0].Message);
    }

    [Theory]
    [InlineData("passed", "Gate passed", "pass")]
    [InlineData("warned", "Gate passed, with a warning", "warning")]
    [InlineData("warning", "Gate failed, as a warning", "warning")]
    [InlineData("none", "No gate", "none")]
    public void EveryVerdictHasItsWordAndItsColour(string name, string word, string kind)
    {
        var report = name switch
        {
            "passed" => SampleReport.Make(passed: true),
            "warned" => SampleReport.Make(passed: true) with { Diagnostics = [new("CT4014", "warning", "m.onnx: no outputs.", null, 0, 0)] },
            "warning" => FailedReport.Make("warning"),
            _ => SampleReport.Make(passed: true) with { Gate = new(true, []) },
        };
        var header = Page(report).Root!.Element("body")!.Element("header")!;
        header.Attribute("class")!.Value.ShouldBe(kind);
        header.Descendants("strong").First().Value.ShouldBe(word);
    }

    [Theory]
    [InlineData(1, 0, "The threshold holds.")]
    [InlineData(1, 1, "The threshold does not hold.")]
    [InlineData(2, 0, "Both thresholds hold.")]
    [InlineData(3, 0, "All 3 thresholds hold.")]
    [InlineData(3, 1, "1 of 3 thresholds does not hold.")]
    [InlineData(3, 2, "2 of 3 thresholds do not hold.")]
    public void ItIsSaidHowManyThresholdsHold(int count, int failed, string sentence)
    {
        var checks = Enumerable.Range(0, count).Select(index => new GateCheckSummary("r2", 0.9, 0.8, Passed: index >= failed));
        var report = SampleReport.Make(passed: true) with { Gate = new(failed == 0, [.. checks]) };
        Page(report).Root!.Element("body")!.Element("header")!.Value.ShouldContain($" {sentence}");
    }

    [Fact]
    public void AllSectionsAreThereInTheirOrderAndInTheContents()
    {
        var page = Page(_failed);
        string[] sections = ["measured", "outputs", "size", "weights", "rate-distortion", "levels", "coverage", "spec"];
        page.Descendants("section").Select(section => section.Attribute("id")!.Value).ShouldBe(sections);
        page.Descendants("nav").Single().Descendants("a").Select(link => link.Attribute("href")!.Value).ShouldBe(sections.Select(id => $"#{id}"));
    }

    [Fact]
    public void WhatAReportLacksHasNoSection()
    {
        var page = Page(SampleReport.Make(passed: true) with { Weights = [] });
        page.Descendants("section").Select(section => section.Attribute("id")!.Value).ShouldBe(["measured", "size", "coverage"]);
    }

    [Fact]
    public void TheWorstWeightIsTheFirstRow()
    {
        var rows = Section(_failed, "weights").Descendants("tbody").Single().Elements("tr").ToList();
        rows.Select(row => row.Element("th")!.Value).ShouldBe([FailedReport.Hostile, SampleReport.AwkwardPath, "better"]);
    }

    /// <summary>Where outputs are judged and weights are not at fault, what costs most is the first row; bars are shares of the artifact.</summary>
    [Fact]
    public void WhatCostsMostIsTheFirstRowWhereOutputsAreJudged()
    {
        var weight = _failed.Weights[0];
        var report = _failed with
        {
            Gate = new(true, [new("outputs.r2", 0.9, 0.9876, true)]),
            Weights = [weight with { Path = "small", CompressedBytes = 34_568, R2 = -1 }, weight with { Path = "large", CompressedBytes = 172_839 }],
        };
        var section = Section(report, "weights");
        section.Element("h2")!.Value.ShouldBe("Weights, largest first");
        var rows = section.Descendants("tbody").Single().Elements("tr").ToList();
        rows.Select(row => row.Element("th")!.Value).ShouldBe(["large", "small"]);
        rows.Select(row => row.Elements("td").ElementAt(1).Value).ShouldBe(["50.0 %", "10.0 %"]);
        rows.Select(row => row.Descendants("rect").First(rect => rect.Attribute("class")!.Value == "fill").Attribute("width")!.Value)
            .ShouldBe(["50", "10"]);
    }

    /// <summary>What was asked for first: R² of weights is no headline where outputs were measured.</summary>
    [Fact]
    public void TheHeadlineIsWhatWasAskedFor()
    {
        var tiles = Section(_failed, "measured").Descendants("dt").Select(tile => tile.Value).ToList();
        tiles.ShouldBe(["R² of the output", "top-1 agreement", "smaller", "bits per weight"]);
        Section(_failed, "measured").Descendants("dd").First().Value.ShouldBe("0.987600 logits");
        Section(_failed, "measured").Element("p")!.Value.ShouldBe("Both models were run on 8 samples of data/val.npz.");
        Section(SampleReport.Make(passed: true), "measured").Descendants("dt").Select(tile => tile.Value)
            .ShouldBe(["smaller", "pooled R² of the weights", "R² of the worst weight", "bits per weight"]);
    }

    [Fact]
    public void ManyWeightsAreFoldedAfterTheWorst()
    {
        var weight = _failed.Weights[0];
        var many = _failed with { Weights = [.. Enumerable.Range(0, 100).Select(i => weight with { Path = $"w{i}", R2 = 0.5 + (i / 1000.0) })] };
        var section = Section(many, "weights");
        section.Element("div")!.Descendants("tbody").Single().Elements("tr").Count().ShouldBe(40);
        section.Element("details")!.Element("summary")!.Value.ShouldBe("60 more weights");
        section.Element("details")!.Descendants("tbody").Single().Elements("tr").Count().ShouldBe(60);
    }

    [Fact]
    public void LevelsOfManyWeightsAreFolded()
    {
        var weight = _failed.Weights[0];
        var many = _failed with { Weights = [.. Enumerable.Range(0, 25).Select(i => weight with { Path = $"w{i}" })] };
        var section = Section(many, "levels");
        section.Element("div")!.Descendants("tbody").Count().ShouldBe(20);
        section.Element("details")!.Element("summary")!.Value.ShouldBe("5 more weights");
        section.Element("details")!.Descendants("tbody").Count().ShouldBe(5);
    }

    [Fact]
    public void LongNamesBreakBehindTheirSeparators()
    {
        var report = _failed with { Weights = [_failed.Weights[0] with { Path = "model.layers.10.attn/query_key.weight" }] };
        var name = Section(report, "weights").Descendants("tbody").Single().Descendants("code").First();
        name.Value.ShouldBe("model.layers.10.attn/query_key.weight");
        name.Nodes().Select(node => node is XText text ? text.Value : "|").ShouldBe(["model.layers.", "|", "10.", "|", "attn/", "|", "query_", "|", "key.", "|", "weight"]);
    }

    [Fact]
    public void NamesAreTextAndNeverMarkup()
    {
        var html = HtmlReport.Write(_failed);
        html.ShouldNotContain("<script");
        Page(_failed).Descendants("code").Count(code => code.Value == FailedReport.Hostile)
            .ShouldBe(2, "in the table of weights and in that of levels");
    }

    [Fact]
    public void NothingIsLoadedAndNothingRuns()
    {
        var page = Page(_failed);
        string[] loading = ["script", "link", "img", "iframe", "object", "embed", "video", "audio", "base", "form", "use", "image"];
        page.Descendants().Where(element => loading.Contains(element.Name.LocalName)).ShouldBeEmpty();
        page.Descendants().Attributes()
            .Where(attribute => attribute.Name.LocalName is "src" or "srcset" or "data" or "action"
                || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal)).ShouldBeEmpty();
        page.Descendants().Attributes("href").ShouldAllBe(link => link.Value.StartsWith('#'));
        var style = page.Descendants("style").Single().Value;
        style.ShouldNotContain("url(");
        style.ShouldNotContain("@import");
        HtmlReport.Write(_failed).ShouldNotContain("http:");
        HtmlReport.Write(_failed).ShouldNotContain("https:");
    }

    [Fact]
    public void OnlyElementsWithoutContentAreClosedInTheirTag()
    {
        // In HTML "<td />" opens a cell; only void elements may be written so.
        var closed = SelfClosed().Matches(HtmlReport.Write(_failed)).Select(match => match.Groups[1].Value).Distinct();
        closed.Order(StringComparer.Ordinal).ShouldBe(["meta", "wbr"]);
    }

    [Fact]
    public void TheSpecIsShownAsUsedWithTheLinesAtFaultMarked()
    {
        var section = Section(_failed, "spec");
        section.Descendants("pre").Single().Value.ShouldBe(_failed.Spec!.Text);
        section.Descendants("mark").Select(line => line.Value).ShouldBe([$"# {FailedReport.Hostile}\n", "gate: { weightR2: 0.9 }\n"]);
        section.Descendants("tbody").Single().Elements("tr").Single().Elements().Select(cell => cell.Value).ShouldBe(["gate.r2", "0.5", "--r2"]);
    }

    [Fact]
    public void TablesAndPicturesCanBeReadAloud()
    {
        var page = Page(_failed);
        page.Descendants("th").ShouldAllBe(header => header.Attribute("scope") != null);
        page.Descendants("h1").Count().ShouldBe(1);
        var ids = page.Descendants().Attributes("id").Select(id => id.Value).ToList();
        ids.ShouldBeUnique();
        foreach (var picture in page.Descendants("svg").Where(svg => svg.Attribute("aria-hidden") is null))
        {
            picture.Attribute("role")!.Value.ShouldBe("img");
            picture.Attribute("aria-labelledby")!.Value.Split(' ').ShouldAllBe(id => ids.Contains(id));
            picture.Element("title")!.Value.ShouldNotBeEmpty();
            picture.Element("desc")!.Value.ShouldNotBeEmpty();
        }

        page.Descendants().Attributes("aria-labelledby").SelectMany(label => label.Value.Split(' ')).ShouldAllBe(id => ids.Contains(id));
    }

    [Fact]
    public void RowsHaveTheCellsOfTheirHeader()
    {
        foreach (var table in Page(_failed).Descendants("table"))
            table.Descendants("tr").Select(row => row.Elements().Sum(cell => int.Parse(cell.Attribute("colspan")?.Value ?? "1"))).Distinct()
                .ShouldHaveSingleItem(table.ToString());
    }

    [Fact]
    public void NumbersAreTheSameInAnyCulture()
    {
        var here = HtmlReport.Write(_failed);
        InGermany.Run(() => HtmlReport.Write(_failed).ShouldBe(here));
    }

    [Fact]
    public void FiguresThatAreNoNumbersAreShown()
    {
        var report = SampleReport.Make(passed: false, r2: double.NaN);
        Section(report, "weights").Descendants("tbody").Single().Value.ShouldContain("unknown");
        Section(report with { Weights = [.. report.Weights, report.Weights[0] with { Path = "worse", R2 = -1e9 }] }, "rate-distortion").Value
            .ShouldContain("Not shown, their R² being unknown: 1. Shown at 0, being below: 1.");
    }

    [Theory]
    [InlineData("</style><script>x</script>")]
    [InlineData("--> ]]> <!-- &lt; \" '")]
    [InlineData("a\0b\uFFFFc\uDC00")]
    public void AnyNameOfAModelGivesAWellFormedPage(string name)
    {
        var page = Page(_failed with { Model = _failed.Model with { Path = name } });
        page.Descendants("h1").Single().Value.ShouldBe(name.Replace('\0', '\uFFFD').Replace('\uFFFF', '\uFFFD').Replace('\uDC00', '\uFFFD'));
    }

    private static XElement Section(CompressionReport report, string id) =>
        Page(report).Descendants("section").Single(section => section.Attribute("id")!.Value == id);

    /// <summary>The page read as XML: it must be well-formed.</summary>
    private static XDocument Page(CompressionReport report)
    {
        var html = HtmlReport.Write(report);
        html.ShouldStartWith("<!DOCTYPE html>\n<html");
        return XDocument.Parse(html, LoadOptions.PreserveWhitespace);
    }

    [GeneratedRegex(@"<([a-z0-9]+)[^<>]*/>")]
    private static partial Regex SelfClosed();
}
