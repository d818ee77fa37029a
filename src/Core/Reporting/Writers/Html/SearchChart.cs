using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>The trials of the search for the smallest artifact: bytes against the R² of the outputs.</summary>
internal static class SearchChart
{
    private const int Ticks = 4;

    public static XElement? Write(CompressionReport report)
    {
        var trials = report.Search?.Trials.Where(trial => trial.OutputR2 < 1).ToList() ?? [];
        if (trials.Count == 0)
            return null;
        var gate = report.Gate.Checks.FirstOrDefault(check => check.Name == "outputs.r2" && check.Threshold is > 0 and < 1)?.Threshold;
        var nines = Chart.Around(trials.Select(trial => Chart.Nines(trial.OutputR2!.Value))
            .Concat(gate is { } threshold ? [Chart.Nines(threshold)] : []));
        var (least, most) = (trials.Min(trial => trial.Bytes), trials.Max(trial => trial.Bytes));
        var room = Math.Max(1, 0.06 * (most - least));
        var range = (From: least - room, To: most + room);
        var best = trials.Find(trial => trial is { Passed: true, IsTaken: true });
        var chart = new Chart("search-chart", "Bytes and R² of the outputs of every trial",
            Text($"{trials.Count} artifacts were tried, {trials.Count(trial => trial.Passed)} passed the gate on outputs.{(best is null ? "" : Text($" The smallest of these has {best.Bytes} bytes and R² {FigureText.R2(best.OutputR2!.Value)}."))}"), range, nines);
        chart.Axes("bytes of the weights that are searched", Enumerable.Range(0, Ticks + 1)
            .Select(i => least + ((most - least) * (double)i / Ticks)).Distinct()
                .Select(bytes => (bytes, FigureText.Bytes((long)Math.Round(bytes)))));
        if (gate is { } asked)
        {
            chart.Segment("gate", (range.From, Chart.Nines(asked)), (range.To, Chart.Nines(asked)));
            chart.Note(range.To, Chart.Nines(asked), 0, -6, "end", $"gate {FigureText.Number(asked)}");
        }

        foreach (var (trial, number) in report.Search!.Trials.Select((trial, index) => (trial, index + 1)).Where(item => item.trial.OutputR2 < 1))
        {
            var title = Text(
                $"trial {number}: {trial.Bytes} bytes, R² {FigureText.R2(trial.OutputR2!.Value)}, {(trial.Passed ? "passed" : "failed")}");
            var place = Chart.Nines(trial.OutputR2.Value);
            if (trial.Passed)
                chart.Mark("trial pass", trial.Bytes, place, trial == best ? 7 : 4.5, title);
            else
                chart.Cross("trial fail", trial.Bytes, place, 4.5, title);
        }

        return El("figure", chart.Svg, El("figcaption", El("p",
            "Every artifact that the search tried, judged by running the model: circles passed the gate on outputs, crosses did not; the largest circle is the smallest artifact that passed, which was taken. R² is that of all outputs pooled.")));
    }
}
