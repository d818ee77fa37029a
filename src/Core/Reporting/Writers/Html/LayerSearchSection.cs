using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>What each layer of a runnable model became, and why.</summary>
internal static class LayerSearchSection
{
    public static XElement? Write(LayerSearchSummary? search) => search is null ? null : Section("layers", "Search over layers",
        El("p", LayerSearchText.Measured(search)),
        Table("Trials",
            [NumberColumn("layers rewritten"), NumberColumn("R² of the outputs"), NumberColumn("lost of what may be lost"), Column("gate")],
            El("tbody", search.Trials.Select(trial => El("tr",
                Number(Count(trial.Rewritten)),
                Number(trial.OutputR2 is { } r2 ? FigureText.R2(r2) : "–"),
                Number(LayerSearchText.Share(trial.Lost)),
                El("td", Class(trial.Passed ? "pass" : "fail"), trial.Passed ? "✓ passed" : "✗ failed"))))),
        Table("Layers",
            [Column("weight"), Column("became"), Column("because"), Column("tried"), NumberColumn("loses alone"), NumberColumn("saves")],
            El("tbody", LayerSearchText.Rows(search).Select(row => El("tr",
                RowHeader(row.Path.Length == 0 ? null : Name(row.Path)),
                Cell(row.Form), Cell(row.Reason), Cell(row.Tried), Number(row.Loss), Number(row.Saved))))));
}
