using System.Runtime.InteropServices;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runnable;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Benchmarks.Runnable;

/// <summary>Puts plainly rounded weights into a runnable model.</summary>
internal static class RoundedModel
{
    /// <param name="original">The weights.</param>
    /// <param name="spec">That the runnable model was made by.</param>
    /// <param name="path">The runnable model, which is overwritten.</param>
    /// <param name="rounding">How.</param>
    public static void Write(OnnxModel original, CompressionSpec spec, string path, PlainRounding rounding)
    {
        var runnable = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        var tensors = runnable.Graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var stages = original.Weights.ToDictionary(weight => weight, weight => spec.RuleFor(weight.Path, weight.Elements, "float32")?.Stack.Rewriting);
        foreach (var weight in Rewriting.Decide(original, new(original.ReadStructure()), weight => stages[weight]).Weights)
        {
            if (weight.IsShared || !tensors.TryGetValue(weight.Stored.Integers, out var integers))
                continue;
            var values = new double[weight.Weight.Elements];
            original.ReadValues(weight.Weight, values);
            if (weight is { Behind: { } behind, Stored.Store: WeightStore.PerChannel { Layout: var layout } })
                behind.Orient(layout, values);
            var (rounded, scales) = Round(weight.Stored.Store, values, rounding);
            weight.Behind?.Stretch(scales);
            integers.RawData = ByteString.CopyFrom(rounded);
            tensors[weight.Stored.Scale].RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(scales.AsSpan()));
        }

        File.WriteAllBytes(path, runnable.ToByteArray());
    }

    private static (byte[] Integers, float[] Scales) Round(WeightStore store, double[] values, PlainRounding rounding)
    {
        var whole = values.Max(Math.Abs);
        if (store is WeightStore.PerChannel { Layout: var layout })
        {
            var (integers, scales) = (new byte[values.Length], new float[layout.Channels]);
            for (var channel = 0; channel < layout.Channels; channel++)
            {
                var places = Enumerable.Range(0, layout.Reduced).Select(k => layout.IndexOf(channel, k)).ToList();
                scales[channel] = Scale(rounding == PlainRounding.PerTensor ? whole : places.Max(i => Math.Abs(values[i])), 127);
                foreach (var i in places)
                    integers[i] = (byte)(sbyte)Math.Clamp(Math.Round(values[i] / scales[channel]), -127, 127);
            }

            return (integers, scales);
        }

        var blocks = (WeightStore.Blocks)store;
        var half = 1 << (blocks.Bits - 1);
        var (packed, steps) = (new byte[blocks.Outputs * blocks.BlocksOfOutput * blocks.BlockBytes], new float[blocks.Outputs * blocks.BlocksOfOutput]);
        for (var block = 0; block < steps.Length; block++)
        {
            var (output, first) = (block / blocks.BlocksOfOutput, block % blocks.BlocksOfOutput * blocks.Block);
            var inside = Enumerable.Range(0, blocks.Block).Where(k => first + k < blocks.Inputs).ToList();
            steps[block] = Scale(inside.Max(k => Math.Abs(values[blocks.IndexOf(output, first + k)])), half - 1);
            for (var k = 0; k < blocks.Block; k++)
            {
                var value = first + k < blocks.Inputs ? values[blocks.IndexOf(output, first + k)] : 0;
                var stored = (int)Math.Clamp(Math.Round(value / steps[block]), -half, half - 1) + half;
                packed[(block * blocks.BlockBytes) + (k * blocks.Bits / 8)] |= (byte)(stored << (k * blocks.Bits % 8));
            }
        }

        return (packed, steps);
    }

    private static float Scale(double largest, int most) => largest > 0 ? (float)(largest / most) : 1;
}
