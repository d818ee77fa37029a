using CompressTasks.Benchmarks.Corpus;

namespace CompressTasks.Benchmarks.Page;

/// <summary>Tables with a row per model and a column per target.</summary>
internal sealed class RateTables(IReadOnlyList<double> targets, IReadOnlyList<ModelFigures> models)
{
    public string Models()
    {
        var table = new MarkdownTable("model", "weights of 1,024 elements or more", "their elements", "as fp32, MB");
        foreach (var model in models)
            table.Row(model.Model.Title, Cell.Count(model.Weights), Cell.Count(model.Elements), Cell.Megabytes(4.0 * model.Elements));
        return table.ToString();
    }

    public string Coder()
    {
        var table = Table(model => model.Coder.Select(point => Cell.Bits(point.Bits)));
        return table.Row(["*bound for iid Gaussians*", .. targets.Select(r2 => Cell.Bits(GaussianBound.BitsPerWeight(r2)))]).ToString();
    }

    public string Entropy() => Table(model => model.Entropy.Select(Cell.Bits)).ToString();

    public string Worst() => Table(model => model.Coder.Select(point => Cell.R2(point.WorstR2))).ToString();

    private MarkdownTable Table(Func<ModelFigures, IEnumerable<string>> cells)
    {
        var table = new MarkdownTable(["model", .. targets.Select(Cell.Target)]);
        foreach (var model in models)
            table.Row([model.Model.Title, .. cells(model)]);
        return table;
    }
}
