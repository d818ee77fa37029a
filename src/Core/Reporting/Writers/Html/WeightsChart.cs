using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>Bits per weight against R², a circle for each weight, with the line that no coder of independent Gaussian values gets above.</summary>
internal static class WeightsChart
{
    /// <summary>As many colours as the style sheet has.</summary>
    private const int Colours = 5;

    /// <summary>Nines of R² that a bit buys at the bound: R² = 1 − 2^(−2·bits).</summary>
    private const double NinesPerBit = 0.60205999132796239;

    public static XElement? Write(IReadOnlyList<WeightSummary> weights)
    {
        var drawn = weights.Where(weight => weight.R2 < 1).ToList();
        if (drawn.Count == 0)
            return null;
        var stacks = weights.Select(weight => weight.ShownStack).Distinct().ToList();
        var most = drawn.Max(weight => weight.Elements);
        var nines = Chart.Around(drawn.Select(weight => Chart.Nines(weight.R2)));
        var bits = Math.Ceiling(Math.Max(1, 1.05 * drawn.Max(weight => weight.BitsPerWeight)));
        var chart = new Chart("weights-chart", "Bits per weight and R² of every weight",
            Text($"{FigureText.Count(drawn.Count, "weight")}; {drawn.Count(weight => weight.BitsPerWeight < weight.ShannonBits)} of them need fewer bits than the bound for independent Gaussian values. The table of weights has the figures."), (0, bits), nines);
        var step = bits <= 10 ? 1 : bits <= 20 ? 2 : 5;
        chart.Axes("bits per weight", Enumerable.Range(0, (int)(bits / step) + 1).Select(i => ((double)(i * step), Text($"{i * step}"))));
        Bound(chart, bits, nines);
        foreach (var weight in drawn.OrderByDescending(weight => weight.Elements))
        {
            chart.Mark($"weight s{Math.Min(stacks.IndexOf(weight.ShownStack), Colours - 1)}", Math.Min(bits, weight.BitsPerWeight),
                Chart.Nines(weight.R2), 3 + (8 * Math.Sqrt(weight.Elements / (double)most)),
                Text($"{weight.Path}: R² {FigureText.R2(weight.R2)}, {weight.BitsPerWeight:0.000} bits per weight"));
        }

        return El("figure", chart.Svg, El("figcaption",
            El("p", "A circle for each weight, its area by the number of values. The line is the bound for independent Gaussian values; what lies to the left of it is coded in fewer bits.", Notes(weights)),
            El("ul", Class("legend"),
                stacks.Select((stack, index) =>
                    El("li", El("span", Class($"swatch s{Math.Min(index, Colours - 1)}"), Attr("aria-hidden", "true")), stack)))));
    }

    private static void Bound(Chart chart, double bits, (double From, double To) nines)
    {
        var (start, end) = (nines.From / NinesPerBit, Math.Min(bits, nines.To / NinesPerBit));
        if (end <= start)
            return;
        chart.Segment("bound", (start, nines.From), (end, end * NinesPerBit));
        chart.Note(end, end * NinesPerBit, 0, -8, "end", "Gaussian bound");
    }

    private static string Notes(IReadOnlyList<WeightSummary> weights)
    {
        var exact = weights.Count(weight => weight.R2 >= 1);
        var unknown = weights.Count(weight => double.IsNaN(weight.R2));
        var below = weights.Count(weight => weight.R2 < 0);
        return string.Concat(
            exact > 0 ? Text($" Not shown, being exact: {exact}.") : "",
            unknown > 0 ? Text($" Not shown, their R² being unknown: {unknown}.") : "",
            below > 0 ? Text($" Shown at 0, being below: {below}.") : "");
    }
}
