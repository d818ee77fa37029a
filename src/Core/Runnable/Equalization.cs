using CompressTasks.Onnx;
using CompressTasks.Runnable.Patterns;
using CompressTasks.Spec;

namespace CompressTasks.Runnable;

/// <summary>
/// Factors s of the channels of activations: x / s meets s · W, so that channels with large values do not take the steps of all others (SmoothQuant:
/// Xiao and others, 2023, equation 4). The weights do it, and a product in front of where an activation is quantized.
/// </summary>
internal sealed class Equalization
{
    /// <summary>How far a factor may be from their geometric mean.</summary>
    private const double Farthest = 1024;

    /// <summary>Of the square of what is lost; a product in front of a layer takes time.</summary>
    private const double WorthWhile = 0.9;

    /// <summary>In a search a layer may quantize its inputs in another way than as the rules say.</summary>
    private static readonly ActivationQuantization[] _ways =
        [ActivationQuantization.Dynamic, ActivationQuantization.PerToken, ActivationQuantization.Residual];

    /// <summary>How much of the differences between channels may go over to the weights.</summary>
    private static readonly double[] _strengths = [.. Enumerable.Range(0, 21).Select(i => i / 20.0)];

    private readonly Dictionary<(string Weight, ActivationQuantization Activations), float[]> _ofWeights = [];

    /// <summary>Nothing is equalized.</summary>
    public static Equalization None { get; } = new();

    /// <summary>The constant that an activation is multiplied with: 1/s, of layers that quantize it in a way.</summary>
    public static string NameFor(string activation, ActivationQuantization way) => way switch
    {
        ActivationQuantization.PerToken => $"{activation}_equalization_token",
        ActivationQuantization.Residual => $"{activation}_equalization_residual",
        _ => $"{activation}_equalization",
    };

    /// <summary>Whether a constant has such a name.</summary>
    public static bool IsName(string constant) => Array.Exists(_ways, way => constant.EndsWith(NameFor("", way), StringComparison.Ordinal));

    /// <summary>The activation of each weight that can be equalized.</summary>
    /// <param name="rewriting">The weights.</param>
    /// <param name="graph">The graph.</param>
    public static IReadOnlyDictionary<RewrittenWeight, string> Activations(Rewriting rewriting, GraphIndex graph)
    {
        var shared = rewriting.Weights.Where(weight => weight.IsShared).Select(weight => weight.Stored.Name).ToHashSet(StringComparer.Ordinal);
        return rewriting.Weights.Where(weight => !weight.IsShared && !shared.Contains(weight.Stored.Name) && weight.Weight.Shape.Count == 2)
            .Select(weight => (weight, Activation: ActivationOf(weight)))
            .Where(pair => pair.Activation is not null && Array.TrueForAll(_ways, way => !graph.HasName(NameFor(pair.Activation, way))))
            .ToDictionary(pair => pair.weight, pair => pair.Activation!);
    }

    /// <summary>Equalizes each activation as far as that loses least, by reckoning; not at all where little is gained.</summary>
    /// <param name="model">The original.</param>
    /// <param name="activations">By weight.</param>
    /// <param name="channels">By activation.</param>
    /// <param name="rounding">What of the error of weights that are rounded to the nearest is left, as a share of its square.</param>
    public static Equalization Of(OnnxModel model, IReadOnlyDictionary<RewrittenWeight, string> activations,
        IReadOnlyDictionary<string, ActivationChannels> channels, double rounding)
    {
        var result = new Equalization();
        foreach (var layers in activations.GroupBy(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal))
        {
            if (channels.GetValueOrDefault(layers.Key) is not { } known || known.Count != ((WeightStore.Matrix)layers.First().Stored.Store).Inputs)
                continue;
            WeightMagnitudes[] magnitudes = [.. layers.Select(Magnitudes)];
            foreach (var way in _ways)
            {
                var loss = new QuantizationLoss(known, magnitudes, rounding, way);
                var factors = _strengths.Select(strength => Factors(known.Peaks, loss.WeightPeaks, strength)).MinBy(loss.With)!;
                if (loss.With(factors) >= WorthWhile * loss.With([.. Enumerable.Repeat(1f, known.Count)]))
                    continue;
                foreach (var weight in layers)
                    result._ofWeights[(weight.Stored.Name, way)] = factors;
            }
        }

        return result;

        WeightMagnitudes Magnitudes(RewrittenWeight weight)
        {
            var values = new double[weight.Weight.Elements];
            model.ReadValues(weight.Weight, values);
            return new((WeightStore.Matrix)weight.Stored.Store, values);
        }
    }

    /// <summary>s for each input of a weight's layer; null where they are 1.</summary>
    public IReadOnlyList<float>? FactorsOf(string weight, ActivationQuantization way) => _ofWeights.GetValueOrDefault((weight, way));

    /// <summary>s = aᵖ / w¹⁻ᵖ, in units of their geometric mean; 1 for channels that are always zero, or whose weights are.</summary>
    public static float[] Factors(IReadOnlyList<double> ofActivation, IReadOnlyList<double> ofWeights, double strength)
    {
        var logarithms = ofActivation.Zip(ofWeights, (activation, weight) => activation > 0 && weight > 0
            && double.IsFinite(activation) ? (double?)((strength * Math.Log(activation)) - ((1 - strength) * Math.Log(weight))) : null).ToList();
        var mean = logarithms.Average() ?? 0;
        return [.. logarithms.Select(logarithm => (float)Math.Clamp(Math.Exp((logarithm ?? mean) - mean), 1 / Farthest, Farthest))];
    }

    /// <summary>What all layers of a weight take, where it is the same and they are products that quantize it in each run; null otherwise.</summary>
    public static string? ActivationOf(RewrittenWeight weight) =>
        weight.Uses is { Layers: var layers } && weight.Patterns.All(pattern => pattern is DynamicMatMul)
        && layers.All(use => MatrixLayer.Of(use).IsWeightRight) && layers.Select(use => use.Activation).Distinct().Count() == 1
            ? layers[0].Activation : null;
}
