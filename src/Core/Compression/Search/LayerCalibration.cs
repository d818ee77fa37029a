using CompressTasks.Calibration;

namespace CompressTasks.Compression.Search;

/// <summary>What calibration samples show of the layers of a model.</summary>
/// <param name="Inputs">Moments of their inputs, and weights coded against these.</param>
/// <param name="Gradients">Moments of the gradients of their outputs, by weight; nothing of those before operators without a known gradient.</param>
internal sealed record LayerCalibration(CollectedMoments Inputs, IReadOnlyDictionary<string, PackedMoments> Gradients)
{
    /// <summary>Weights in branches that no calibration sample takes, by path.</summary>
    public IReadOnlyList<string> Untaken { get; init; } = [];

    /// <summary>Whether weights can be coded against both sides of their layers.</summary>
    public bool IsTwoSided => Gradients.Count > 0 && Inputs.Kept.Count > 0;
}
