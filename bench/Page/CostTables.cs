using CompressTasks.Benchmarks.Corpus;

namespace CompressTasks.Benchmarks.Page;

/// <summary>Time, memory, and what an exact copy costs.</summary>
internal static class CostTables
{
    public static string Speed(IReadOnlyList<ModelFigures> models)
    {
        var table = new MarkdownTable("model", "encode, one core", "encode, two cores", "decode, one core", "decode, two cores");
        foreach (var model in models)
        {
            table.Row(
                model.Model.Title,
                Cell.Tenths(model.OneCore.Encode),
                Cell.Tenths(model.TwoCores.Encode),
                Cell.Tenths(model.OneCore.Decode),
                Cell.Tenths(model.TwoCores.Decode));
        }

        return table.ToString();
    }

    public static string Tool(IReadOnlyList<ModelFigures> models)
    {
        var table = new MarkdownTable("model", "model, MB", "artifact, MB", "ratio", "compress, s", "peak memory, MB", "restore, s",
            "peak memory, MB");
        foreach (var tool in models.Select(model => (model.Model.Title, model.Tool)))
        {
            table.Row(
                tool.Title,
                Cell.Megabytes(tool.Tool.ModelBytes),
                Cell.Megabytes(tool.Tool.ArtifactBytes),
                Cell.Tenths(tool.Tool.ModelBytes / (double)tool.Tool.ArtifactBytes),
                Cell.Tenths(tool.Tool.Compress.Seconds),
                Cell.Megabytes(tool.Tool.Compress.PeakBytes),
                Cell.Tenths(tool.Tool.Restore.Seconds),
                Cell.Megabytes(tool.Tool.Restore.PeakBytes));
        }

        return table.ToString();
    }

    public static string Lossless(IReadOnlyList<ModelFigures> models)
    {
        var table = new MarkdownTable(
            ["model", .. GeneralCoder.All.Select(coder => coder.Name), "CompressTasks", "its encoder, MB/s", "its decoder, MB/s",
                $"{GeneralCoder.Timed}, MB/s"]);
        foreach (var model in models)
        {
            table.Row(
            [
                model.Model.Title,
                .. GeneralCoder.All.Select((_, i) => i < model.General.Count ? General(model.General[i]) : Cell.NotMeasured),
                Cell.Hundredths(model.Lossless.Bits),
                Cell.Tenths(model.LosslessOneCore.Encode),
                Cell.Tenths(model.LosslessOneCore.Decode),
                model.GeneralSpeed is { } speed ? Cell.Tenths(speed) : Cell.NotMeasured,
            ]);
        }

        return table.ToString();
    }

    public static string Rounded(IReadOnlyList<ModelFigures> models)
    {
        var table = new MarkdownTable(["model", "float16: byte planes + brotli", "CompressTasks", "bfloat16: byte planes + brotli", "CompressTasks"]);
        foreach (var model in models.Where(model => model.Rounded.Count > 0))
            table.Row(
                [model.Model.Title,
                    .. model.Rounded.SelectMany(copies => new[] { Cell.Hundredths(copies.PlanesAndBrotli), Cell.Hundredths(copies.Product) })]);
        return table.ToString();
    }

    private static string General(double? bits) => bits is { } value ? Cell.Hundredths(value) : "not installed";
}
