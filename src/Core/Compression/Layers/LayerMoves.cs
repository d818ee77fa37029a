namespace CompressTasks.Compression.Layers;

/// <summary>What a layer may become.</summary>
/// <param name="Form">As what its weight is stored.</param>
/// <param name="Loss">What the outputs lose when it alone becomes so, as a share of what the gate allows.</param>
/// <param name="Gain">What it saves: milliseconds of a run, or bytes.</param>
internal sealed record LayerOption(LayerForm Form, double Loss, double Gain);

/// <summary>A layer becomes something else than it was before.</summary>
/// <param name="Layer">Which.</param>
/// <param name="Option">What it becomes.</param>
/// <param name="Loss">By how much more is lost then.</param>
internal sealed record LayerMove(int Layer, LayerOption Option, double Loss);

/// <summary>The order in which layers leave float: what gains most for what is lost comes first.</summary>
internal static class LayerMoves
{
    /// <summary>
    /// Along the upper convex hull of each layer's options, from nothing lost and nothing gained, steps get less and less worth what they lose:
    /// sorted over all layers, each beginning of the list is the best for its loss, if losses add up (Shoham, Gersho 1988).
    /// </summary>
    /// <param name="layers">The options of each layer. What gains nothing, or loses nobody knows what, is none.</param>
    public static IReadOnlyList<LayerMove> Order(IReadOnlyList<IReadOnlyList<LayerOption>> layers) =>
    [
        .. layers.SelectMany((options, layer) => Hull(options, layer)).OrderByDescending(step => step.Worth).Select(step => step.Move),
    ];

    private static IEnumerable<(LayerMove Move, double Worth)> Hull(IReadOnlyList<LayerOption> options, int layer)
    {
        var (loss, gain) = (0.0, 0.0);
        while (options.Where(option => option.Gain > gain && double.IsFinite(option.Loss))
            .OrderByDescending(Worth).ThenByDescending(option => option.Gain).FirstOrDefault() is { } best)
        {
            yield return (new(layer, best, best.Loss - loss), Worth(best));
            (loss, gain) = (best.Loss, best.Gain);
        }

        double Worth(LayerOption option) => option.Loss <= loss ? double.PositiveInfinity : (option.Gain - gain) / (option.Loss - loss);
    }
}
