using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>
/// What the outputs of the restored model must hold, against those of the original on the same samples; what is null is not checked.
/// </summary>
/// <param name="Samples">The inputs to compare on.</param>
/// <param name="R2">Least R² of every floating-point output.</param>
/// <param name="Cosine">Least cosine similarity of every floating-point output, all of its values as one vector.</param>
/// <param name="Top1">Least share of rows whose largest value stays in its place; of outputs of whole numbers, of equal values.</param>
/// <param name="Logits">Whether the rows of the outputs become distributions by a softmax, so that their KL divergence can be told.</param>
/// <param name="At">Where the spec begins the mapping.</param>
internal sealed record OutputGateSpec(SamplesSpec Samples, Threshold? R2, Threshold? Cosine, Threshold? Top1, bool Logits, SourceLocation At)
{
    /// <summary>Whether anything is checked.</summary>
    public bool HasThreshold => (R2 ?? Cosine ?? Top1) is not null;
}

/// <summary>The inputs that a model's outputs are compared on.</summary>
/// <param name="At">Where the spec names them.</param>
internal abstract record SamplesSpec(SourceLocation At)
{
    /// <summary>Whether both name the same samples, wherever the spec writes them.</summary>
    internal abstract bool IsSameAs(SamplesSpec? other);
}

/// <summary>Samples in files: an <c>.npz</c>, or a folder or glob of <c>input_*.pb</c>.</summary>
/// <param name="Pattern">Relative to the spec's folder, with <c>/</c> between folders.</param>
/// <param name="At">Where the spec names them.</param>
internal sealed record FileSamplesSpec(string Pattern, SourceLocation At) : SamplesSpec(At)
{
    internal override bool IsSameAs(SamplesSpec? other) => other is FileSamplesSpec file && file.Pattern == Pattern;
}

/// <summary>Samples made from a seed.</summary>
/// <param name="Seed">The same seed gives the same samples, on every machine.</param>
/// <param name="Count">How many, at least 1.</param>
/// <param name="Shapes">Shapes of inputs.</param>
/// <param name="Ranges">Lowest and highest values of inputs.</param>
/// <param name="At">Where the spec names them.</param>
internal sealed record RandomSamplesSpec(int Seed, int Count, IReadOnlyList<InputShapeSpec> Shapes, IReadOnlyList<InputRangeSpec> Ranges,
    SourceLocation At) : SamplesSpec(At)
{
    internal override bool IsSameAs(SamplesSpec? other) =>
        other is RandomSamplesSpec random && random.Seed == Seed && random.Count == Count
        && random.Shapes.Select(Shown).SequenceEqual(Shapes.Select(Shown))
        && random.Ranges.Select(range => (range.Input, range.Lowest, range.Highest))
            .SequenceEqual(Ranges.Select(range => (range.Input, range.Lowest, range.Highest)));

    private static (string, string) Shown(InputShapeSpec shape) => (shape.Input, string.Join(',', shape.Shape));
}

/// <summary>The shape that random samples of an input have.</summary>
/// <param name="Input">The input's name.</param>
/// <param name="Shape">The length of every axis; empty for a scalar.</param>
/// <param name="At">Where the spec names the input.</param>
internal sealed record InputShapeSpec(string Input, IReadOnlyList<long> Shape, SourceLocation At);

/// <summary>The range that random samples of an input are drawn from.</summary>
/// <param name="Input">The input's name.</param>
/// <param name="Lowest">The lowest value.</param>
/// <param name="Highest">The highest value; at least <paramref name="Lowest"/>.</param>
/// <param name="At">Where the spec names the input.</param>
internal sealed record InputRangeSpec(string Input, double Lowest, double Highest, SourceLocation At);
