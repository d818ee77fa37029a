using System.Runtime.InteropServices;
using CompressTasks.Artifacts;
using CompressTasks.Gate;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runnable.Patterns;
using CompressTasks.Spec;

namespace CompressTasks.Runnable;

/// <summary>What the weights of a model are in a runnable one that was made of it, read from its file.</summary>
/// <param name="original">The model.</param>
/// <param name="runnable">The runnable one.</param>
internal sealed class RestoredWeights(OnnxModel original, OnnxModel runnable)
{
    private readonly Dictionary<string, OnnxWeight> _found = runnable.Weights.ToDictionary(weight => weight.Path, StringComparer.Ordinal);
    private readonly GraphIndex _graph = new(original.ReadStructure());
    private readonly GraphProto _runnableGraph = runnable.ReadStructure().Graph ?? new();

    /// <summary>The error of each weight that is not what it was, in the original's order.</summary>
    /// <returns>Null for the path of a weight that the other model has not.</returns>
    public (IReadOnlyList<WeightQuality> Qualities, string? Missing) Compare()
    {
        var qualities = new List<WeightQuality>();
        var folded = original.Weights.Select(Behind).OfType<ChannelAffine>().SelectMany(behind => behind.Constants).ToHashSet(StringComparer.Ordinal);
        foreach (var weight in original.Weights.Where(weight => weight.CanExcise))
        {
            if (_found.TryGetValue(weight.Path, out var same) && same.ElementType == weight.ElementType && same.Shape.SequenceEqual(weight.Shape))
            {
                var before = original.ReadBytes(weight);
                var after = runnable.ReadBytes(same);
                if (before.SequenceEqual(after))
                    continue;
                if (!weight.IsFloatingPoint)
                    return (qualities, weight.Path);
                qualities.Add(Quality(weight, before, after));
            }
            else if (Read(weight) is { } values)
            {
                var payload = new byte[weight.PayloadBytes];
                for (var i = 0; i < values.Length; i++)
                    MemoryMarshal.Write(payload.AsSpan(i * sizeof(float)), (float)values[i]);
                var before = original.ReadBytes(weight);
                if (!before.SequenceEqual(payload))
                    qualities.Add(Quality(weight, before, payload));
            }
            else if (!folded.Contains(weight.Path) && (weight.IsFloatingPoint || !IsNode(weight)))
            {
                return (qualities, weight.Path);
            }
        }

        return (qualities, null);
    }

    /// <summary>The values that integers and scales, or a float16, stand for; null when there are none for the weight.</summary>
    private double[]? Read(OnnxWeight weight)
    {
        foreach (var name in new[] { weight.Path, original.SharedWith(weight)?.Path }.OfType<string>())
        {
            if (weight.ElementType != ElementType.Float || StoreOf(weight, name) is not { } store)
                continue;
            var tensors = store.NamesFor(name).Select(tensor => _found.GetValueOrDefault(tensor)).OfType<OnnxWeight>().ToList();
            var scales = tensors.Count > 1 ? new double[tensors[1].Elements] : [];
            if (tensors.Count > 1)
                runnable.ReadValues(tensors[1], scales);
            if (Behind(weight) is { } behind)
                behind.Undo(scales);
            var values = new double[weight.Elements];
            store.Decode(runnable.ReadBytes(tensors[0]), scales, tensors.Count > 2 ? runnable.ReadBytes(tensors[2]) : [], values);
            if (store is WeightStore.PerChannel matrix && EqualizationOf(name) is { } equalization && equalization.Elements == matrix.Inputs)
            {
                var inverse = new double[matrix.Inputs];
                runnable.ReadValues(equalization, inverse);
                matrix.Multiply(values, [.. inverse.Select(factor => (float)factor)]);
            }

            return values;
        }

        return null;
    }

    /// <summary>What the layer's input is multiplied with before it is quantized; null for nothing.</summary>
    private OnnxWeight? EqualizationOf(string name)
    {
        var integers = StandIn.IntegerName(name);
        var matrix = User(integers);
        if (matrix?.OpType == "Transpose")
            matrix = User(matrix.Output[0]);
        var input = matrix?.OpType switch
        {
            "MatMulInteger" => Maker(matrix.Input[0]) is { OpType: "DynamicQuantizeLinear" } quantized ? quantized.Input[0] : null,
            "DynamicQuantizeMatMul" => matrix.Input[0],
            _ => null,
        };
        if (input is not null && Maker(input) is { OpType: "Div" } normalized)
            input = normalized.Input[0];
        return input is not null && Maker(input) is { OpType: "Mul" } product
            && product.Input.FirstOrDefault(factor => Equalization.IsName(factor) && !_graph.HasName(factor)) is { } constant
                ? _found.GetValueOrDefault(constant) : null;

        NodeProto? User(string value) => _runnableGraph.Node.FirstOrDefault(node => node.Input.Contains(value));
        NodeProto? Maker(string value) => _runnableGraph.Node.FirstOrDefault(node => node.Output.Contains(value));
    }

    /// <summary>What the layer of a weight does itself of what was behind it.</summary>
    private ChannelAffine? Behind(OnnxWeight weight) =>
        weight.ElementType == ElementType.Float && StoreOf(weight, weight.Path) is { } store && WeightUses.Find(_graph, weight.Path) is { } uses
            ? Rewriting.Behind(original, _graph, weight, uses, store) : null;

    private WeightStore? StoreOf(OnnxWeight weight, string name)
    {
        if (_found.TryGetValue(StandIn.Float16Name(name), out var half) && half.Shape.SequenceEqual(weight.Shape))
            return new WeightStore.Float16();
        var integers = StandIn.IntegerName(name);
        if (!_found.ContainsKey(integers) || !_found.ContainsKey(StandIn.ScaleName(name))
            || WeightUses.Find(_graph, weight.Path) is not { Layers: [var use, ..] })
            return null;
        var options = new IntegerSpec(8, 32, ActivationQuantization.Dynamic, Calibration: null, new(original.Path));
        if (_runnableGraph.Node.FirstOrDefault(node => node.OpType == "MatMulNBits" && node.Input.Contains(integers)) is { } blocks)
            options = options with { Activations = ActivationQuantization.None, Bits = Number(blocks, "bits"), Block = Number(blocks, "block_size") };
        else if (use.Node.OpType == "Conv")
            options = options with { Activations = ActivationQuantization.Static };
        return LayerPatterns.For(use, options)?.Store(use, weight.Shape, options);
    }

    /// <summary>Constants of nodes that were taken out with what used them.</summary>
    private bool IsNode(OnnxWeight weight) => _graph.ConstantOf(weight.Path) is { IsNode: true };

    private static int Number(NodeProto node, string name) => (int)node.Attribute.First(attribute => attribute.Name == name).I;

    private static WeightQuality Quality(OnnxWeight weight, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after) =>
        new(weight.Path, PayloadError.Between(weight.ElementType, before, after))
        {
            Groups = GroupR2.Between(weight.ElementType, weight.Shape, before, after),
        };
}
