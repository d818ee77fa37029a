using System.Runtime.InteropServices;
using CompressTasks.Calibration;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runnable.Patterns;
using CompressTasks.Spec;

namespace CompressTasks.Runnable;

/// <summary>The tensors that take the place of weights, each made once.</summary>
/// <param name="model">The original.</param>
/// <param name="calibrated">What the layers of weights meet, by path; weights without are rounded to the nearest.</param>
/// <param name="equalization">What the inputs of layers are divided by, and the weights multiplied.</param>
internal sealed class WeightRounding(OnnxModel model, IReadOnlyDictionary<string, CalibratedWeight> calibrated, Equalization equalization)
{
    private readonly Dictionary<(string Name, WeightStore Store, bool IsFolded, ActivationQuantization? Activations), RoundedWeight> _made = [];

    public Equalization Equalization => equalization;

    /// <summary>Rounds a weight as it is to be stored, what is behind its layer included.</summary>
    public RoundedWeight Of(RewrittenWeight weight)
    {
        var key = (weight.Stored.Name, weight.Stored.Store, weight.Behind is not null, ActivationsOf(weight));
        return _made.TryGetValue(key, out var known) ? known : _made[key] = Round(weight);
    }

    /// <summary>As reports say what samples have to do with a weight; empty where they have nothing to.</summary>
    public string Description(RewrittenWeight weight) => string.Concat(
        KnownOf(weight) is null ? "" : ", error feedback", FactorsOf(weight) is null ? "" : ", equalized channels");

    private RoundedWeight Round(RewrittenWeight weight)
    {
        var values = new double[weight.Weight.Elements];
        model.ReadValues(weight.Weight, values);
        if (weight is { Behind: { } behind, Stored.Store: WeightStore.PerChannel { Layout: var layout } })
            behind.Orient(layout, values);
        var tensors = weight.Stored.Store.Encode(weight.Stored.Name, weight.Weight.Shape, values, KnownOf(weight), FactorsOf(weight));
        if (tensors.Count == 1)
            return new(tensors, []);
        var scales = MemoryMarshal.Cast<byte, float>(tensors[1].RawData.Span).ToArray();
        weight.Behind?.Stretch(scales);
        var stretched = WeightStore.Tensor(weight.Stored.Scale, ElementType.Float, tensors[1].Dims, WeightStore.Bytes(scales));
        return new([tensors[0], stretched, .. tensors.Skip(2)], scales);
    }

    /// <summary>In a search a weight may become another kind of integers than the one that is equalized.</summary>
    private IReadOnlyList<float>? FactorsOf(RewrittenWeight weight) =>
        Equalization.ActivationOf(weight) is not null && ActivationsOf(weight) is { } way ? equalization.FactorsOf(weight.Stored.Name, way) : null;

    private static ActivationQuantization? ActivationsOf(RewrittenWeight weight) =>
        weight.Patterns.OfType<DynamicMatMul>().FirstOrDefault()?.Activations;

    private CalibratedWeight? KnownOf(RewrittenWeight weight) =>
        weight.Stored.Store is WeightStore.Matrix matrix && calibrated.GetValueOrDefault(weight.Weight.Path) is { } known
            && RoundedMatrix.Fits(matrix, known) ? known : null;
}

/// <summary>A weight as it is stored.</summary>
/// <param name="Tensors">Integers and scales, or float16.</param>
/// <param name="Scales">The scales; none for float16.</param>
internal sealed record RoundedWeight(IReadOnlyList<TensorProto> Tensors, IReadOnlyList<float> Scales);
