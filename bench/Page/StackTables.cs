using CompressTasks.Benchmarks.Corpus;

namespace CompressTasks.Benchmarks.Page;

/// <summary>What the papers' stages cost, alone and with the loop closed.</summary>
internal static class StackTables
{
    private const string NotInThisRun = "*Not in this run.*";

    /// <param name="stacks">Stacks of a model, each closed at one target, 0.99.</param>
    /// <param name="targets">The targets of <see cref="ModelFigures.Coder"/>.</param>
    public static string Closed(IReadOnlyList<StackFigures> stacks, ModelFigures? model, IReadOnlyList<double> targets)
    {
        if (model is null)
            return NotInThisRun;
        var alone = targets.Zip(model.Coder).First(pair => pair.First == 0.99).Second;
        var table = new MarkdownTable("stack", "bits of the stages", "R² of the stages", "bits of `residual`", "bits in all", "against `quantize`");
        foreach (var stack in stacks)
        {
            var closed = stack.Closed[0];
            table.Row(
                $"`{stack.Stages}, residual`",
                Cell.Bits(stack.Open.Bits),
                Cell.R2(stack.Open.MeanR2),
                Cell.Bits(closed.Bits - stack.Open.Bits),
                Cell.Bits(closed.Bits),
                $"+{Cell.Bits(closed.Bits - alone.Bits)}");
        }

        return table.Row("`quantize`", Cell.NotMeasured, Cell.NotMeasured, Cell.NotMeasured, Cell.Bits(alone.Bits), Cell.NotMeasured).ToString();
    }

    public static string Open(IReadOnlyList<StackFigures> stacks)
    {
        if (stacks.Count == 0)
            return NotInThisRun;
        var table = new MarkdownTable("stack", "bits per weight", "R²", "R² of the worst weight");
        foreach (var (name, point) in stacks.SelectMany(Rows))
            table.Row(name, Cell.Bits(point.Bits), Cell.R2(point.MeanR2), Cell.R2(point.WorstR2));
        return table.ToString();
    }

    public static string Order(IReadOnlyList<StageFigures> stages)
    {
        if (stages.Count == 0)
            return NotInThisRun;
        var table = new MarkdownTable("R² of `gaussian`", "the weights", "columns shuffled", "white noise");
        foreach (var (model, order) in stages.Select(figures => (figures.Model, figures.Order)))
            table.Row(model.Title, Cell.R2(order.Weights), Cell.R2(order.Shuffled), Cell.R2(order.Noise));
        return table.ToString();
    }

    private static IEnumerable<(string Name, CodingPoint Point)> Rows(StackFigures stack) =>
        stack.Closed.Select(point => ($"`{stack.Stages}, residual`", point)).Prepend(($"`{stack.Stages}`", stack.Open));
}
