using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>What a quantizer's target holds for.</summary>
internal enum StepAllocation
{
    /// <summary>Each weight reaches the target by itself.</summary>
    Weight,

    /// <summary>All weights of the stack reach it together, with the fewest bytes.</summary>
    Model,
}

/// <summary>Quantizes and codes the weights themselves, for one of six targets.</summary>
internal abstract record QuantizeSpec : StageSpec
{
    private QuantizeSpec(SourceLocation at)
        : base("quantize", at)
    {
    }

    /// <summary>Each weight reaches an R².</summary>
    /// <param name="R2">R² to the original weights, 0 to 1, both excluded.</param>
    /// <param name="At">Where the spec names the stage.</param>
    public sealed record ToR2(double R2, SourceLocation At) : QuantizeSpec(At)
    {
        /// <summary>Which values <see cref="R2"/> is of.</summary>
        public R2Measure Of { get; init; }
    }

    /// <summary>Each weight gets a step.</summary>
    /// <param name="Step">In units of the weights, more than 0.</param>
    /// <param name="At">Where the spec names the stage.</param>
    public sealed record ToStep(double Step, SourceLocation At) : QuantizeSpec(At);

    /// <summary>Each weight gets a size.</summary>
    /// <param name="Bits">Bits per weight, more than 0, at most 16.</param>
    /// <param name="At">Where the spec names the stage.</param>
    public sealed record ToBits(double Bits, SourceLocation At) : QuantizeSpec(At);

    /// <summary>All weights of the stack reach an R² together, with the fewest bytes.</summary>
    /// <param name="R2">R² to the original weights, pooled, 0 to 1, both excluded.</param>
    /// <param name="Floor">R² that each must reach nevertheless, 0 to 1, both excluded; null for none.</param>
    /// <param name="At">Where the spec names the stage.</param>
    public sealed record ToPooledR2(double R2, double? Floor, SourceLocation At) : QuantizeSpec(At);

    /// <summary>The artifact gets a size, and the best pooled R² that fits.</summary>
    /// <param name="Bytes">At least 1.</param>
    /// <param name="Floor">R² that each must reach nevertheless, 0 to 1, both excluded; null for none.</param>
    /// <param name="At">Where the spec names the stage.</param>
    public sealed record ToArtifactBytes(double Bytes, double? Floor, SourceLocation At) : QuantizeSpec(At);

    /// <summary>The steps are those of the smallest artifact that passes the gate on outputs.</summary>
    /// <param name="Target">How it is found.</param>
    /// <param name="Floor">R² that each weight must reach nevertheless, 0 to 1, both excluded; null for none.</param>
    /// <param name="At">Where the spec names the stage.</param>
    public sealed record ForOutputs(OutputTargetSpec Target, double? Floor, SourceLocation At) : QuantizeSpec(At);
}

/// <summary>How the smallest artifact is found that passes the gate on outputs.</summary>
/// <param name="Calibration">
/// The samples on which it is measured what each weight has to do with the outputs, and what inputs its layer meets; null for those of the gate, and
/// coding without regard to inputs.
/// </param>
/// <param name="MaxTime">When to stop searching and take the best so far; null for never.</param>
internal sealed record OutputTargetSpec(SamplesSpec? Calibration, TimeSpan? MaxTime)
{
    public const long DefaultCalibrationMemory = 1L << 29;

    /// <summary>
    /// Bytes that second moments and the inputs that a run shows may take at a time, at least 1 MiB; more passes over the samples are made when they
    /// need more.
    /// </summary>
    public long CalibrationMemory { get; init; } = DefaultCalibrationMemory;

    /// <summary>Layers with more inputs than these are cut into runs of so many, between which moments are left out: 32 to 16384.</summary>
    public int CalibrationBlock { get; init; } = 4096;

    /// <summary>
    /// How many patches, or rows, moments are taken of for each input of a layer, at least 1; when there are more, they are sampled.
    /// </summary>
    public double CalibrationPatches { get; init; } = 16;

    /// <summary>Whether both ask for the same, wherever the spec writes them.</summary>
    internal bool IsSameAs(OutputTargetSpec other) =>
        MaxTime == other.MaxTime && CalibrationMemory == other.CalibrationMemory && CalibrationBlock == other.CalibrationBlock
        && CalibrationPatches == other.CalibrationPatches
        && (Calibration is null ? other.Calibration is null : Calibration.IsSameAs(other.Calibration));
}
