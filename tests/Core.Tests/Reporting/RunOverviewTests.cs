using CompressTasks.Reporting;

namespace CompressTasks.Core.Tests.Reporting;

/// <summary>What a run of several models says of all of them.</summary>
public class RunOverviewTests
{
    private static readonly DiagnosticSummary _error = new("CT2006", "error", "This is no ONNX model.", "broken.onnx", 0, 0);

    [Fact]
    public void TheWorstIsTheFirst()
    {
        var passed = SampleReport.Make(passed: true);
        var overview = new RunOverview(
        [
            Entry("z-better", SampleReport.Make(passed: true, r2: 0.95)),
            Entry("z-worse", SampleReport.Make(passed: true, r2: 0.75)),
            Entry("unknown", SampleReport.Make(passed: true, r2: double.NaN)),
            Entry("open", passed with { Gate = new(true, []) }),
            Entry("warned", passed with { Diagnostics = [_error with { Severity = "warning" }] }),
            Entry("tolerated", FailedReport.Make("warning")),
            Entry("failed", FailedReport.Make()),
            new("waiting", Report: null, [], []),
            new("broken", Report: null, [], [_error]),
        ]);
        overview.Entries.Select(entry => entry.Name)
            .ShouldBe(["broken", "waiting", "failed", "tolerated", "warned", "open", "unknown", "z-worse", "z-better"]);
        overview.Verdict.ShouldBe(GateVerdict.NotMade);
        overview.Word.ShouldBe("4 of 6 gates hold");

        // Seven times 1,234,567 bytes, and 345,678.
        overview.Lead.ShouldBe("7 models: 8.64 MB became 2.42 MB, 3.57 times smaller. 1 could not be made. 1 was not reached. 1 has no gate.");
    }

    [Fact]
    public void WhereOutputsWereSeenTheyMakeTheOrder()
    {
        var report = SampleReport.Make(passed: true);
        var overview = new RunOverview(
        [
            Entry("weights", SampleReport.Make(passed: true, r2: 0.9)),
            Entry("look", SampleReport.Make(passed: true, r2: 0.99) with { Probe = new(4, "y", 0.5, null, null) }),
            Entry("outputs", report with { Outputs = FailedReport.Make().Outputs!, Probe = null }),
        ]);
        overview.Entries.Select(entry => entry.Name).ShouldBe(["look", "weights", "outputs"], "0.5, 0.9 and 0.9876");
    }

    [Theory]
    [InlineData(true, true, "Passed", "2 of 2 gates hold")]
    [InlineData(true, false, "Passed", "1 of 1 gate holds")]
    [InlineData(false, false, "None", "No gate")]
    public void AModelWithoutAGateHidesNoneThatHolds(bool first, bool second, string verdict, string word)
    {
        var overview = new RunOverview([Entry("a", Gated(first)), Entry("b", Gated(second))]);
        overview.Verdict.ToString().ShouldBe(verdict);
        overview.Word.ShouldBe(word);

        static CompressionReport Gated(bool gated) => gated ? SampleReport.Make(passed: true) : SampleReport.Make(passed: true) with { Gate = new(true, []) };
    }

    [Fact]
    public void WarningsAreSaidWithTheGatesThatHold()
    {
        var warned = SampleReport.Make(passed: true) with { Diagnostics = [_error with { Severity = "warning" }] };
        var overview = new RunOverview([Entry("a", SampleReport.Make(passed: true)), Entry("b", warned)]);
        overview.Word.ShouldBe("2 of 2 gates hold, with warnings");
    }

    private static OverviewEntry Entry(string name, CompressionReport report) => new(name, report, [], report.Diagnostics);
}
