using CompressTasks.Spec;

namespace CompressTasks.Runnable.Patterns;

/// <summary>All patterns.</summary>
internal static class LayerPatterns
{
    private static readonly IReadOnlyList<ILayerPattern> _all =
        [
            new DynamicMatMul(ActivationQuantization.Dynamic), new DynamicMatMul(ActivationQuantization.PerToken),
            new DynamicMatMul(ActivationQuantization.Residual), new BlockMatMul(), new RowGather(), new StaticLayer(), new DynamicLstm()];

    /// <summary>The one for a layer; null when there is none.</summary>
    public static ILayerPattern? For(LayerUse use, IntegerSpec options) => _all.FirstOrDefault(pattern => pattern.IsFor(use, options));
}
