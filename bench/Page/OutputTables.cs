using System.Globalization;
using CompressTasks.Benchmarks.Outputs;

namespace CompressTasks.Benchmarks.Page;

/// <summary>The tables of <c>docs/outputs.md</c>.</summary>
internal static class OutputTables
{
    /// <summary>What every model is measured at; the sample has more, which are in a table of their own.</summary>
    private static readonly IReadOnlyList<double> _targets = [0.99, 0.999];

    public static string Models(IReadOnlyList<OutputFigures> models)
    {
        var table = new MarkdownTable("model", "file, bytes", "rule", "weights coded", "their elements", "calibration samples", "judgement samples");
        foreach (var model in models)
        {
            table.Row(
                model.Model.Title,
                Cell.Count(model.ModelBytes),
                $"`\"{model.Model.Weights}\"`",
                Cell.Count(model.Weights),
                Cell.Count(model.Elements),
                model.Model.CalibrationNote,
                model.Model.JudgementNote);
        }

        return table.ToString();
    }

    /// <summary>What each way of spending bytes comes to, for one model.</summary>
    public static string Ways(OutputFigures model)
    {
        var table = new MarkdownTable(
            ["output R² asked", "way", "artifact, bytes", "smaller than equal", "bits per weight", "output R²", "top-1", .. Loss(model, "loss"),
                "seconds", "peak memory, MB"]);
        foreach (var figures in model.Targets.Where(figures => _targets.Contains(figures.Target)))
        {
            Row(figures.Target, $"equal, weight R² {Cell.R2(figures.WeightR2)}", figures.Equal, smaller: Cell.NotMeasured, run: null);
            Row(figures.Target, "allocated", figures.Allocated.Point, Smaller(figures.Allocated, figures), figures.Allocated);
            Row(figures.Target, "**calibrated**", figures.Calibrated.Point, Smaller(figures.Calibrated, figures), figures.Calibrated);
            if (figures.CalibratedOnMany is { } onMany)
                Row(figures.Target, $"**calibrated**, {Cell.Count(OutputModel.Many)} samples", onMany.Point, Smaller(onMany, figures), onMany);
        }

        foreach (var format in model.Formats)
            Row(null, format.Title, format.Point, smaller: Cell.NotMeasured, run: null);
        return table.ToString();

        void Row(double? target, string way, OutputPoint point, string smaller, SearchRun? run) => table.Row(
        [
            target is { } asked ? Number(asked) : Cell.NotMeasured,
            way,
            Cell.Count((long)Math.Round(point.Bytes)),
            smaller,
            Cell.Bits(point.BitsPerWeight),
            Cell.R2(point.R2),
            point.Top1 is { } top1 ? top1.ToString("F4", CultureInfo.InvariantCulture) : Cell.NotMeasured,
            .. Loss(model, point.Loss is { } loss ? Cell.Loss(loss) : Cell.NotMeasured),
            run is null ? Cell.NotMeasured : Cell.Tenths(run.Tool.Seconds),
            run is null ? Cell.NotMeasured : Cell.Megabytes(run.Tool.PeakBytes),
        ]);
    }

    /// <summary>The points of the picture.</summary>
    public static string Curve(OutputFigures model)
    {
        var table = new MarkdownTable("output R² asked", "equal, bytes", "bits", "loss", "allocated, bytes", "bits", "loss", "calibrated, bytes",
            "bits", "loss");
        foreach (var figures in model.Targets)
            table.Row([Number(figures.Target), .. Cells(figures.Equal), .. Cells(figures.Allocated.Point), .. Cells(figures.Calibrated.Point)]);
        return table.ToString();

        static IEnumerable<string> Cells(OutputPoint point) =>
            [Cell.Count((long)point.Bytes), Cell.Bits(point.BitsPerWeight), Cell.Loss(point.Loss!.Value)];
    }

    private static IEnumerable<string> Loss(OutputFigures model, string cell) => model.Loss is null ? [] : [cell];

    private static string Smaller(SearchRun run, TargetFigures figures)
    {
        var percent = 100 * (1 - (run.Point.Bytes / figures.Equal.Bytes));
        return $"{percent.ToString("F1", CultureInfo.InvariantCulture).Replace('-', '−')} %";
    }

    private static string Number(double r2) => r2.ToString(CultureInfo.InvariantCulture);
}
