using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Tool.Output.Ci;

namespace CompressTasks.Tool.Tests.Output.Ci;

public sealed class StepSummaryTests : IDisposable
{
    private const int MiB = 1024 * 1024;

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void ReportsAreAddedToWhatIsThere()
    {
        _work.Write("summary.md", "# before\n");
        StepSummary.Append(_work["summary.md"], overview: null, [Report("a", weights: 2), Report("b", weights: 2)]).ShouldBe(0);
        var text = File.ReadAllText(_work["summary.md"]);
        text.ShouldBe($"# before\n{MarkdownReport.Write(Report("a", 2))}\n{MarkdownReport.Write(Report("b", 2))}\n");
    }

    [Fact]
    public void OfSeveralModelsTheOverviewIsFirstAndLeadsNowhere()
    {
        var overview = new RunOverview([new("a", Report("a", 2), [_work["a.report.md"]], []), new("b", Report("b", 2), [], [])]);
        StepSummary.Append(_work["summary.md"], overview, [Report("a", weights: 2), Report("b", weights: 2)]).ShouldBe(0);
        var text = File.ReadAllText(_work["summary.md"]);
        text.ShouldBe($"{MarkdownOverview.Write(overview, folder: null)}\n{MarkdownReport.Write(Report("a", 2))}\n{MarkdownReport.Write(Report("b", 2))}\n");
        text.ShouldNotContain("](");
    }

    [Fact]
    public void ALargeReportIsShortenedToTheWorstWeights()
    {
        MarkdownReport.Write(Report("a", weights: 20_000)).Length.ShouldBeGreaterThan(MiB);
        StepSummary.Append(_work["summary.md"], overview: null, [Report("a", weights: 20_000)]).ShouldBe(0);
        new FileInfo(_work["summary.md"]).Length.ShouldBeLessThanOrEqualTo(MiB);
        var text = File.ReadAllText(_work["summary.md"]);
        text.ShouldContain("| `w000000` |");
        text.ShouldContain("19000 more weights are in the whole report.");
    }

    [Fact]
    public void WhatIsThereCountsToo()
    {
        _work.Write("summary.md", new string('x', MiB - 5000));
        StepSummary.Append(_work["summary.md"], overview: null, [Report("a", weights: 200)]).ShouldBe(0);
        new FileInfo(_work["summary.md"]).Length.ShouldBeLessThanOrEqualTo(MiB);
        File.ReadAllText(_work["summary.md"]).ShouldContain("190 more weights are in the whole report.");
    }

    [Fact]
    public void ALargeModelLeavesRoomForTheNext()
    {
        StepSummary.Append(_work["summary.md"], overview: null, [Report("a", weights: 20_000), Report("b", weights: 3)]).ShouldBe(0);
        File.ReadAllText(_work["summary.md"]).ShouldEndWith(MarkdownReport.Write(Report("b", weights: 3)) + "\n");
    }

    [Fact]
    public void ReportsWithoutRoomAreCounted()
    {
        _work.Write("summary.md", new string('x', MiB - 10));
        StepSummary.Append(_work["summary.md"], overview: null, [Report("a", weights: 1), Report("b", weights: 1)]).ShouldBe(2);
        new FileInfo(_work["summary.md"]).Length.ShouldBe(MiB - 10);
    }

    private static CompressionReport Report(string model, int weights) => new(
        CompressionReport.CurrentSchemaVersion,
        "CompressTasks 0.1.0",
        new(model, "", 1000),
        new($"{model}z", "", 100),
        new(0.5, 0.5, "w000000", 10, 1000, 100, 1),
        new(true, []),
        [.. Enumerable.Range(0, weights)
            .Select(i => new WeightSummary($"w{i:000000}", "float32", [16, 8], 128, 512, 68, 4.25, 0.5 + (i / 1e6), 0.5, "quantize", [], null))],
        new(new(weights, 512 * weights, 68 * weights), [], []));
}
