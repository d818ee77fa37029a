using System.Xml.Linq;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Comparison;
using CompressTasks.Reporting.Writers.Html;

namespace CompressTasks.Core.Tests.Reporting.Writers;

/// <summary>What a report says of the change against a baseline: half of what was lost, in 13.58 % fewer bytes.</summary>
public class BaselineChangeTests
{
    private static readonly CompressionReport _now = With(("a", 68), ("b", 1_500), ("new", 40), ("same", 7));
    private static readonly CompressionReport _before = With(("a", 100), ("b", 500), ("gone", 900), ("same", 7)) with
    {
        Total = SampleReport.Make(passed: true, r2: 0.5).Total with { ArtifactBytes = 400_000 },
        Gate = new(false, [new("r2", 0.6, 0.5, false)]),
    };

    private static readonly BaselineChange _change = new("base/m.report.json", Compare(_before, _now));

    [Fact]
    public void ThePageComparesFiguresAndGate()
    {
        var section = Section(_change);
        section.Element("p")!.Value.ShouldBe(
            "Compared with base/m.report.json, made by CompressTasks 0.1.0. Worse: 1 % more bytes, 5 % more of 1 − R², or unknown in a report where it was known.");
        Rows(section, 0).ShouldBe(
        [
            "artifact|400.0 kB|345.7 kB|−13.58 %|better",
            "pooled R²|0.500000|0.750000|×0.50|better",
            "worst weight's R²|0.500000|0.750000|×0.50|better",
            "gate|failed|passed||better",
        ]);
    }

    [Fact]
    public void TheLargestChangesOfWeightsComeFirstInEitherDirection() => Rows(Section(_change), 1).ShouldBe(
    [
        "b|500|1\u202F500|+1\u202F000|0.750000|0.750000|same",
        "gone|900|–|−900|0.750000|no such weight|worse",
        "new|–|40|+40|no such weight|0.750000|unknown",
        "a|100|68|−32|0.750000|0.750000|same",
    ]);

    [Fact]
    public void MarkdownHasTheSameRows()
    {
        var markdown = MarkdownReport.Write(_now, _change);
        markdown.ShouldContain("## Change against the baseline\n\nCompared with `base/m.report.json`, made by CompressTasks 0.1.0. Worse: 1 % more bytes, ");
        markdown.ShouldContain("\n| artifact | 400.0 kB | 345.7 kB | −13.58 % | better |\n| pooled R² | 0.500000 | 0.750000 | ×0.50 | better |\n");
        markdown.ShouldContain("\n| `b` | 500 | 1500 | +1\u202F000 | 0.750000 | 0.750000 | same |\n| `gone` | 900 | – | −900 | 0.750000 | no such weight | **worse** |\n");
    }

    [Fact]
    public void AModelThatTheBaselineLacksIsSaidToBeNew()
    {
        var change = new BaselineChange("base", Comparison: null);
        const string Said = "has neither a report nor an artifact of this model: there is nothing to compare with.";
        Section(change).Value.ShouldEndWith($"The baseline base {Said}");
        MarkdownReport.Write(_now, change).ShouldContain($"The baseline `base` {Said}\n");
    }

    [Fact]
    public void WithoutABaselineNothingIsSaid()
    {
        HtmlReport.Write(_now).ShouldNotContain("the baseline");
        MarkdownReport.Write(_now).ShouldNotContain("the baseline");
    }

    [Theory]
    [InlineData(400_000, 0.5, "54.3 kB smaller than the last run, pooled R² 0.500000 → 0.750000")]
    [InlineData(345_578, 0.75, "100 B larger than the last run")]
    [InlineData(345_678, 0.7, "as large as the last run, pooled R² 0.700000 → 0.750000")]
    [InlineData(345_678, 0.75, null)]
    [InlineData(345_678, 0.7500004, null)]
    public void OneLineSaysSizeAndTheFirstFigureThatReadsOtherwise(long bytes, double r2, string? line)
    {
        var before = _now with { Total = _now.Total with { ArtifactBytes = bytes, R2 = r2, WorstWeightR2 = r2 } };
        ComparisonText.Line(Compare(before, _now), "the last run").ShouldBe(line);
    }

    [Fact]
    public void WhatMattersMostIsTheFigureOfTheLine()
    {
        var outputs = FailedReport.Make().Outputs!;
        var now = _now with { Outputs = outputs, Metrics = [Metric(0.05)] };
        var worse = outputs with { Outputs = [outputs.Outputs[0] with { R2 = 0.98 }] };
        ComparisonText.Line(Compare(_before with { Outputs = worse, Metrics = [Metric(0.06)] }, now), "X")
            .ShouldBe("54.3 kB smaller than X, metric wer 0.06 → 0.05");
        ComparisonText.Line(Compare(_before with { Outputs = worse, Metrics = [Metric(0.05)] }, now), "X")
            .ShouldBe("54.3 kB smaller than X, output logits: R² 0.980000 → 0.987600");

        static MetricSummary Metric(double value) => new("wer", "wer", value, null, true, [new("atMost", 0.1, value, true)], null, null);
    }

    private static CompressionReport With(params (string Path, long Bytes)[] weights)
    {
        var report = SampleReport.Make(passed: true);
        return report with { Weights = [.. weights.Select(weight => report.Weights[0] with { Path = weight.Path, CompressedBytes = weight.Bytes })] };
    }

    private static ComparisonReport Compare(CompressionReport before, CompressionReport now) => Comparer.Compare(
        ComparisonSide.OfReport("before", before), ComparisonSide.OfReport("now", now), ComparisonTolerance.Default);

    private static XElement Section(BaselineChange change) => XDocument.Parse(HtmlReport.Write(_now, change)).Descendants("section")
        .Single(section => section.Attribute("id")!.Value == "change");

    private static IEnumerable<string> Rows(XElement section, int table) => section.Descendants("tbody").ElementAt(table).Elements("tr")
        .Select(row => string.Join('|', row.Elements().Select(cell => cell.Value)));
}
