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
    /// <summary>The outputs that are compared; empty for all but those of <see cref="Except"/>.</summary>
    public IReadOnlyList<WeightGlob> Only { get; init; } = [];

    /// <summary>Outputs that are not compared.</summary>
    public IReadOnlyList<WeightGlob> Except { get; init; } = [];

    /// <summary>Thresholds of some outputs, in place of those for all. The first that matches an output and has a figure counts.</summary>
    public IReadOnlyList<EachOutputSpec> Each { get; init; } = [];

    /// <summary>What an output ought to be; null when the samples do not say.</summary>
    public LabelsSpec? Labels { get; init; }

    /// <summary>Thresholds of figures on labels.</summary>
    public IReadOnlyList<LabelThreshold> OnLabels { get; init; } = [];

    /// <summary>Whether anything is asked of the outputs.</summary>
    public bool HasThresholds =>
        (R2 ?? Cosine ?? Top1) is not null || OnLabels.Count > 0 || Each.Any(each => (each.R2 ?? each.Cosine ?? each.Top1) is not null);
}

/// <summary>An array of the samples with what an output ought to be.</summary>
/// <param name="Array">Its name.</param>
/// <param name="Output">The output; null for the only one that is compared.</param>
/// <param name="At">Where the spec names the array.</param>
internal sealed record LabelsSpec(string Array, string? Output, SourceLocation At)
{
    /// <summary>Where the spec names the output; null where it does not.</summary>
    public SourceLocation? OutputAt { get; init; }
}

/// <summary>A threshold of a figure on labels.</summary>
/// <param name="Figure">Which figure.</param>
/// <param name="IsChange">Whether it is about the change against the original, for the worse.</param>
/// <param name="Threshold">The limit: a least accuracy, else the most.</param>
internal sealed record LabelThreshold(LabelFigure Figure, bool IsChange, Threshold Threshold)
{
    /// <summary>What the spec calls it.</summary>
    public string Key => (Figure, IsChange) switch
    {
        (LabelFigure.Accuracy, false) => "accuracy",
        (LabelFigure.Accuracy, true) => "accuracyDrop",
        (LabelFigure.Loss, false) => "loss",
        (LabelFigure.Loss, true) => "lossIncrease",
        (_, false) => "rmse",
        _ => "rmseIncrease",
    };
}

/// <summary>A figure that labels give.</summary>
internal enum LabelFigure
{
    /// <summary>Share of rows whose largest value stands at the label.</summary>
    Accuracy,

    /// <summary>Mean cross entropy, in nats.</summary>
    Loss,

    /// <summary>Root of the mean squared error.</summary>
    Rmse,
}

/// <summary>Thresholds of some outputs; what is null is as for all.</summary>
/// <param name="Outputs">Which ones.</param>
/// <param name="R2">Least R².</param>
/// <param name="Cosine">Least cosine similarity.</param>
/// <param name="Top1">Least share of rows whose largest value stays in its place.</param>
/// <param name="At">Where the spec names them.</param>
internal sealed record EachOutputSpec(WeightGlob Outputs, Threshold? R2, Threshold? Cosine, Threshold? Top1, SourceLocation At);

/// <summary>The inputs that a model's outputs are compared on.</summary>
/// <param name="At">Where the spec names them.</param>
internal abstract record SamplesSpec(SourceLocation At)
{
    /// <summary>How the samples are sequences; null when each is a run of its own.</summary>
    public SequenceSpec? Sequence { get; init; }

    /// <summary>Whether the spec says that nothing is fed back, by an empty mapping.</summary>
    public bool IsStateless { get; init; }

    /// <summary>These as samples for a calibration: as sequences where the gate's are, unless they say themselves.</summary>
    internal SamplesSpec Inheriting(SamplesSpec gate)
    {
        if (Sequence is not null || IsStateless || gate.Sequence is null)
            return this;
        var fed = this with { Sequence = gate.Sequence };
        return fed is RandomSamplesSpec { StepsAt: null } random && gate is RandomSamplesSpec { Steps: var steps } ? random with { Steps = steps } : fed;
    }

    /// <summary>Whether both name the same samples, wherever the spec writes them.</summary>
    internal bool IsSameAs(SamplesSpec? other) =>
        other is not null && HasSameValues(other) && (Sequence is null ? other.Sequence is null : Sequence.IsSameAs(other.Sequence));

    private protected abstract bool HasSameValues(SamplesSpec other);

    /// <summary>Whether two paths of one spec lead to the same place: <c>./a.npz</c> is <c>a.npz</c>.</summary>
    private protected bool IsSamePath(string path, string other)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(At.File))!;
        return Path.GetFullPath(path, folder) == Path.GetFullPath(other, folder);
    }
}

/// <summary>Samples in files: an <c>.npz</c> or a glob of them, or a folder or glob of <c>input_*.pb</c>.</summary>
/// <param name="Pattern">Relative to the spec's folder, with <c>/</c> between folders.</param>
/// <param name="At">Where the spec names them.</param>
internal sealed record FileSamplesSpec(string Pattern, SourceLocation At) : SamplesSpec(At)
{
    /// <summary>Whether an archive is named, or several.</summary>
    public bool IsNpz => Pattern.EndsWith(".npz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the name may stand for several files.</summary>
    public bool IsGlob => Pattern.Contains('*', StringComparison.Ordinal);

    private protected override bool HasSameValues(SamplesSpec other) => other is FileSamplesSpec file && IsSamePath(file.Pattern, Pattern);
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
    /// <summary>Runs in each sequence, where outputs are fed back.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>Where the spec says <see cref="Steps"/>; null where it does not.</summary>
    public SourceLocation? StepsAt { get; init; }

    /// <summary>Runs in each sample.</summary>
    public int Runs => Sequence is null ? 1 : Steps;

    /// <summary>The length of axes that neither the model nor the spec gives, batches and images aside.</summary>
    public int OpenAxis { get; init; } = 16;

    private protected override bool HasSameValues(SamplesSpec other) =>
        other is RandomSamplesSpec random && random.Seed == Seed && random.Count == Count && random.Runs == Runs
        && random.Shapes.Select(InputShapeSpec.Shown).SequenceEqual(Shapes.Select(InputShapeSpec.Shown))
        && random.Ranges.Select(range => (range.Input, range.Lowest, range.Highest))
            .SequenceEqual(Ranges.Select(range => (range.Input, range.Lowest, range.Highest)));
}

/// <summary>The shape of an input.</summary>
/// <param name="Input">The input's name.</param>
/// <param name="Shape">The length of every axis; empty for a scalar.</param>
/// <param name="At">Where the spec names the input.</param>
internal sealed record InputShapeSpec(string Input, IReadOnlyList<long> Shape, SourceLocation At)
{
    internal static (string, string) Shown(InputShapeSpec shape) => (shape.Input, string.Join(',', shape.Shape));
}

/// <summary>The range that random samples of an input are drawn from.</summary>
/// <param name="Input">The input's name.</param>
/// <param name="Lowest">The lowest value.</param>
/// <param name="Highest">The highest value; at least <paramref name="Lowest"/>.</param>
/// <param name="At">Where the spec names the input.</param>
internal sealed record InputRangeSpec(string Input, double Lowest, double Highest, SourceLocation At);
