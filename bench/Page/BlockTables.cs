using CompressTasks.Benchmarks.Corpus;

namespace CompressTasks.Benchmarks.Page;

/// <summary>Tables with a row per block format and a column per model.</summary>
internal static class BlockTables
{
    public static string Quality(IReadOnlyList<ModelFigures> models) =>
        Table(models, (model, i) => $"{Cell.R2(model.Blocks[i].MeanR2)} ({Cell.R2(model.Blocks[i].WorstR2)})");

    public static string Coder(IReadOnlyList<ModelFigures> models) => Table(models, (model, i) => Cell.Bits(model.CoderLikeBlocks[i].Bits));

    private static string Table(IReadOnlyList<ModelFigures> models, Func<ModelFigures, int, string> cell)
    {
        var table = new MarkdownTable(["format", "bits", .. models.Select(model => model.Model.Title)]);
        for (var i = 0; i < BlockQuantization.All.Count; i++)
        {
            // All models have the same rate but for a last, shorter block here and there.
            var bits = models.Count == 0 ? Cell.NotMeasured : Cell.Hundredths(models.Average(model => model.Blocks[i].Bits));
            table.Row([BlockQuantization.All[i].Title, bits, .. models.Select(model => cell(model, i))]);
        }

        return table.ToString();
    }
}
