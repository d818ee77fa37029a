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

/// <summary>Principal component analysis. Exactly one of <paramref name="Components"/>, <paramref name="Keep"/> and <paramref name="Variance"/> is set.</summary>
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

/// <summary>What a quantizer's target holds for.</summary>
internal enum StepAllocation
{
    /// <summary>Each weight reaches the target by itself.</summary>
    Weight,

    /// <summary>All weights of the stack reach it together, with the fewest bytes.</summary>
    Model,
}

/// <summary>
/// Quantizes and codes the weights themselves. Exactly one of <paramref name="R2"/>, <paramref name="Step"/>, <paramref name="Bits"/>, <paramref name="Bytes"/> and <see cref="ForOutputs"/> is set.
/// </summary>
/// <param name="R2">R² to the original weights, 0 to 1, both excluded.</param>
/// <param name="Step">The step in units of the weights, more than 0.</param>
/// <param name="Bits">Bits per weight, more than 0, at most 16.</param>
/// <param name="Bytes">Size of the artifact, at least 1; the best R² that fits is used.</param>
/// <param name="Allocate">Whether <paramref name="R2"/> holds for each weight, or for all weights of the stack pooled.</param>
/// <param name="Floor">With a target for all weights: R² that each must reach nevertheless, 0 to 1, both excluded; null for none.</param>
/// <param name="At">Where the spec names the stage.</param>
internal sealed record QuantizeSpec(double? R2, double? Step, double? Bits, double? Bytes, StepAllocation Allocate, double? Floor, SourceLocation At) : StageSpec("quantize", At)
{
    /// <summary>Set when the steps are those of the smallest artifact that passes the gate on outputs.</summary>
    public OutputTargetSpec? ForOutputs { get; init; }
}

/// <summary>How the smallest artifact is found that passes the gate on outputs.</summary>
/// <param name="Calibration">
/// The samples on which it is measured what each weight has to do with the outputs, and what inputs its layer meets; null for those of the gate, and coding without regard to inputs.
/// </param>
/// <param name="MaxTime">When to stop searching and take the best so far; null for never.</param>
internal sealed record OutputTargetSpec(SamplesSpec? Calibration, TimeSpan? MaxTime)
{
    /// <summary>Bytes that second moments may take at a time, at least 1 MiB; more passes over the samples are made when they need more.</summary>
    public long CalibrationMemory { get; init; } = 1L << 30;

    /// <summary>Layers with more inputs than these are cut into runs of so many, between which moments are left out: 32 to 16384.</summary>
    public int CalibrationBlock { get; init; } = 4096;

    /// <summary>Whether both ask for the same, wherever the spec writes them.</summary>
    internal bool IsSameAs(OutputTargetSpec other) =>
        MaxTime == other.MaxTime && CalibrationMemory == other.CalibrationMemory && CalibrationBlock == other.CalibrationBlock && (Calibration is null ? other.Calibration is null : Calibration.IsSameAs(other.Calibration));
}

/// <summary>Carries the weight bit for bit.</summary>
/// <param name="At">Where the spec names the stage.</param>
internal sealed record LosslessSpec(SourceLocation At) : StageSpec("lossless", At);
