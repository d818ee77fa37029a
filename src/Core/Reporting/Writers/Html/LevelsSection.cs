using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>The levels of weights that went through several stages, and where towers ended.</summary>
internal static class LevelsSection
{
    /// <summary>More weights than this are folded away.</summary>
    private const int Shown = 20;

    public static XElement? Write(IReadOnlyList<WeightSummary> weights)
    {
        // A weight that is only quantized has one level that the table of weights already describes.
        var stacked = weights.Where(weight => weight.Levels.Count > 2).ToList();
        return stacked.Count == 0 ? null : Section("levels", "Levels",
            El("p", "R² to the level before says how well a stage kept its own input; only R² to the weights says what is left of the model. PR is "
                + "the participation ratio of the level’s parameters."),
            Rows("Levels", stacked.Take(Shown)),
            stacked.Count <= Shown ? null
                : El("details", El("summary", FigureText.Count(stacked.Count - Shown, "more weight")), Rows("More levels", stacked.Skip(Shown))));
    }

    private static XElement Rows(string label, IEnumerable<WeightSummary> weights) => Table(label,
        [Column("level"), NumberColumn("parameters"), NumberColumn("level ratio"), NumberColumn("total ratio"),
            NumberColumn("R² to level before"), NumberColumn("R² to weights"), El("td"), NumberColumn("PR"), NumberColumn("components for 95 %")],
        weights.Select(Body));

    private static XElement Body(WeightSummary weight) => El("tbody",
        El("tr",
            El("th", Attr("scope", "rowgroup"), Attr("colspan", "9"), Class("group"), Name(weight.Path), " ",
                El("span", Class("muted"), weight.Tower is { } tower ? $"{weight.Stack}; {End(tower)}" : weight.Stack))),
        weight.Levels.Select((level, index) => El("tr", level.Kept ? null : Class("dropped"),
            RowHeader(Text($"L{index} {level.Name}{(level.Kept ? "" : " (tried, dropped)")}")),
            Number(Count(level.Parameters)),
            Number(Text($"{level.LevelRatio:0.00}")),
            Number(Text($"{level.CumulativeRatio:0.00}")),
            Number(FigureText.R2(level.R2ToPrevious)),
            Number(FigureText.R2(level.R2ToWeights)),
            Cell(Bar(double.IsNaN(level.R2ToWeights) ? 0 : level.R2ToWeights)),
            Number(level.ParticipationRatio is { } ratio ? Text($"{ratio:0.00}") : "–"),
            Number(level.ComponentsFor95 is { } components ? Count(components) : "–"))));

    private static string End(TowerSummary tower) => Text($"tower of {tower.FixedPoint} after {tower.ConvergenceDepth} tried, {Reason(tower)}");

    private static string Reason(TowerSummary tower) => tower.End switch
    {
        "gainTooSmall" => "the next level gained too little",
        "allComponentsNeeded" => "all components were needed",
        "levelLimit" => "the limit of levels",
        var other => other,
    };
}
