using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>One stage of a stack with its options.</summary>
/// <param name="Name">The name that specs and reports use, such as <c>gaussian</c>.</param>
/// <param name="At">Where the spec names the stage.</param>
internal abstract record StageSpec(string Name, SourceLocation At);

/// <summary>What the Gaussian fit may change.</summary>
internal enum GaussianFreedom
{
    /// <summary>Amplitude, centre and width: 3K parameters per block.</summary>
    All,

    /// <summary>The amplitude; centres are spaced evenly and share one width (P67's "L1 amplitudes"): K parameters per block.</summary>
    Amplitude,
}

/// <summary>How columns count in the principal component analysis.</summary>
internal enum PcaWeighting
{
    /// <summary>By their effect on the weights.</summary>
    Jacobian,

    /// <summary>All alike, as in the papers.</summary>
    None,
}

/// <summary>The direction of a transform.</summary>
internal enum TransformAxis
{
    /// <summary>Down the columns.</summary>
    Columns,

    /// <summary>Along the rows.</summary>
    Rows,
}

/// <summary>Fits each block of a row by a sum of Gaussians (L1).</summary>
/// <param name="Components">Gaussians per block, K: 1 to 64.</param>
/// <param name="Block">Columns per block: 8 to 1,024.</param>
/// <param name="Free">What is fitted.</param>
/// <param name="At">Where the spec names the stage.</param>
internal sealed record GaussianSpec(int Components, int Block, GaussianFreedom Free, SourceLocation At) : StageSpec("gaussian", At)
{
    /// <summary>Columns of the parameter matrix: 3K, or K when only the amplitudes are fitted.</summary>
    public int ParametersPerBlock => Free == GaussianFreedom.All ? 3 * Components : Components;
}

/// <summary>
/// Principal component analysis. Exactly one of <paramref name="Components"/>, <paramref name="Keep"/> and <paramref name="Variance"/> is set.
/// </summary>
/// <param name="Components">Components to keep, at least 1.</param>
/// <param name="Keep">Share of the columns to keep, 0 (excluded) to 1.</param>
/// <param name="Variance">Share of the variance to explain, 0 (excluded) to 1.</param>
/// <param name="Weighting">How columns count.</param>
/// <param name="At">Where the spec names the stage.</param>
internal sealed record PcaSpec(int? Components, double? Keep, double? Variance, PcaWeighting Weighting, SourceLocation At) : StageSpec("pca", At);

/// <summary>Haar wavelet transform; the largest coefficients are kept.</summary>
/// <param name="Keep">Share of the coefficients to keep, 0 (excluded) to 1.</param>
/// <param name="Axis">Direction of the transform.</param>
/// <param name="At">Where the spec names the stage.</param>
internal sealed record HaarSpec(double Keep, TransformAxis Axis, SourceLocation At) : StageSpec("haar", At);

/// <summary>Discrete cosine transform; the lowest frequencies are kept.</summary>
/// <param name="Keep">Share of the coefficients to keep, 0 (excluded) to 1.</param>
/// <param name="Axis">Direction of the transform.</param>
/// <param name="At">Where the spec names the stage.</param>
internal sealed record DctSpec(double Keep, TransformAxis Axis, SourceLocation At) : StageSpec("dct", At);

/// <summary>Repeats a stage on its own output.</summary>
/// <param name="Inner">The stage: pca, haar, dct or gaussian.</param>
/// <param name="MaxLevels">Levels at most: 1 to 16.</param>
/// <param name="MinGain">Stop when a level saves less than this share of the parameters: 0 to 1.</param>
/// <param name="At">Where the spec names the stage.</param>
internal sealed record RecursiveSpec(StageSpec Inner, int MaxLevels, double MinGain, SourceLocation At) : StageSpec("recursive", At);

/// <summary>Codes what the stages before it lost.</summary>
/// <param name="R2">R² to the original weights to restore, 0 to 1, both excluded.</param>
/// <param name="At">Where the spec names the stage.</param>
internal sealed record ResidualSpec(double R2, SourceLocation At) : StageSpec("residual", At);

/// <summary>How the inputs of a layer are quantized whose weight is an integer one.</summary>
internal enum ActivationQuantization
{
    /// <summary>With a range that each run measures.</summary>
    Dynamic,

    /// <summary>With a range that was measured on samples.</summary>
    Static,

    /// <summary>Each token, that is each row of the layer's inputs, with a range that each run measures.</summary>
    PerToken,

    /// <summary>With a range that each run measures, and what that loses once more.</summary>
    Residual,

    /// <summary>Not in the model: they stay in float.</summary>
    None,
}

/// <summary>Makes the weight one of small integers, with which the model then computes.</summary>
/// <param name="Bits">5 to 8, stored in 8; without activations in integers, 8 or 4.</param>
/// <param name="Block">Values along a layer's inputs that share a scale, without activations in integers: 16 to 256, a power of two.</param>
/// <param name="Activations">How the inputs of the layer are quantized.</param>
/// <param name="Calibration">The samples on which ranges are measured; null for those of the gate.</param>
/// <param name="At">Where the spec names the stage.</param>
internal sealed record IntegerSpec(int Bits, int Block, ActivationQuantization Activations, SamplesSpec? Calibration, SourceLocation At)
    : StageSpec("integer", At)
{
    /// <summary>Whether samples show what layers meet: the ranges of their inputs, or what weights are rounded against.</summary>
    public bool IsMeasured => Activations == ActivationQuantization.Static || Calibration is not null;

    /// <summary>How it is found for each weight what it becomes; null where the options above say it.</summary>
    public LayerSearchSpec? Search { get; init; }
}

/// <summary>What a search over layers is to find, of all models that pass the gate on outputs.</summary>
internal enum LayerPreference
{
    /// <summary>The fastest.</summary>
    Speed,

    /// <summary>The smallest.</summary>
    Size,
}

/// <summary>A search over layers.</summary>
/// <param name="Prefer">What it is to find.</param>
/// <param name="MaxTime">When to stop searching and take the best so far; null for never.</param>
internal sealed record LayerSearchSpec(LayerPreference Prefer, TimeSpan? MaxTime);

/// <summary>Stores the weight in float16.</summary>
/// <param name="At">Where the spec names the stage.</param>
internal sealed record Float16Spec(SourceLocation At) : StageSpec("float16", At)
{
    /// <summary>Whether the model computes with float16 too; else with float32.</summary>
    public bool IsGraph { get; init; }

    /// <summary>With <see cref="IsGraph"/>, operators and names of nodes that stay in float32.</summary>
    public IReadOnlyList<WeightGlob> Except { get; init; } = [];
}

/// <summary>Carries the weight bit for bit.</summary>
/// <param name="At">Where the spec names the stage.</param>
internal sealed record LosslessSpec(SourceLocation At) : StageSpec("lossless", At)
{
    /// <summary>Whether no rule says so: it is for what a stage that rewrites the graph does not fit.</summary>
    public bool IsRest { get; init; }
}
