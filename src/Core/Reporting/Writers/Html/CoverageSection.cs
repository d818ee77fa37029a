using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>The ledger: where every byte of the model went.</summary>
internal static class CoverageSection
{
    private sealed record Entry(string Name, string Kind, int Weights, long Bytes, string Artifact, IReadOnlyList<string> Paths);

    public static XElement Write(CoverageSummary coverage)
    {
        var entries = Entries(coverage).ToList();
        var total = entries.Sum(entry => entry.Bytes);
        return Section("coverage", "Coverage",
            El("p", "Where every byte of the model went. What is not coded with a loss comes back bit for bit."),
            Table("Coverage",
                [Column("what"), NumberColumn("weights"), NumberColumn("bytes in the model"), NumberColumn("share"), El("td"),
                    NumberColumn("bytes in the artifact")],
                El("tbody", entries.Select(entry => El("tr",
                    RowHeader(entry.Name, Paths(entry.Paths)),
                    Number(Count(entry.Weights)),
                    Number(Count(entry.Bytes)),
                    Number(Percent(total == 0 ? 0 : entry.Bytes / (double)total)),
                    Cell(Bar(total == 0 ? 0 : entry.Bytes / (double)total, $"bar {entry.Kind}")),
                    Number(entry.Artifact)))),
                El("tfoot",
                    El("tr", RowHeader("total"), Number(Count(entries.Sum(entry => entry.Weights))), Number(Count(total)),
                        Number(total == 0 ? "–" : "100.0 %"), Cell(), Cell()))));
    }

    private static IEnumerable<Entry> Entries(CoverageSummary coverage)
    {
        yield return new("coded with a loss", "coded", coverage.Coded.Weights, coverage.Coded.Bytes, Count(coverage.Coded.CompressedBytes), []);
        foreach (var reason in coverage.Kept.GroupBy(weight => weight.Reason).OrderByDescending(group => group.Sum(weight => weight.Bytes))
            .ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            var inside = reason.Count(weight => weight.CompressedBytes is null);
            var own = Count(reason.Sum(weight => weight.CompressedBytes ?? 0));
            yield return new($"kept: {reason.Key}", "exact", reason.Count(), reason.Sum(weight => weight.Bytes), inside > 0
                ? Text($"{own} + {inside} in the structure") : own, [.. reason.Select(weight => weight.Path)]);
        }

        if (coverage.Shared.Count > 0)
            yield return new("shared with another weight", "rest", coverage.Shared.Count, coverage.Shared.Sum(weight => weight.Bytes), "0",
                [.. coverage.Shared.Select(weight => $"{weight.Path} = {weight.With}")]);
        if (coverage.AttributeFloats > 0)
            yield return new(Text($"in attributes: {coverage.AttributeFloats} floats, carried exactly"), "exact", 0, coverage.AttributeBytes,
                "in the structure", []);
        if (coverage.StructureBytes is { } structure)
            yield return new("the model's structure", "exact", 0, structure - coverage.AttributeBytes, "", []);
    }

    private static XElement? Paths(IReadOnlyList<string> paths) =>
        paths.Count == 0 ? null : El("details", El("summary", "which"), El("ul", paths.Select(path => El("li", Name(path)))));
}
