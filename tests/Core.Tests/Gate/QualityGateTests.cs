using CompressTasks.Diagnostics;
using CompressTasks.Gate;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Gate;

public class QualityGateTests
{
    private static readonly FileSummary _model = new("net.onnx", "00", 4000);

    [Fact]
    public void WithoutAGateEverythingPasses() =>
        QualityGate.Check(null, _model, Total(r2: double.NaN), []).Failures.ShouldBeEmpty();

    [Theory]
    [InlineData(0.99, true)]
    [InlineData(0.990001, true)]
    [InlineData(0.989999, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.NegativeInfinity, false)]
    public void AtLeastTheThresholdPassesAndUnknownFails(double r2, bool passes)
    {
        var (summary, failures) = QualityGate.Check(GateOf(r2: 0.99), _model, Total(r2), []);
        summary.Passed.ShouldBe(passes);
        failures.Count.ShouldBe(passes ? 0 : 1);
        summary.Checks.ShouldHaveSingleItem().ShouldBe(new GateCheckSummary("r2", 0.99, r2, passes));
    }

    [Fact]
    public void AFailureStandsAtItsThresholdAndNamesTheThreeWorstWeights()
    {
        var weights = new[] { Weight("a", 0.9), Weight("b", 0.5), Weight("c", double.NaN), Weight("d", 0.7), Weight("e", 0.99) };
        var (_, failures) = QualityGate.Check(GateOf(weightR2: 0.98), _model, Total(worst: double.NaN), weights);
        var failure = failures.ShouldHaveSingleItem();
        failure.Code.ShouldBe("CT4002");
        failure.Severity.ShouldBe(Severity.Error);
        failure.Location.ShouldBe(new SourceLocation("compress.yml", 8, 13));
        failure.Message.ShouldContain("4 of 5 weights are below the R² of 0.98");
        failure.Message.ShouldContain("Worst: c (unknown), b (0.5), d (0.7).");
    }

    [Fact]
    public void RatioAndSizeAreCheckedTheRightWayRound()
    {
        var gate = new GateSpec(null, null, At(4), At(900), Severity.Warning, new("compress.yml", 5, 1));
        var (summary, failures) = QualityGate.Check(gate, _model, Total(ratio: 4, bytes: 1000), []);
        summary.Passed.ShouldBeFalse();
        summary.Checks.ShouldBe([new("ratio", 4, 4, true), new("maxBytes", 900, 1000, false)]);
        var failure = failures.ShouldHaveSingleItem();
        failure.Code.ShouldBe("CT4004");
        failure.Severity.ShouldBe(Severity.Warning);
    }

    [Fact]
    public void EveryBrokenThresholdIsReported() =>
        QualityGate.Check(new GateSpec(At(0.99), At(0.98), At(8), At(10), Severity.Error, new("compress.yml", 5, 1)), _model,
            Total(0.5, 0.4, 2, 2000), [Weight("a", 0.4)])
            .Failures.Select(f => f.Code).ShouldBe(["CT4001", "CT4002", "CT4003", "CT4004"]);

    [Theory]
    [InlineData(1.3, true)]
    [InlineData(1.299999, false)]
    [InlineData(double.NaN, false)]
    public void TheMedianRatioOfTimesIsJudged(double ratio, bool passes)
    {
        var gate = GateOf() with { Speed = new(At(1.3), 1, 1, TimeSpan.FromSeconds(30), new("compress.yml", 8, 3)) };
        var (summary, failures) = QualityGate.Check(gate, _model, Total(), [], speed: Speed(ratio));
        summary.Checks.ShouldHaveSingleItem().ShouldBe(new GateCheckSummary("speed", 1.3, ratio, passes));
        failures.Select(failure => failure.Code).ShouldBe(passes ? [] : ["CT4018"]);
    }

    [Fact]
    public void ASlowResultIsSaidWithSpreadAndOperator() => QualityGate
        .Check(GateOf() with { Speed = new(At(1.3), 1, 1, TimeSpan.FromSeconds(30), new("compress.yml", 8, 3)) }, _model, Total(), [],
            speed: Speed(0.8)).Failures.Single().Message.ShouldBe(
                "net.onnx: the result is 0.80 times as fast as the original, the gate asks for at least 1.3. Median of 21 pairs of runs, in turns in "
                + "one process; half of them between 0.75 and 0.90. 2 threads, 4 random inputs, the first with x 1×16. Most time was added in QGemm: "
                + "500 µs of a run. Leave small layers in float (minElements in their rule, or rules for the large ones alone), choose another "
                + "pattern for them (activations), or lower the threshold.");

    [Fact]
    public void AResultThatCannotBeRunIsNotFast() => QualityGate
        .Check(GateOf() with { Speed = new(At(1.3), 1, 1, TimeSpan.FromSeconds(30), new("compress.yml", 8, 3)) }, _model, Total(), [],
            speed: Speed(double.NaN) with { Failure = "it cannot be run" }).Failures.Single().ShouldBe(new Diagnostic("CT4019", Severity.Error,
                "net.onnx: nobody knows how fast the result is, and the gate asks for at least 1.3 times the original's speed: it cannot be run. "
                + "Give gate.outputs samples that both models run on, or remove speed.", new("compress.yml", 8, 13)));

    private static SpeedSummary Speed(double ratio) => new(new("random", null, null, 4), 4, [new("x", [1, 16])], 2, 21, ratio, 0.75, 0.9,
        new(1, 1), new(1.25, 1), [new("MatMul", 1, 0.75), new("QGemm", 0, 0.5)]);

    private static Threshold At(double value) => new(value, new("compress.yml", 8, 13));

    private static GateSpec GateOf(double? r2 = null, double? weightR2 = null) =>
        new(r2 is { } a ? At(a) : null, weightR2 is { } b ? At(b) : null, null, null, Severity.Error, new("compress.yml", 5, 1));

    private static TotalSummary Total(double r2 = 1, double worst = 1, double ratio = 4, long bytes = 1000) =>
        new(r2, worst, null, ratio, 4000, bytes, 8);

    private static VerifiedWeight Weight(string path, double r2) => new(path, r2);
}
