using CompressTasks.Diagnostics;
using CompressTasks.Gate;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Gate;

public class OutputGateTests
{
    private static readonly FileSummary _model = new("net.onnx", "00", 4000);
    private static readonly SourceLocation _at = new("compress.yml", 5, 1);

    [Theory]
    [InlineData(0.99, true)]
    [InlineData(0.989999, false)]
    [InlineData(double.NaN, false)]
    public void TheWorstOutputDecidesAndUnknownIsWorst(double r2, bool passes)
    {
        var (summary, failures) = Check(new(new FileSamplesSpec("s.npz", _at), Limit(0.99, 9), null, null, false, _at),
            [Output("a", r2: 1), Output("b", r2: r2), Output("c", r2: null)]);
        summary.Passed.ShouldBe(passes);
        summary.Checks.ShouldHaveSingleItem().ShouldBe(new("outputs.r2", 0.99, r2, passes));
        failures.Count.ShouldBe(passes ? 0 : 1);
        if (!passes)
            failures[0].Message.ShouldContain("R² of the output \"b\"");
    }

    [Fact]
    public void EveryThresholdFailsAtItsOwnLine()
    {
        var gate = new OutputGateSpec(new FileSamplesSpec("s.npz", _at), Limit(0.9, 9), Limit(0.8, 10), Limit(0.7, 11), false, _at);
        var (summary, failures) = Check(gate, [Output("a", 0.5, 0.5, 0.5)], new("w1", 0.64, 0.9), new("w2", 0.59, 0.8), new("w3", 0.55, 0.7),
            new("w4", 0, 0.5));
        failures.Select(failure => (failure.Code, failure.Location!.Line, failure.Severity))
            .ShouldBe([("CT4005", 9, Severity.Warning), ("CT4006", 10, Severity.Warning), ("CT4007", 11, Severity.Warning)]);
        failures[0]
            .Message.ShouldBe(
                "net.onnx: R² of the output \"a\" is 0.5, the gate asks for at least 0.9. So much of the error goes away when one of these "
                    + "weights alone is carried exactly: w1 (64 %), w2 (59 %), w3 (55 %). Give them a higher target, or another stack.");
        summary.Checks.Select(check => check.Name).ShouldBe(["outputs.r2", "outputs.cosine", "outputs.top1"]);
    }

    [Fact]
    public void SharesOfAFewPercentBlameNoWeight()
    {
        var gate = new OutputGateSpec(new FileSamplesSpec("s.npz", _at), Limit(0.9, 9), null, null, false, _at);
        var (_, failures) = Check(gate, [Output("a", 0.5)], new("w1", 0.03, 0.51), new("w2", 0.03, 0.51));
        failures.ShouldHaveSingleItem().Message.ShouldBe(
            "net.onnx: R² of the output \"a\" is 0.5, the gate asks for at least 0.9. No single weight is to blame: carried exactly, none takes away "
                + "more than 3 % of the error. Give all of them a higher target.");
    }

    [Fact]
    public void OutputsWithThresholdsOfTheirOwnAreJudgedByThese()
    {
        var gate = new OutputGateSpec(new FileSamplesSpec("s.npz", _at), Limit(0.99, 9), null, null, false, _at)
        {
            Each = [new(WeightGlob.Parse("aux*"), Limit(0.9, 10), null, null, _at), new(WeightGlob.Parse("*"), null, Limit(0.5, 11), null, _at)],
        };
        var (summary, failures) = Check(gate, [Output("a", 0.995, 0.6), Output("aux1", 0.95, 0.7), Output("aux2", 0.8, 0.4)]);
        summary.Checks.ShouldBe(
        [
            new("outputs.r2", 0.99, 0.995, true), new("outputs.each.aux*.r2", 0.9, 0.8, false), new("outputs.each.*.cosine", 0.5, 0.4, false),
        ]);
        failures.Select(failure => failure.Location!.Line).ShouldBe([10, 11]);
    }

    [Theory]
    [InlineData("lossIncrease", 0.5, 0.25, false)]
    [InlineData("lossIncrease", 0.25, 0.25, true)]
    [InlineData("lossIncrease", -0.5, 0.25, true)]
    [InlineData("lossIncrease", double.NaN, 0.25, false)]
    [InlineData("accuracyDrop", 0.5, 0.25, false)]
    [InlineData("accuracyDrop", -0.25, 0, true)]
    public void ChangesOnLabelsAreLimitedFromAbove(string key, double change, double limit, bool passes)
    {
        var isLoss = key == "lossIncrease";
        var gate = new OutputGateSpec(new FileSamplesSpec("s.npz", _at), null, null, null, false, _at)
        {
            OnLabels = [new(isLoss ? LabelFigure.Loss : LabelFigure.Accuracy, IsChange: true, Limit(limit, 12))],
        };
        var labels = new LabelsSummary("targets", "a", new(9, 0.5, 1, null), new(9, 0.5 - change, 1 + change, null));
        var outputs = new OutputsSummary(new("npz", "s.npz", null, 1), [Output("a")], Output("a"), [], []) { Labels = labels };
        var (summary, failures) = QualityGate.Check(new(null, null, null, null, Severity.Error, _at) { Outputs = gate }, _model, new(1, 1, null, 1, 1, 1, 1), [], outputs);
        summary.Checks.ShouldHaveSingleItem().Passed.ShouldBe(passes);
        summary.Checks[0].Name.ShouldBe($"outputs.{key}");
        failures.Select(failure => (failure.Code, failure.Location!.Line)).ShouldBe(passes ? [] : [("CT4012", 12)]);
        var violation = OutputGate.Checks(gate, outputs).Single().Violation;
        (violation <= 1).ShouldBe(passes);
        if (change > 0)
            violation.ShouldBe(change / limit, 1e-9);
    }

    [Fact]
    public void Top1OfWholeNumbersIsTheShareOfEqualOnes()
    {
        var labels = Output("label", null, null, null) with { Equal = 0.5 };
        Check(new(new FileSamplesSpec("s.npz", _at), null, null, Limit(0.7, 9), false, _at), [labels]).Failures.ShouldHaveSingleItem()
            .Message.ShouldContain("top-1 agreement of the output \"label\" is 0.5");
    }

    [Fact]
    public void ValuesThatCannotBeComparedFailWithoutAnyThreshold()
    {
        var (summary, failures) = Check(new(new FileSamplesSpec("s.npz", _at), null, null, null, false, _at),
            [Output("a", r2: double.NaN) with { Incomparable = 3 }]);
        summary.Passed.ShouldBeFalse();
        var failure = failures.ShouldHaveSingleItem();
        (failure.Code, failure.Location).ShouldBe(("CT4008", _at));
        failure.Message.ShouldContain("3 of 10 values of the output \"a\"");
    }

    [Fact]
    public void AFigureThatNoOutputHasIsAMistakeInTheSpec()
    {
        var failure = Check(new(new FileSamplesSpec("s.npz", _at), null, Limit(0.9, 9), null, false, _at), [Output("a", cosine: null)])
            .Failures.ShouldHaveSingleItem();
        (failure.Code, failure.Severity, failure.Location!.Line).ShouldBe(("CT1511", Severity.Error, 9));
    }

    private static (GateSummary Summary, IReadOnlyList<Diagnostic> Failures) Check(OutputGateSpec outputs, OutputSummary[] found,
        params BlameSummary[] blame) => QualityGate.Check(
        new GateSpec(null, null, null, null, Severity.Warning, _at) { Outputs = outputs },
        _model,
        new(1, 1, null, 4, 4000, 1000, 8),
        [],
        new(new("npz", "s.npz", "00", 2), found, found[0], [], blame));

    private static Threshold Limit(double value, int line) => new(value, new("compress.yml", line, 7));

    private static OutputSummary Output(string name, double? r2 = 1, double? cosine = 1, double? top1 = 1) =>
        new(name, "float32", 10, r2, 30, cosine, 0.1, top1, null, null, 0);
}
