using System.Globalization;

namespace CompressTasks.Reporting;

/// <summary>What became of the models of one run, the worst first.</summary>
internal sealed class RunOverview(IEnumerable<OverviewEntry> entries)
{
    public IReadOnlyList<OverviewEntry> Entries { get; } =
        [.. entries.OrderBy(entry => entry.Verdict).ThenBy(entry => entry.Rank).ThenBy(entry => entry.Name, StringComparer.Ordinal)];

    public IEnumerable<CompressionReport> Reports => Entries.Select(entry => entry.Report).OfType<CompressionReport>();

    public long OriginalBytes => Reports.Sum(report => report.Total.OriginalBytes);

    public long ArtifactBytes => Reports.Sum(report => report.Total.ArtifactBytes);

    public double Ratio => OriginalBytes / (double)Math.Max(1, ArtifactBytes);

    /// <summary>Of the gate that a run of several models has: as bad as the worst of them, though no gate at all hides none that passed.</summary>
    public GateVerdict Verdict => Entries.Count == 0 || Entries.All(entry => entry.Verdict == GateVerdict.None) ? GateVerdict.None
        : Entries.Min(entry => entry.Verdict == GateVerdict.None ? GateVerdict.Passed : entry.Verdict);

    /// <summary>How many of the gates hold.</summary>
    public string Word
    {
        get
        {
            var gates = Reports.Count(report => report.Gate.Checks.Count > 0);
            var holding = Reports.Count(report => report.Gate is { Checks.Count: > 0, Passed: true });
            return gates == 0 ? "No gate"
                : Text($"{holding} of {gates} {(gates == 1 ? "gate holds" : "gates hold")}")
                    + (Verdict == GateVerdict.PassedWithWarning ? ", with warnings" : "");
        }
    }

    /// <summary>Sizes, and what the gates do not say.</summary>
    public string Lead
    {
        get
        {
            var (notMade, notReached) = (Count(GateVerdict.NotMade), Count(GateVerdict.NotReached));
            var models = Entries.Count - notMade - notReached;
            return Text($"{models} {(models == 1 ? "model" : "models")}: {FigureText.Bytes(OriginalBytes)} became {FigureText.Bytes(ArtifactBytes)}, ")
                + Text($"{Ratio:0.00} times smaller.")
                + (notMade > 0 ? Text($" {notMade} could not be made.") : "")
                + (notReached > 0 ? Text($" {notReached} {(notReached == 1 ? "was" : "were")} not reached.") : "")
                + (Count(GateVerdict.None) is > 0 and var open && open < models ? Text($" {open} {(open == 1 ? "has" : "have")} no gate.") : "");
        }
    }

    private int Count(GateVerdict verdict) => Entries.Count(entry => entry.Verdict == verdict);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One model of a run.</summary>
/// <param name="Name">The model, as the user of this run knows it.</param>
/// <param name="Report">Null when there is none.</param>
/// <param name="ReportPaths">The reports that were written of it.</param>
/// <param name="Diagnostics">What was found; of a model without a report, why.</param>
internal sealed record OverviewEntry(string Name, CompressionReport? Report, IReadOnlyList<string> ReportPaths,
    IReadOnlyList<DiagnosticSummary> Diagnostics)
{
    public GateVerdict Verdict => Report is not null ? GateVerdicts.Of(Report)
        : Diagnostics.Count > 0 ? GateVerdict.NotMade : GateVerdict.NotReached;

    /// <summary>
    /// Among models of one verdict: R² of the worst output; where none were compared, that of one look at them, or that of the weights. What is
    /// unknown is worst.
    /// </summary>
    internal double Rank
    {
        get
        {
            var outputs = (Report?.Outputs?.Outputs ?? []).Select(output => output.R2).OfType<double>().ToList();
            var r2 = outputs.Count > 0 ? outputs.Min() : Report?.Probe is { Output: not null } probe ? probe.Value : Report?.Total.R2 ?? double.NaN;
            return double.IsNaN(r2) ? double.NegativeInfinity : r2;
        }
    }
}
