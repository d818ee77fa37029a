namespace CompressTasks.Benchmarks.Corpus;

/// <summary>A stack of the papers' stages on all weights of a model: by itself, and with <c>residual</c> as its last stage.</summary>
/// <param name="Stages">As a spec writes them.</param>
/// <param name="Open">Without <c>residual</c>.</param>
/// <param name="Closed">With <c>residual</c>, by target.</param>
internal sealed record StackFigures(string Stages, CodingPoint Open, IReadOnlyList<CodingPoint> Closed)
{
    /// <summary>The papers' stages in several strengths.</summary>
    public static IReadOnlyList<string> PaperStacks { get; } =
    [
        "gaussian",
        "gaussian, pca: { keep: 0.5, weighting: none }",
        "gaussian, pca: { keep: 0.25, weighting: none }",
        "gaussian, pca: { components: 2, weighting: none }",
        "gaussian, pca: { keep: 0.25 }",
        "gaussian: { free: amplitude }, recursive: { pca: { variance: 0.95 } }",
    ];

    public static StackFigures Measure(WeightSet set, string stages, IReadOnlyList<double> targets)
    {
        var cores = Environment.ProcessorCount;
        return new(
            stages,
            ProductCoder.Measure(set, ProductCoder.Encode(set, Stacks.Parse(stages), cores)),
            [.. targets.Select(r2 => ProductCoder.Measure(set, ProductCoder.Encode(set, Stacks.Closed(stages, r2), cores)))]);
    }
}
