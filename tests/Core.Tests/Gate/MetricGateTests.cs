using CompressTasks.Diagnostics;
using CompressTasks.Gate;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Gate;

public sealed class MetricGateTests
{
    private static readonly SourceLocation _at = new("compress.yml", 5, 7);

    [Theory]
    [InlineData("atLeast", 0.9, 0.9, true)]
    [InlineData("atLeast", 0.9, 0.89, false)]
    [InlineData("atMost", 0.05, 0.05, true)]
    [InlineData("atMost", 0.05, 0.0501, false)]
    [InlineData("increase", 0.01, 0.51, true)]
    [InlineData("increase", 0.01, 0.3, true)]
    [InlineData("increase", 0.01, 0.511, false)]
    [InlineData("drop", 0.01, 0.49, true)]
    [InlineData("drop", 0.01, 0.7, true)]
    [InlineData("drop", 0.01, 0.489, false)]
    [InlineData("drop", 0, 0.5, true)]
    [InlineData("atMost", 0, double.NaN, false)]
    [InlineData("drop", 9, double.NaN, false)]
    public void FiguresPassUpToTheThresholdItself(string kind, double threshold, double figure, bool passes)
    {
        var check = MetricGate.Checks(Measured(kind, threshold, figure, 0.5)).ShouldHaveSingleItem();
        check.Passed.ShouldBe(passes);
        check.Name.ShouldBe($"metrics.wer.{kind}");
    }

    /// <summary>0.8 − 0.7 of the nearest binary numbers is 0.10000000000000009.</summary>
    [Fact]
    public void DifferencesAreThoseOfThePrintedNumbers()
    {
        var check = MetricGate.Checks(Measured("increase", 0.1, 0.8, 0.7)).ShouldHaveSingleItem();
        (check.Actual, check.Passed).ShouldBe((0.1, true));
        MetricGate.Checks(Measured("drop", 1e300, 1e308, 3e307))[0].Actual.ShouldBe(-7e307, 1e294);
    }

    [Theory]
    [InlineData("atMost", 0.05, 0.1, 2)]
    [InlineData("atMost", 0.05, 0.01, 1)]
    [InlineData("atLeast", 0.9, 0.45, 2)]
    [InlineData("increase", 0.01, 0.54, 4)]
    public void TheViolationGrowsWithTheDistance(string kind, double threshold, double figure, double expected) =>
        MetricGate.Violation([Measured(kind, threshold, figure, 0.5)]).ShouldBe(expected, 1e-9);

    [Theory]
    [InlineData("atMost", 0, 0.1)]
    [InlineData("atMost", -1, 0.1)]
    [InlineData("atLeast", 0.9, double.NaN)]
    public void WhereNoRatioSaysItTheViolationIsInfinite(string kind, double threshold, double figure) =>
        MetricGate.Violation([Measured(kind, threshold, figure, 0.5)]).ShouldBe(double.PositiveInfinity);

    [Theory]
    [InlineData("atLeast", 0.9, "CT4020", "is 0.2, the gate asks for at least 0.9")]
    [InlineData("atMost", 0.1, "CT4021", "is 0.2, the gate asks for at most 0.1")]
    [InlineData("increase", 0.01, "CT4022", "is 0.2, 0.1 above the original's 0.1; the gate allows 0.01")]
    public void AFailureStandsAtTheThresholdAndSaysBoth(string kind, double threshold, string code, string finding)
    {
        var failure = Check(Measured(kind, threshold, 0.2, 0.1)).Failures.ShouldHaveSingleItem();
        failure.ToString().ShouldBe(
            $"compress.yml(9,15): warning {code}: net.onnx: the metric \"wer\" {finding}. Give the weights a higher target, or another stack.");
    }

    [Fact]
    public void ADropIsToldInTheOtherDirection() =>
        Check(Measured("drop", 0.01, 0.95, 0.97)).Failures.ShouldHaveSingleItem().ToString().ShouldContain(
            "CT4023: net.onnx: the metric \"wer\" is 0.95, 0.02 below the original's 0.97; the gate allows 0.01");

    /// <summary>One diagnostic for each failed check, as reports expect it; what happened is said in the first.</summary>
    [Fact]
    public void WhatCouldNotBeMeasuredFailsEveryThresholdAndIsExplainedOnce()
    {
        var metric = Measured("atMost", 0.1, 0, null);
        metric = metric with
        {
            Spec = metric.Spec with { Drop = new(0.5, new("compress.yml", 10, 15)) },
            Restored = MetricFigure.Unknown(new("CT1533", "it ended with exit code 3", "no GPU")),
        };
        var (summary, failures) = Check(metric);
        summary.Passed.ShouldBeFalse();
        summary.Checks.Select(check => (check.Name, check.Threshold, check.Passed))
            .ShouldBe([("metrics.wer.atMost", 0.1, false), ("metrics.wer.drop", 0.5, false)]);
        summary.Checks.ShouldAllBe(check => double.IsNaN(check.Actual));
        failures.Select(failure => failure.ToString()).ShouldBe(
        [
            "compress.yml(5,7): warning CT1533: net.onnx: it ended with exit code 3.",
            "compress.yml(10,15): warning CT4023: net.onnx: the metric \"wer\" is unknown, the gate asks for drop at most 0.5.",
        ]);
    }

    /// <summary>The limit itself is known to hold; only the difference is not known.</summary>
    [Fact]
    public void AnUnknownOriginalFailsOnlyWhatComparesWithIt()
    {
        var metric = Measured("atMost", 0.1, 0.05, null);
        metric = metric with
        {
            Spec = metric.Spec with { Increase = new(0.5, _at) },
            Original = MetricFigure.Unknown(new("CT1534", "took too long", null)),
        };
        var (summary, failures) = Check(metric);
        summary.Checks.Select(check => check.Passed).ShouldBe([true, false]);
        failures.ShouldHaveSingleItem().Code.ShouldBe("CT1534");
    }

    private static (GateSummary Summary, IReadOnlyList<Diagnostic> Failures) Check(MeasuredMetric metric) =>
        QualityGate.Check(new(null, null, null, null, Severity.Warning, _at), new("net.onnx", "00", 4000), new(1, 1, null, 4, 4000, 1000, 8), [],
            metrics: [metric]);

    private static MeasuredMetric Measured(string kind, double threshold, double figure, double? original)
    {
        Threshold? Of(string name) => kind == name ? new(threshold, new("compress.yml", 9, 15)) : null;
        return new(
            new("wer", new(["eval", "{model}"], false), Of("atLeast"), Of("atMost"), Of("increase"), Of("drop"), TimeSpan.FromMinutes(1), [], _at),
            new(figure),
            original is { } value ? new(value) : null);
    }
}
