using System.Text.Json.Serialization;

namespace CompressTasks.Reporting;

/// <summary>
/// Everything that one run says about one model. The JSON form is this record with camel-case names; a value that is not a number is written as null.
/// </summary>
/// <param name="SchemaVersion">Version of this layout; raised when a reader would have to change.</param>
/// <param name="Tool">The tool and version that made the artifact.</param>
/// <param name="Model">The original model.</param>
/// <param name="Artifact">The compressed model.</param>
/// <param name="Total">Figures of the whole model.</param>
/// <param name="Gate">Thresholds, and whether they hold.</param>
/// <param name="Weights">The weights that were coded with a loss, in the model's order.</param>
/// <param name="Coverage">Where every byte of every weight went.</param>
public sealed record CompressionReport(
    int SchemaVersion,
    string Tool,
    FileSummary Model,
    FileSummary Artifact,
    TotalSummary Total,
    GateSummary Gate,
    IReadOnlyList<WeightSummary> Weights,
    CoverageSummary Coverage)
{
    /// <summary>The version of the layout that this library writes.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>What the model computes; null when the spec's gate does not ask for it.</summary>
    public OutputsSummary? Outputs { get; init; }

    /// <summary>One look at the outputs on random samples; null when they are compared, or nothing was coded with a loss.</summary>
    public ProbeSummary? Probe { get; init; }

    /// <summary>What a reader should know that no threshold says.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What programs have measured; null, and not in the JSON form, when the spec's gate has no metrics.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MetricSummary>? Metrics { get; init; }

    /// <summary>How fast the result is; null, and not in the JSON form, when the spec's gate does not ask for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SpeedSummary? Speed { get; init; }

    /// <summary>What the graph computes with in place of weights; null, and not in the JSON form, when it is the original's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunnableSummary? Runnable { get; init; }

    /// <summary>How the smallest artifact was found; null when no stack says <c>for: outputs</c>.</summary>
    public SearchSummary? Search { get; init; }

    /// <summary>What was found: first one entry for each failed check of the gate, in the order of its checks, then warnings.</summary>
    public IReadOnlyList<DiagnosticSummary> Diagnostics { get; init; } = [];

    /// <summary>The spec as it was used; null in reports of versions that did not record it.</summary>
    public SpecSummary? Spec { get; init; }
}

/// <summary>A file.</summary>
/// <param name="Path">Relative to the folder of the spec, with forward slashes.</param>
/// <param name="Sha256">Lower-case hexadecimal SHA-256 of its bytes; of a model with external data, of its files one after the other.</param>
/// <param name="Bytes">Size, external data included.</param>
public sealed record FileSummary(string Path, string Sha256, long Bytes);

/// <summary>Figures of the whole model.</summary>
/// <param name="R2">
/// Pooled coefficient of determination of the weights in <see cref="CompressionReport.Weights"/>: 1 − Σ squared error / Σ squared deviation from each
/// weight's own mean.
/// </param>
/// <param name="WorstWeightR2">The lowest R² of a single weight.</param>
/// <param name="WorstWeight">The path of that weight.</param>
/// <param name="Ratio">Original bytes per artifact byte.</param>
/// <param name="OriginalBytes">Size of the model, external data included.</param>
/// <param name="ArtifactBytes">Size of the artifact.</param>
/// <param name="BitsPerWeight">Mean bits per lossily coded weight value: chunks only.</param>
public sealed record TotalSummary(double R2, double WorstWeightR2, string? WorstWeight, double Ratio, long OriginalBytes, long ArtifactBytes,
    double BitsPerWeight);

/// <summary>One weight that was coded with a loss.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="Dtype">Element type, such as <c>float32</c>.</param>
/// <param name="Shape">Dimensions; empty for a scalar.</param>
/// <param name="Elements">Number of values.</param>
/// <param name="OriginalBytes">Bytes of the values in the model.</param>
/// <param name="CompressedBytes">Bytes of its chunk in the artifact.</param>
/// <param name="BitsPerWeight">8 × <paramref name="CompressedBytes"/> / <paramref name="Elements"/>.</param>
/// <param name="R2">Coefficient of determination of what the artifact on disk decodes to.</param>
/// <param name="ShannonBits">
/// ½·log2(1/(1−R²)): the fewest bits per value that any coder needs for independent Gaussian values at this R². Null when decoded exactly.
/// </param>
/// <param name="Stack">The name of the stack.</param>
/// <param name="Levels">L0, the weights, and the state after every stage.</param>
/// <param name="Tower">Where the recursion ended, for a stack that has one.</param>
public sealed record WeightSummary(
    string Path,
    string Dtype,
    IReadOnlyList<long> Shape,
    long Elements,
    long OriginalBytes,
    long CompressedBytes,
    double BitsPerWeight,
    double R2,
    double? ShannonBits,
    string Stack,
    IReadOnlyList<LevelSummary> Levels,
    TowerSummary? Tower)
{
    /// <summary>The level of a weight that is coded against the inputs of its layer.</summary>
    internal const string CalibratedLevel = "calibrated quantize";

    /// <summary>The stack as people read it.</summary>
    internal string ShownStack => Levels.Any(level => level.Name == CalibratedLevel) ? $"calibrated {Stack}" : Stack;
}

/// <summary>Where a recursion ended (P67).</summary>
/// <param name="FixedPoint">How many recursion levels are kept; the next one gained nothing.</param>
/// <param name="ConvergenceDepth">How many were tried until that was known.</param>
/// <param name="Reached">False when the recursion stopped at the most levels allowed, and the fixed point lies further on.</param>
/// <param name="End">Why there is no further level: <c>gainTooSmall</c>, <c>allComponentsNeeded</c> or <c>levelLimit</c>.</param>
public sealed record TowerSummary(int FixedPoint, int ConvergenceDepth, bool Reached, string End);

/// <summary>The state of a weight after a stage.</summary>
/// <param name="Name">The stage; <c>weights</c> for L0.</param>
/// <param name="Parameters">Numbers that are needed to decode this level, side information of the levels before included.</param>
/// <param name="LevelRatio">Parameters of the level before / parameters.</param>
/// <param name="CumulativeRatio">Elements of the weight / parameters.</param>
/// <param name="R2ToPrevious">R² of what this level reconstructs of the level before.</param>
/// <param name="R2ToWeights">R² of what this level reconstructs of the weights.</param>
/// <param name="ParticipationRatio">
/// (Σλ)²/Σλ² of the eigenvalues λ of the covariance of the level's parameters; null where the level has no parameter matrix.
/// </param>
/// <param name="ComponentsFor95">Principal components that hold 95 % of the variance of the level's parameters.</param>
/// <param name="Kept">False for a level that a recursion tried and dropped because it gained too little.</param>
public sealed record LevelSummary(
    string Name,
    long Parameters,
    double LevelRatio,
    double CumulativeRatio,
    double R2ToPrevious,
    double R2ToWeights,
    double? ParticipationRatio,
    int? ComponentsFor95,
    bool Kept = true);

/// <summary>Where every byte of every weight went.</summary>
/// <param name="Coded">Weights that were coded with a loss.</param>
/// <param name="Kept">Weights that are carried exactly, each with the reason.</param>
/// <param name="Shared">Weights whose bytes are those of another weight.</param>
public sealed record CoverageSummary(CodedSummary Coded, IReadOnlyList<KeptSummary> Kept, IReadOnlyList<SharedSummary> Shared)
{
    /// <summary>Bytes of the model that are no weight's, and are carried exactly; null in reports of versions that did not record it.</summary>
    public long? StructureBytes { get; init; }

    /// <summary>Values of four bytes in <see cref="StructureBytes"/> that are lists of floats in attributes of nodes, as in tree ensembles.</summary>
    public long AttributeFloats { get; init; }

    /// <summary>Their bytes.</summary>
    internal long AttributeBytes => AttributeFloats * sizeof(float);
}

/// <summary>The weights that were coded with a loss.</summary>
/// <param name="Weights">How many.</param>
/// <param name="Bytes">Their bytes in the model.</param>
/// <param name="CompressedBytes">Their bytes in the artifact.</param>
public sealed record CodedSummary(int Weights, long Bytes, long CompressedBytes);

/// <summary>A weight that is carried exactly.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="Reason">Why it was not coded with a loss.</param>
/// <param name="Bytes">Its bytes in the model.</param>
/// <param name="CompressedBytes">
/// Its bytes in the artifact, or null when it stayed inside the model's own structure, which is compressed as a whole.
/// </param>
public sealed record KeptSummary(string Path, string Reason, long Bytes, long? CompressedBytes)
{
    /// <summary>How the reason begins for what was computed rather than trained.</summary>
    internal const string Table = "a computed table";
}

/// <summary>A weight whose bytes are those of another weight.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="With">The weight that is stored.</param>
/// <param name="Bytes">Its bytes in the model.</param>
public sealed record SharedSummary(string Path, string With, long Bytes);

/// <summary>The gate's verdict.</summary>
/// <param name="Passed">Whether every check passed.</param>
/// <param name="Checks">One entry per threshold.</param>
public sealed record GateSummary(bool Passed, IReadOnlyList<GateCheckSummary> Checks);

/// <summary>One threshold.</summary>
/// <param name="Name">The key of the spec.</param>
/// <param name="Threshold">What was asked.</param>
/// <param name="Actual">What was measured.</param>
/// <param name="Passed">Whether it holds; an actual value that is not a number fails.</param>
public sealed record GateCheckSummary(string Name, double Threshold, double Actual, bool Passed);
