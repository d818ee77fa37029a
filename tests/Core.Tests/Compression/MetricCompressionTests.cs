using CompressTasks.Compression;
using CompressTasks.Core.Tests.Metrics;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>Whole runs with a program that measures: the sum of the squared errors of the first weight, by od and awk.</summary>
[Trait("Speed", "Slow")]
public sealed class MetricCompressionTests : IDisposable
{
    private const string Error = "run: [ sh, error.sh, '{model}', '{original}' ]";

    private readonly TemporaryFolder _folder = new();
    private readonly int _place;

    public MetricCompressionTests()
    {
        var random = new Random(5);
        var first = Graphs.Matrix("a", 64, 64, _ => random.NextSingle() - 0.5f);
        var model = Graphs.Model([("x", [1, 64])], [("y", ElementType.Float)],
            [first, Graphs.Matrix("b", 64, 64, _ => random.NextSingle() - 0.5f)], "MatMul x,a -> p", "MatMul p,b -> y");
        var path = _folder.Write("model.onnx", model);
        _place = File.ReadAllBytes(path).AsSpan().IndexOf(first.RawData.Span);
        _folder.Write("error.sh", System.Text.Encoding.UTF8.GetBytes(
            $$"""
            echo run >> runs
            for model in "$1" "$2"; do od -An -v -tf4 -w4 -j {{_place}} -N {{first.RawData.Length}} "$model" > "values$#"; shift; done
            paste values2 values1 | awk '{ sum += ($1 - $2) ^ 2 } END { print sum }'
            """));
    }

    public void Dispose() => _folder.Dispose();

    [ShellFact]
    public void TheFigureIsThatOfTheRestoredModel()
    {
        var outcome = Compress("quantize: { r2: 0.99 }", $"metrics: [ {{ name: error, {Error}, atMost: 1000, increase: 500 }} ]");
        outcome.Diagnostics.ShouldBeEmpty();
        SpecRun.Restore(outcome.ArtifactPath, _folder["restored.onnx"]);
        var error = SquaredError(_folder["model.onnx"], _folder["restored.onnx"]);
        var metric = outcome.Report.Metrics!.ShouldHaveSingleItem();
        metric.Value.ShouldBe(error, 1e-4);
        metric.Value.ShouldBeInRange(0.5, 5);
        metric.Original.ShouldBe(0);
        metric.Thresholds.ShouldBe([new("atMost", 1000, metric.Value, true), new("increase", 500, metric.Value, true)]);
        outcome.Report.Gate.Checks.Select(check => check.Name).ShouldBe(["metrics.error.atMost", "metrics.error.increase"]);
        Runs.ShouldBe(2);
    }

    [ShellFact]
    public void AThresholdThatDoesNotHoldFailsTheGateAtItsPlace()
    {
        var outcome = Compress("quantize: { r2: 0.99 }", $"metrics:\n    - {{ name: error, {Error}, atMost: 0.001 }}");
        outcome.Accepted.ShouldBeFalse();
        var failure = outcome.Diagnostics.ShouldHaveSingleItem();
        (failure.Code, failure.Severity, failure.Location!.Line, failure.Location.Column).ShouldBe(("CT4021", Severity.Error, 5, 78));
        File.Exists(outcome.ArtifactPath).ShouldBeTrue();
    }

    [ShellFact]
    public void WhatCannotBeMeasuredFailsTheGateOrWarns()
    {
        const string Metrics = "metrics: [ { name: wer, run: 'nonesuch {model}', atMost: 5 } ]";
        var outcome = Compress("quantize: { r2: 0.99 }", Metrics);
        (outcome.Accepted, outcome.Diagnostics.ShouldHaveSingleItem().Code).ShouldBe((false, "CT1532"));
        outcome.Report.Metrics!.ShouldHaveSingleItem().Error!.ShouldContain("could not be started");
        var warned = Compress("quantize: { r2: 0.99 }", $"onFailure: warning\n  {Metrics}");
        (warned.Accepted, warned.Diagnostics.ShouldHaveSingleItem().Severity, warned.Report.Gate.Passed).ShouldBe((true, Severity.Warning, false));
    }

    [ShellFact]
    public void InputsOfMetricsAreInputsOfTheRun()
    {
        _folder.Write("labels.csv", []);
        Compress("quantize: { r2: 0.99 }", $"metrics: [ {{ name: error, {Error}, atMost: 5, inputs: labels.csv }} ]").InputPaths
            .ShouldBe([_folder["model.onnx"], _folder["labels.csv"]]);
    }

    [ShellFact]
    public void ASearchThatMetricsHoldForIsNotChangedByThem()
    {
        var without = Compress("quantize: { for: outputs }", Outputs("r2: 0.99"));
        var bytes = File.ReadAllBytes(without.ArtifactPath);
        var with = Compress("quantize: { for: outputs }", Outputs("r2: 0.99", $"{Error}, atMost: 100"));
        with.Diagnostics.ShouldBeEmpty();
        File.ReadAllBytes(with.ArtifactPath).ShouldBe(bytes);
        Runs.ShouldBe(2); // Of what was found, and of the file on disk.
    }

    /// <summary>
    /// The squared error goes with the square of the step: a sixteenth of an octave, which a search leaves open, is 9 % of it, and a quarter, where
    /// it ends when the way there was long, is 29 %.
    /// </summary>
    [ShellTheory]
    [InlineData(0.9, 0.88)]
    [InlineData(0.3, 0.88)]
    [InlineData(0.02, 0.69)]
    public void ASearchGoesOnUntilMetricsHoldToo(double share, double nearness)
    {
        var most = share * Usual();
        var outcome = Compress("quantize: { for: outputs }", Outputs("r2: 0.99", FormattableString.Invariant($"{Error}, atMost: {most}")));
        outcome.Diagnostics.ShouldBeEmpty();
        Found(outcome).ShouldBeInRange(nearness * most, most);
        outcome.Report.Outputs!.Pooled.R2!.Value.ShouldBeGreaterThan(0.99);
        Runs.ShouldBeInRange(3, 8);
        outcome.Report.Search!.Trials.ShouldContain(trial => !trial.Passed);
    }

    [ShellTheory]
    [InlineData(0.3)]
    [InlineData(4)]
    public void MetricsAloneAreAGoal(double share)
    {
        var most = share * Usual();
        var outcome = Compress("quantize: { for: outputs }", Outputs("", FormattableString.Invariant($"{Error}, atMost: {most}")));
        outcome.Diagnostics.ShouldBeEmpty();
        Found(outcome).ShouldBeInRange(0.85 * most, most);
        Runs.ShouldBeInRange(3, 8);
        outcome.Report.Gate.Checks.ShouldHaveSingleItem().Name.ShouldBe("metrics.error.atMost");
    }

    [ShellFact]
    public void WhereMetricsNeverHoldTheNearestIsTakenAndTheGateFails()
    {
        var outcome = Compress("quantize: { for: outputs }", Outputs("r2: 0.99", $"{Error}, atLeast: 1e9"));
        outcome.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT4020");
        outcome.Report.Gate.Checks.Select(check => check.Passed).ShouldBe([true, false]);
        Runs.ShouldBe(8);
        Found(outcome).ShouldBe(Usual(), 1e-9); // Finer steps only lead away from it.
    }

    [ShellFact]
    public void AProgramThatCannotBeRunEndsTheSearch()
    {
        var outcome = Compress("quantize: { for: outputs }",
            Outputs("r2: 0.99", "run: 'echo {model} >> runs; exit 9', shell: true, atLeast: 1"));
        outcome.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT1533");
        outcome.Report.Outputs!.Pooled.R2!.Value.ShouldBeInRange(0.99, 0.993);
        Runs.ShouldBe(2);
    }

    /// <summary>Since the last time it was asked for.</summary>
    private int Runs
    {
        get
        {
            var runs = File.ReadAllLines(_folder["runs"]).Length;
            File.Delete(_folder["runs"]);
            return runs;
        }
    }

    /// <summary>The figure where a search begins: of the smallest artifact whose outputs have R² 0.99.</summary>
    private double Usual()
    {
        var usual = Found(Compress("quantize: { for: outputs }", Outputs("r2: 0.99", $"{Error}, atMost: 1e9")));
        _ = Runs;
        return usual;
    }

    private static double Found(CompressionOutcome outcome) => outcome.Report.Metrics!.ShouldHaveSingleItem().Value;

    private static string Outputs(string threshold, string? metric = null) =>
        $"outputs: {{ samples: {{ random: {{ count: 16 }} }}, {threshold} }}"
            + $"{(metric is null ? "" : $"\n  metrics: [ {{ name: error, {metric} }} ]")}";

    private double SquaredError(string path, string other)
    {
        var (a, b) = (Values(path), Values(other));
        return a.Zip(b, (x, y) => Math.Pow((double)x - y, 2)).Sum();

        float[] Values(string model) =>
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(model).AsSpan(_place, 4 * 64 * 64)).ToArray();
    }

    private CompressionOutcome Compress(string stage, string gate) => SpecRun.Compress(_folder,
        $"models: [ model.onnx ]\nrules: [ {{ weights: '**', stack: [ {stage} ] }} ]\ngate:\n  {gate}\n");
}
