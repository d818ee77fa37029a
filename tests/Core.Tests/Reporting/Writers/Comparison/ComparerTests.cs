using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers.Comparison;

namespace CompressTasks.Core.Tests.Reporting.Writers.Comparison;

public class ComparerTests
{
    [Fact]
    public void AReportIsNotWorseThanItself()
    {
        var comparison = Compare(Report(), Report());
        comparison.Worse.ShouldBeFalse();
        comparison.Weights.Select(weight => weight.Verdict).Distinct().ShouldBe([ComparisonVerdict.Same]);
        comparison.Gate.Verdict.ShouldBe(ComparisonVerdict.Same);
        comparison.Notes.ShouldBeEmpty();
    }

    [Fact]
    public void AFewMoreBytesAreNoRegressionAndMoreAreOne()
    {
        Compare(Report(bytes: 1000), Report(bytes: 1010)).Worse.ShouldBeFalse();
        var comparison = Compare(Report(bytes: 1000), Report(bytes: 1011));
        comparison.Worse.ShouldBeTrue();
        Figure(comparison, "artifact").Verdict.ShouldBe(ComparisonVerdict.Worse);
    }

    [Fact]
    public void TheWorstRegressionComesFirstAndUnknownIsWorstOfAll()
    {
        var comparison = Compare(Report(weights: [("a", 0.9), ("b", 0.9), ("c", 0.9), ("d", 0.9)]),
            Report(weights: [("a", 0.8), ("b", 0.6), ("c", 0.95), ("d", double.NaN)]));
        comparison.Weights.Select(weight => (weight.Path, weight.Verdict)).ShouldBe(
        [
            ("d", ComparisonVerdict.Worse), ("b", ComparisonVerdict.Worse), ("a", ComparisonVerdict.Worse), ("tied", ComparisonVerdict.Worse),
            ("c", ComparisonVerdict.Better), ("kept", ComparisonVerdict.Same),
        ]);
        comparison.Weights[1].ErrorRatio.ShouldBe(4, 1e-12);
    }

    [Fact]
    public void AWeightThatWasExactAndIsCodedIsWorse()
    {
        var comparison = Compare(Report(weights: [("a", 0.9)]), Report(weights: [("a", 0.9), ("kept", 0.99)], kept: []));
        var kept = comparison.Weights[0];
        (kept.Path, kept.Verdict, kept.Baseline.Coding, kept.Candidate.Coding)
            .ShouldBe(("kept", ComparisonVerdict.Worse, ComparedCoding.Exact, ComparedCoding.Lossy));
    }

    [Fact]
    public void AWeightThatIsNowExactIsBetterAndOneThatIsGoneIsWorse()
    {
        var comparison = Compare(Report(weights: [("a", 0.9), ("b", 0.9)]), Report(weights: [], kept: ["kept", "a"]));
        comparison.Weights[0].ShouldSatisfyAllConditions(
            gone => gone.Path.ShouldBe("b"),
            gone => gone.Verdict.ShouldBe(ComparisonVerdict.Worse),
            gone => gone.Candidate.Coding.ShouldBe(ComparedCoding.Absent));
        comparison.Weights.Single(weight => weight.Path == "a").Verdict.ShouldBe(ComparisonVerdict.Better);
    }

    [Fact]
    public void AWeightOfNoBaselineIsListedAndNotJudged()
    {
        var comparison = Compare(Report(), Report(weights: [("a", 0.9), ("new", 0.5)]));
        comparison.Worse.ShouldBeFalse();
        comparison.Weights.Single(weight => weight.Path == "new").Verdict.ShouldBe(ComparisonVerdict.Unknown);
    }

    [Fact]
    public void ASharedWeightHasTheQualityOfItsOwner()
    {
        var comparison = Compare(Report(weights: [("a", 0.9)]), Report(weights: [("a", 0.8)]));
        comparison.Weights.Single(weight => weight.Path == "tied").Verdict.ShouldBe(ComparisonVerdict.Worse);
        comparison.Weights.Single(weight => weight.Path == "tied").Candidate.R2.ShouldBe(0.8);
    }

    [Fact]
    public void AThresholdThatNewlyFailsIsWorseAndOneThatFailedBeforeIsNot()
    {
        var passes = Report(checks: [("r2", true), ("ratio", false)]);
        var fails = Report(checks: [("r2", false), ("ratio", false)]);
        Compare(passes, passes).Gate.Verdict.ShouldBe(ComparisonVerdict.Same);
        Compare(passes, fails).Gate.NewlyFailing.ShouldBe(["r2"]);
        Compare(passes, fails).Worse.ShouldBeTrue();
        Compare(fails, passes).Gate.Verdict.ShouldBe(ComparisonVerdict.Better);
    }

    [Fact]
    public void AGateThatAsksForLessIsNoted()
    {
        var strict = Report(checks: [("r2", true), ("ratio", true)]);
        var loose = Report(checks: [("r2", true)]);
        var lower = loose with { Gate = new(true, [loose.Gate.Checks[0] with { Threshold = 0.25 }]) };
        Compare(strict, loose).Notes.ShouldBe(["The gate does not check ratio any more."]);
        Compare(loose, lower).Notes.ShouldBe(["The gate's r2 was 0.5 and is 0.25."]);
    }

    [Fact]
    public void OutputsAreJudgedByTheirNames()
    {
        var comparison = Compare(WithOutputs(("x", 0.99), ("y", 0.9)), WithOutputs(("y", 0.9), ("x", 0.98)));
        Figure(comparison, "output x: R²").Verdict.ShouldBe(ComparisonVerdict.Worse);
        Figure(comparison, "output y: R²").Verdict.ShouldBe(ComparisonVerdict.Same);
    }

    [Fact]
    public void OutputsThatAreNoLongerMeasuredAreWorse()
    {
        Figure(Compare(WithOutputs(("x", 0.99)), Report()), "output x: R²").Verdict.ShouldBe(ComparisonVerdict.Worse);
        Figure(Compare(Report(), WithOutputs(("x", 0.99))), "output x: R²").Verdict.ShouldBe(ComparisonVerdict.Unknown);
    }

    [Fact]
    public void OutputsOfWholeNumbersAreJudgedByTheirEqualValues()
    {
        var before = WithOutputs(("ids", 0));
        var after = before with { Outputs = Outputs(Output("ids", null) with { Equal = 0.5 }) };
        before = before with { Outputs = Outputs(Output("ids", null) with { Equal = 1 }) };
        Figure(Compare(before, after), "output ids: equal values").Verdict.ShouldBe(ComparisonVerdict.Worse);
        Figure(Compare(before, before), "output ids: equal values").Verdict.ShouldBe(ComparisonVerdict.Same);
    }

    [Fact]
    public void ValuesThatCannotBeComparedAnyMoreAreWorse()
    {
        var before = WithOutputs(("x", 0.99));
        var after = before with { Outputs = Outputs(Output("x", 0.99) with { Incomparable = 3 }) };
        Figure(Compare(before, after), "output x: values that cannot be compared").Verdict.ShouldBe(ComparisonVerdict.Worse);
        Compare(after, before).Worse.ShouldBeFalse();
    }

    [Theory]
    [InlineData("atMost", 0.05, 0.052, "Same")]
    [InlineData("atMost", 0.05, 0.053, "Worse")]
    [InlineData("increase", 0.05, 0.053, "Worse")]
    [InlineData("increase", 0.05, 0.047, "Better")]
    [InlineData("atMost", -10, -9, "Worse")]
    [InlineData("atLeast", 200, 191, "Same")]
    [InlineData("atLeast", 200, 189, "Worse")]
    [InlineData("drop", 200, 211, "Better")]
    [InlineData("drop", 0.95, 0.948, "Same")]
    [InlineData("drop", 0.95, 0.947, "Worse")]
    [InlineData("atLeast", 0.95, 0.953, "Better")]
    [InlineData("atLeast", 0.95, double.NaN, "Worse")]
    [InlineData("atLeast", double.NaN, 0.95, "Unknown")]
    public void MetricsAreJudgedInTheDirectionOfTheirThresholds(string kind, double before, double after, string verdict)
    {
        var comparison = Compare(WithMetric(before, kind), WithMetric(after, kind));
        var figure = Figure(comparison, "metric wer");
        (figure.Verdict.ToString(), figure.Unit, figure.Baseline, figure.Candidate).ShouldBe((verdict, "metric", before, after));
        comparison.Worse.ShouldBe(verdict == "Worse");
    }

    [Fact]
    public void AMetricBetweenThresholdsIsShownAndNotJudged()
    {
        Figure(Compare(WithMetric(1, "atLeast", "atMost"), WithMetric(2, "atLeast", "atMost")), "metric wer").Verdict.ShouldBe(ComparisonVerdict.Unknown);
        Figure(Compare(WithMetric(1, "atLeast", "atMost"), WithMetric(1, "atLeast", "atMost")), "metric wer").Verdict.ShouldBe(ComparisonVerdict.Same);
    }

    [Fact]
    public void AMetricThatIsNoLongerMeasuredIsWorse()
    {
        Figure(Compare(WithMetric(1, "atMost"), Report()), "metric wer").Verdict.ShouldBe(ComparisonVerdict.Worse);
        Figure(Compare(Report(), WithMetric(1, "atMost")), "metric wer").Verdict.ShouldBe(ComparisonVerdict.Unknown);
    }

    [Fact]
    public void FiguresOnLabelsAreJudgedByWhatIsBetter()
    {
        var comparison = Compare(WithLabels(new(9, 0.9, 0.5, 2)), WithLabels(new(9, 0.89, 0.4, 2.02)));
        comparison.Figures.Where(figure => figure.Name.StartsWith("labels", StringComparison.Ordinal))
            .Select(figure => (figure.Name, figure.Verdict.ToString(), ComparisonText.Change(figure)))
            .ShouldBe([("labels: accuracy", "Worse", "×1.10"), ("labels: cross entropy", "Better", "×0.80"), ("labels: root mean squared error", "Same", "×1.01")]);
    }

    [Fact]
    public void MetricsAndLabelsAreRowsForPeople()
    {
        var text = MarkdownComparison.Write(Compare(WithMetric(0.05, "atMost"), WithMetric(0.0625, "atMost")));
        text.ShouldContain("| metric wer | 0.05 | 0.0625 | +0.0125 | **worse** |");
    }

    [Fact]
    public void OtherModelsAndOtherSamplesAreNoted()
    {
        var before = WithOutputs(("x", 0.99));
        var after = before with
        {
            Model = before.Model with { Sha256 = new string('c', 64) },
            Outputs = before.Outputs! with { Source = before.Outputs!.Source with { Count = 7 } },
        };
        var notes = Compare(before, after).Notes;
        notes.Count.ShouldBe(2);
        notes[0].ShouldContain("different models");
        notes[1].ShouldContain("other samples");
        Compare(before, before with { Outputs = before.Outputs! with { Source = before.Outputs!.Source with { Path = "moved.npz" } } })
            .Notes.ShouldBeEmpty();
    }

    /// <summary>What an artifact does not tell is not worse; that a weight is not exact any more, it tells.</summary>
    [Fact]
    public void WhatAnArtifactDoesNotTellIsUnknown()
    {
        var report = WithOutputs(("x", 0.99)) with { Metrics = WithMetric(1, "atMost").Metrics };
        var artifact = Artifact(("a", ComparedCoding.Lossy), ("kept", ComparedCoding.Exact));

        var comparison = Comparer.Compare(ComparisonSide.OfReport("a.report.json", report), artifact, ComparisonTolerance.Default);

        comparison.Worse.ShouldBeFalse();
        comparison.Figures.Skip(1).ShouldAllBe(figure => figure.Verdict == ComparisonVerdict.Unknown);
        comparison.Figures[0].Verdict.ShouldBe(ComparisonVerdict.Same);
        comparison.Weights.ToDictionary(weight => weight.Path, weight => weight.Verdict)["a"].ShouldBe(ComparisonVerdict.Unknown);
        var lost = Comparer.Compare(ComparisonSide.OfReport("a.report.json", report),
            Artifact(("a", ComparedCoding.Lossy), ("kept", ComparedCoding.Lossy)), ComparisonTolerance.Default);
        (lost.Worse, lost.Weights[0].Path, lost.Weights[0].Verdict).ShouldBe((true, "kept", ComparisonVerdict.Worse));
    }

    [Fact]
    public void WeightsAreNotJudgedWhereTheyAreAsCoarseAsOutputsAllow()
    {
        var before = WithOutputs(("x", 0.99));
        var search = new SearchSummary(new("npz", "s.npz", null, 1), SharedWithGate: 1, TimedOut: false, [], []);
        var after = Report(weights: [("a", 0.5)]) with { Outputs = before.Outputs, Search = search, Total = before.Total with { R2 = 0.5, WorstWeightR2 = 0.5 } };

        var comparison = Compare(before, after);

        comparison.Worse.ShouldBeFalse();
        comparison.Weights.Single(weight => weight.Path == "a").Verdict.ShouldBe(ComparisonVerdict.NotJudged);
        Figure(comparison, "pooled R²").Verdict.ShouldBe(ComparisonVerdict.NotJudged);
        comparison.Notes.ShouldHaveSingleItem().ShouldContain("for: outputs");
        Compare(before, after with { Outputs = WithOutputs(("x", 0.98)).Outputs }).Worse.ShouldBeTrue();
        Compare(before, after with { Search = null }).Worse.ShouldBeTrue();
        Compare(Report(), after with { Outputs = null }).Worse.ShouldBeTrue();
    }

    private static ComparisonSide Artifact(params (string Path, ComparedCoding Coding)[] weights)
    {
        var states = new OrderedDictionary<string, WeightState>(StringComparer.Ordinal);
        foreach (var (path, coding) in weights)
            states.Add(path, new(coding, coding == ComparedCoding.Exact ? 1 : double.NaN, 10));
        return new(new("b.onnxz", "artifact", "tests"), null, 1000, double.NaN, double.NaN, states);
    }

    private static ComparisonReport Compare(CompressionReport baseline, CompressionReport candidate) =>
        Comparer.Compare(ComparisonSide.OfReport("a.report.json", baseline), ComparisonSide.OfReport("b.report.json", candidate),
            ComparisonTolerance.Default);

    private static ComparedFigure Figure(ComparisonReport comparison, string name) => comparison.Figures.Single(figure => figure.Name == name);

    private static CompressionReport Report(long bytes = 1000, (string Path, double R2)[]? weights = null, string[]? kept = null,
        (string Name, bool Passed)[]? checks = null)
    {
        weights ??= [("a", 0.9)];
        var sample = SampleReport.Make(passed: true);
        return sample with
        {
            Total = sample.Total with { ArtifactBytes = bytes, R2 = 0.9, WorstWeightR2 = 0.9 },
            Gate = new((checks ?? []).All(check => check.Passed),
                [.. (checks ?? []).Select(check => new GateCheckSummary(check.Name, 0.5, 0.5, check.Passed))]),
            Weights = [.. weights.Select(weight => sample.Weights[0] with { Path = weight.Path, R2 = weight.R2 })],
            Coverage = new(sample.Coverage.Coded, [.. (kept ?? ["kept"]).Select(path => new KeptSummary(path, "no rule matches", 12, null))],
                [new("tied", weights.Length > 0 ? "a" : "kept", 12)]),
        };
    }

    private static CompressionReport WithOutputs(params (string Name, double R2)[] outputs) =>
        Report() with { Outputs = Outputs([.. outputs.Select(output => Output(output.Name, output.R2))]) };

    private static CompressionReport WithMetric(double value, params string[] kinds) =>
        Report() with { Metrics = [new("wer", "run", value, null, Passed: true, [.. kinds.Select(kind => new MetricThresholdSummary(kind, 1, value, Passed: true))], null, null)] };

    private static CompressionReport WithLabels(LabelSummary restored)
    {
        var report = WithOutputs(("x", 0.99));
        return report with { Outputs = report.Outputs! with { Labels = new("targets", "x", new(9, 1, 0, 0), restored) } };
    }

    private static OutputsSummary Outputs(params OutputSummary[] outputs) =>
        new(new("random", null, null, 4), outputs, Output("", outputs[0].R2), [], []);

    private static OutputSummary Output(string name, double? r2) => new(name, "float32", 100, r2, 20, 0.99, 0.1, null, null, null, 0);
}
