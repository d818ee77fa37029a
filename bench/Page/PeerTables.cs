using System.Globalization;
using CompressTasks.Benchmarks.Corpus;

namespace CompressTasks.Benchmarks.Page;

/// <summary>What was measured elsewhere, with this run's figure beside it.</summary>
internal static class PeerTables
{
    public static string NnCodec(IReadOnlyList<double> targets, IReadOnlyList<ModelFigures> models)
    {
        var table = new MarkdownTable("model", "R²", "uniform", "dependent", "dependent + RDO", "CompressTasks, this run");
        foreach (var row in MeasuredElsewhere.NnCodec)
        {
            var measured = models.FirstOrDefault(model => model.Model.Key == row.Model)?.Coder[targets.ToList().IndexOf(row.R2)].Bits;
            table.Row(
                CorpusModel.All.Single(model => model.Key == row.Model).Title,
                row.R2.ToString(CultureInfo.InvariantCulture),
                Cell.Bits(row.Uniform),
                Cell.Bits(row.Dependent),
                Cell.Bits(row.DependentRdo),
                measured is { } bits ? Cell.Bits(bits) : Cell.NotMeasured);
        }

        return table.ToString();
    }

    public static string Gguf()
    {
        var table = new MarkdownTable("format", "bits per weight", "R²");
        foreach (var row in MeasuredElsewhere.Gguf)
            table.Row(row.Name, Cell.Hundredths(row.Bits), row.R2.ToString(CultureInfo.InvariantCulture));
        return table.ToString();
    }
}
