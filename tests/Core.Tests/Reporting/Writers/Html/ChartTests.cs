using System.Globalization;
using System.Xml.Linq;
using CompressTasks.Reporting.Writers.Html;

namespace CompressTasks.Core.Tests.Reporting.Writers.Html;

public class ChartTests
{
    [Fact]
    public void TheBoundGoesThroughTheWeightsThatLieOnIt()
    {
        // ½·log2(1/(1−R²)): 1 bit at R² 0.75, 3 bits at R² 1 − 2⁻⁶ = 0.984375.
        var weight = SampleReport.Make(passed: true).Weights[0];
        var chart = WeightsChart.Write([weight with { R2 = 0.75, BitsPerWeight = 1 }, weight with { R2 = 0.984375, BitsPerWeight = 3 }])!;
        var bound = chart.Descendants("line").Single(line => line.Attribute("class")!.Value == "bound");
        var (x1, y1, x2, y2) = (Number(bound, "x1"), Number(bound, "y1"), Number(bound, "x2"), Number(bound, "y2"));
        foreach (var circle in chart.Descendants("circle"))
            (y1 + ((Number(circle, "cx") - x1) / (x2 - x1) * (y2 - y1))).ShouldBe(Number(circle, "cy"), 0.1);
    }

    [Fact]
    public void MoreBitsLieToTheRightAndBetterR2Above()
    {
        var weight = SampleReport.Make(passed: true).Weights[0];
        var circles = WeightsChart.Write([weight with { R2 = 0.9, BitsPerWeight = 2 }, weight with { R2 = 0.99, BitsPerWeight = 3 }])!.Descendants(
            "circle").ToList();
        Number(circles[1], "cx").ShouldBeGreaterThan(Number(circles[0], "cx"));
        Number(circles[1], "cy").ShouldBeLessThan(Number(circles[0], "cy"));
    }

    [Fact]
    public void ExactWeightsAloneHaveNoChart() =>
        WeightsChart.Write([SampleReport.Make(passed: true).Weights[0] with { R2 = 1, ShannonBits = null }]).ShouldBeNull();

    [Fact]
    public void TrialsThatPassedAreCirclesAndThoseThatFailedCrosses()
    {
        var chart = SearchChart.Write(FailedReport.Make())!;
        chart.Descendants("circle").Select(circle => circle.Element("title")!.Value)
            .ShouldBe(["trial 1: 2000 bytes, R² 0.999000, passed", "trial 3: 1500 bytes, R² 0.990000, passed"]);
        chart.Descendants("path").Single().Element("title")!.Value.ShouldBe("trial 2: 1000 bytes, R² 0.900000, failed");
        var sizes = chart.Descendants("circle").Select(circle => Number(circle, "r")).ToList();
        sizes[1].ShouldBeGreaterThan(sizes[0], "the smallest that passed was taken");
    }

    [Fact]
    public void OneTrialIsDrawn() =>
        SearchChart.Write(FailedReport.Make() with { Search = FailedReport.Make().Search! with { Trials = [new(1000, 0.99, true)] } })!.Descendants(
            "circle").Count().ShouldBe(1);

    [Theory]
    [InlineData(0.95, 3.05, new[] { 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999 })]
    [InlineData(0, 4.1, new[] { 0, 0.9, 0.99, 0.999, 0.9999 })]
    [InlineData(0, 0.5, new[] { 0, 0.2, 0.4, 0.6 })]
    [InlineData(1.95, 2.1, new[] { 0.989, 0.99, 0.991, 0.992 })]
    public void TicksAreRoundValues(double from, double to, double[] expected) => R2Ticks.Between(from, to).ShouldBe(expected);

    private static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
