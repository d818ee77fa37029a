namespace CompressTasks.Calibration;

/// <summary>What samples have shown of the inputs of a model's layers.</summary>
/// <param name="Weights">The weights whose layers' inputs could be seen, by path.</param>
/// <param name="Sha256">
/// Lower-case hexadecimal SHA-256 over the SHA-256 of the moments of each kind of input; equal moments make equal artifacts.
/// </param>
internal sealed record CollectedMoments(IReadOnlyDictionary<string, CalibratedWeight> Weights, string Sha256)
{
    /// <summary>Weights that there was no time for.</summary>
    public IReadOnlyList<string> Late { get; init; } = [];

    /// <summary>Nothing was measured.</summary>
    public static CollectedMoments None { get; } = new(new Dictionary<string, CalibratedWeight>(), "");
}
