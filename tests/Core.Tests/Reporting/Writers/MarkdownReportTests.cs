using CompressTasks.Reporting.Writers;

namespace CompressTasks.Core.Tests.Reporting.Writers;

public class MarkdownReportTests
{
    [Fact]
    public void AFailedGateIsSeenAtOnce()
    {
        var lines = Lines(passed: false);
        lines[0].ShouldBe("""# ❌ models/m\|1.onnx: gate failed""");
        lines.ShouldContain("| r2 | 0.5 | 0.75 | passed |");
        lines.ShouldContain("| weightR2 | 0.9 | 0.75 | **failed** |");
    }

    [Fact]
    public void APassedGateIsSeenAtOnce() => Lines(passed: true)[0].ShouldBe("""# ✅ models/m\|1.onnx: gate passed""");

    [Fact]
    public void WorstWeightsComeFirstAndAreNamed()
    {
        var report = SampleReport.Make(passed: false);
        report = report with
        {
            Weights = [report.Weights[0] with { Path = "good", R2 = 0.9 },
            report.Weights[0] with { Path = "unknown", R2 = double.NaN }, report.Weights[0] with { Path = "bad", R2 = -2 }]
        };
        var rows = MarkdownReport.Write(report).Split('\n').Where(line => line.Contains("| 16×8 |", StringComparison.Ordinal)).ToList();
        rows.Select(row => row.Split('`')[1]).ShouldBe(["unknown", "bad", "good"]);
        rows[0].ShouldContain("| unknown | 4.250 |");
    }

    [Fact]
    public void EveryLevelHasARow()
    {
        var rows = Lines(passed: true).SkipWhile(line => line != "## Levels").Where(line => line.Contains("| L", StringComparison.Ordinal)).ToList();
        rows[0].ShouldEndWith("| L0 weights | 128 | 1.00 | 1.00 | 1.000000 | 1.000000 | – | – |");
        rows[1].ShouldBe("|  | L1 gaussian | 48 | 2.67 | 2.67 | 0.500000 | 0.500000 | 1.50 | 2 |");
        rows[2].ShouldBe("|  | L2 pca (tried, dropped) | 40 | 1.20 | 3.20 | 0.975000 | -0.250000 | – | – |");
    }

    [Fact]
    public void CoverageAddsUp()
    {
        var lines = Lines(passed: true);
        lines.ShouldContain("| coded with a loss | 1 | 512 | 68 |");
        lines.ShouldContain("| kept: int64, not floating-point | 1 | 80 | 30 |");
        lines.ShouldContain("| kept: fewer than 1024 elements | 1 | 12 | 0 + 1 in the model's structure |");
        lines.ShouldContain("| shared with another weight | 1 | 12 | 0 |");
        lines.ShouldContain("| **total** | 4 | 616 | |");
    }

    [Fact]
    public void EveryTableRowHasTheCellsOfItsHeader()
    {
        foreach (var table in string.Join('\n', Lines(passed: false)).Split("\n\n").Where(part => part.StartsWith('|')))
            table.Split('\n').Select(Cells).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public void BackticksAndBarsInAPathAreShown()
    {
        // CommonMark: a code span ends at a run of backticks as long as the one that began it. GitHub: \| is a bar inside of a cell, in code as well.
        var row = Lines(passed: true).Single(line => line.Contains("| 16×8 |", StringComparison.Ordinal));
        row.ShouldStartWith("""| ``blocks\|`0`.attn_weight`` | 68 | 0.0 % |""");
        row.ShouldContain("""| gaussian \| pca |""");
    }

    [Fact]
    public void NumbersAreTheSameInAnyCulture()
    {
        var here = MarkdownReport.Write(SampleReport.Make(passed: false));
        InGermany.Run(() => MarkdownReport.Write(SampleReport.Make(passed: false)).ShouldBe(here));
        here.ShouldContain("1.23 MB");
    }

    [Fact]
    public void FindingsStandBelowTheVerdictWithTheirPlace()
    {
        var lines = MarkdownReport.Write(FailedReport.Make()).Split('\n');
        lines.ShouldContain("""- **error CT4002** `app/my spec.yml(3,13)`: models/m\|1.onnx: 2 of 3 weights are below. Worst: \</code\>\<script\>alert("1")\</script\>\&amp;{0} (0.5).""");
        Array.FindIndex(lines, line => line.StartsWith("- **error", StringComparison.Ordinal))
            .ShouldBeLessThan(Array.FindIndex(lines, line => line.StartsWith("## ", StringComparison.Ordinal)));
    }

    [Fact]
    public void TheSpecIsShownAsUsed()
    {
        var text = MarkdownReport.Write(FailedReport.Make());
        text.ShouldContain(
            "## Spec\n\nAs used, from `app/my spec.yml`.\n\n- `gate.r2` was `0.5`, from `--r2`\n\n```yaml\nmodels: [ models/m.onnx ]\n");
        MarkdownReport.Write(FailedReport.Make() with { Spec = new(null, "# ```` four", []) }).ShouldContain("\n`````yaml\n# ```` four\n`````\n");
    }

    [Fact]
    public void AShortenedReportSaysWhatItLeavesOut()
    {
        var text = MarkdownReport.Write(FailedReport.Make(), change: null, shownWeights: 1);
        text.ShouldContain("2 more weights are in the whole report.");
        text.ShouldNotContain("`better`");
        text.ShouldNotContain("## Spec");
        text.ShouldNotContain("## Levels");
        text.ShouldContain("## Coverage");
    }

    private static string[] Lines(bool passed) => MarkdownReport.Write(SampleReport.Make(passed)).Split('\n');

    private static int Cells(string row) => row.Replace("""\|""", "", StringComparison.Ordinal).Count(character => character == '|');
}
