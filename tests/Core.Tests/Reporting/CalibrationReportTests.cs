using System.Text.Json;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Html;

namespace CompressTasks.Core.Tests.Reporting;

public sealed class CalibrationReportTests
{
    private static readonly SearchSummary _search = new(new("npz", "data/cal.npz", new string('d', 64), 48), SharedWithGate: 0, TimedOut: true,
        [new("fine", 1, 0.02), new("late", 1, null), new("branch", 0, null), new("hidden", 1, null), new("idle", 0, 0.02)],
        [new(68, 0.999, true)])
    {
        CalibrationR2 = 0.9995,
        MomentsSha256 = new string('e', 64),
        Late = ["late"],
        Untaken = ["branch"],
    };

    [Fact]
    public void EveryWeightThatIsNotCalibratedHasOneReason() => _search.NotCalibrated.ShouldBe(
    [
        new("late", "maxTime left no time to measure the inputs of the layer"),
        new("branch", "no calibration sample takes the branch"),
        new("hidden", "the inputs of the layer cannot be seen or are zero, or the layer is of a kind that is not known"),
        new("idle", "no calibration sample shows an effect on the outputs, so R² 0.999 is asked of the weight"),
    ]);

    [Fact]
    public void ACalibrationThatWasGivenUpIsTheReasonOfAll()
    {
        var all = (_search with { IsCalibrationGivenUp = true, Late = [] }).NotCalibrated;
        all.Select(weight => weight.Path).ShouldBe(["fine", "late", "branch", "hidden", "idle"]);
        all.ShouldAllBe(weight => weight.Reason == "with a calibration the artifact was larger");
    }

    [Fact]
    public void WithoutACalibrationNothingIsMissing() => (_search with { MomentsSha256 = null }).NotCalibrated.ShouldBeEmpty();

    [Fact]
    public void ANoteNamesTheFirstTenOfEachReason()
    {
        var unseen = Enumerable.Range(10, 12).Select(i => new SensitivitySummary($"w{i}", 1, null));
        var report = Report(_search with { Weights = [.. unseen, new("late", 1, null)] });
        ReportNotes.Of(report).Where(note => note.Contains("not calibrated", StringComparison.Ordinal)).ShouldBe(
        [
            "12 of 13 weights are not calibrated (w10, w11, w12, w13, w14, w15, w16, w17, w18, w19, …): the inputs of the layer cannot be seen or "
                + "are zero, or the layer is of a kind that is not known.",
            "1 of 13 weights is not calibrated (late): maxTime left no time to measure the inputs of the layer.",
        ]);
    }

    [Fact]
    public void JsonNamesThemAllAndComesBackTheSame()
    {
        var text = JsonReport.Write(Report(_search));
        using var json = JsonDocument.Parse(text);
        var weights = json.RootElement.GetProperty("search").GetProperty("notCalibrated");
        weights.EnumerateArray().Select(weight => weight.GetProperty("path").GetString()).ShouldBe(["late", "branch", "hidden", "idle"]);
        weights[1].GetProperty("reason").GetString().ShouldBe("no calibration sample takes the branch");
        JsonReport.Write(JsonReport.ReadCompression(json.RootElement)!).ShouldBe(text);
    }

    [Fact]
    public void TablesSayWhichWeightsAreCalibrated()
    {
        MarkdownReport.Write(Report(_search)).Split('\n').Where(line => line.Contains("quantize |", StringComparison.Ordinal))
            .Select(line => line.Split('|')).Select(cells => (cells[1].Trim(), cells[8].Trim()))
            .ShouldBe([("`fine`", "calibrated quantize"), ("`late`", "quantize")], ignoreOrder: true);
        var page = HtmlReport.Write(Report(_search));
        page.ShouldContain("<td>calibrated quantize</td>");
        page.ShouldContain("<td>quantize</td>");
    }

    /// <summary>One of five: the others are named above.</summary>
    [Fact]
    public void BothReportsDescribeTheCalibration()
    {
        const string Before = "What each weight has to do with the outputs was measured on 48 samples of ";
        const string After = "; every artifact below was judged on the gate's samples. Weights are coded against the inputs that their layers meet "
            + "there: 1 of 5. On these samples the outputs have R² 0.999500. The time that the spec allows was over before the search was.";
        MarkdownReport.Write(Report(_search)).ShouldContain($"{Before}`data/cal.npz`{After}");
        HtmlReport.Write(Report(_search)).ShouldContain($"{Before}<code>data/cal.npz</code>{After}");
    }

    [Fact]
    public void ACalibrationThatWasGivenUpIsDescribedToo() => HtmlReport.Write(Report(_search with { IsCalibrationGivenUp = true })).ShouldContain(
        "the weights took more bytes than without, so they are coded without. On these samples the outputs have R² 0.999500.");

    private static CompressionReport Report(SearchSummary search)
    {
        var report = SampleReport.Make(passed: true) with { Search = search };
        var weight = report.Weights[0] with { Stack = "quantize", Tower = null };
        return report with { Weights = [Coded(weight, "fine", "calibrated quantize"), Coded(weight, "late", "quantize")] };
    }

    private static WeightSummary Coded(WeightSummary weight, string path, string level) => weight with
    {
        Path = path,
        Levels = [new("weights", 128, 1, 1, 1, 1, null, null), new(level, 128, 1, 1, 0.75, 0.75, null, null)],
    };
}
