namespace CompressTasks.Benchmarks.Corpus;

/// <summary>What the papers' stages do to a model.</summary>
internal sealed record StageFigures(CorpusModel Model, IReadOnlyList<StackFigures> Stacks, OrderFigures Order)
{
    /// <param name="set">Its weights.</param>
    /// <param name="targets">By stack, the targets to close it at.</param>
    public static StageFigures Measure(CorpusModel model, WeightSet set, Func<string, IReadOnlyList<double>> targets) => new(
        model,
        [.. StackFigures.PaperStacks.Select(stages => StackFigures.Measure(set, stages, targets(stages)))],
        OrderFigures.Measure(set));
}
