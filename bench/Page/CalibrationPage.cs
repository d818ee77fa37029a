using System.Globalization;
using CompressTasks.Benchmarks.Calibration;
using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks.Page;

/// <summary>
/// Fills the template of <c>docs/calibration.md</c>. The table of each model is stored in <c>bench/Page/calibration</c>, and the page written with
/// those of the others as they are.
/// </summary>
internal static class CalibrationPage
{
    private const string NotMeasured = "*Not measured yet.*";

    /// <summary>Stores the table of a model, and writes the page.</summary>
    public static void Store(string key, string table)
    {
        PageFile.Write(Folder, $"{key}.md", table + "\n");
        PageFile.Write(Path.Combine(Repository.Root, "docs"), "calibration.md", PageTemplate.Fill("calibration.template.md",
        [
            ("machine", Machine.Description),
            .. CalibratedModel.All.Select(model => (model.Key, Read(model.Key))),
            .. CalibratedModel.All.Select(model => ($"{model.Key}.samples", $"{model.Samples} each: {model.SamplesNote}")),
        ]));
    }

    public static string Table(CalibrationFigures figures)
    {
        var table = new MarkdownTable("output R² asked", "way", "artifact, bytes", "bits per weight", "R² that the gate saw",
            "R² on samples never given", "processor, s", "peak memory, MB");
        foreach (var target in figures.Targets)
        {
            if (target.Equal is { } equal)
                Row(target.Target, $"equal, weight R² {Cell.R2(equal.WeightR2)}", equal.Point, equal.Point.R2, equal.JudgedR2, run: null);
            Row(target.Target, "**calibrated**", target.Calibrated.Point, target.Calibrated.Point.R2, target.JudgedR2, target.Calibrated.Tool);
        }

        Row(null, "8 bits per channel", figures.Channels, null, figures.Channels.R2, run: null);
        return table.ToString();

        void Row(double? asked, string way, OutputPoint point, double? onGate, double judged, ToolRun? run) => table.Row(
            asked?.ToString(CultureInfo.InvariantCulture) ?? Cell.NotMeasured,
            way,
            Cell.Count((long)Math.Round(point.Bytes)),
            Cell.Bits(point.BitsPerWeight),
            onGate is { } r2 ? Cell.R2(r2) : Cell.NotMeasured,
            Cell.R2(judged),
            run is null ? Cell.NotMeasured : Cell.Count((long)Math.Round(run.ProcessorSeconds)),
            run is null ? Cell.NotMeasured : Cell.Count((long)Math.Round(run.PeakBytes / 1e6)));
    }

    private static string Folder => Path.Combine(Repository.Root, "bench", "Page", "calibration");

    private static string Read(string key) =>
        Path.Combine(Folder, $"{key}.md") is var path && File.Exists(path) ? File.ReadAllText(path).TrimEnd('\n') : NotMeasured;
}
