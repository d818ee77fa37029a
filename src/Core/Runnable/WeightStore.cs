using CompressTasks.Artifacts;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Runnable;

/// <summary>How the integers of a weight are stored.</summary>
internal abstract record WeightStore
{
    private WeightStore()
    {
    }

    /// <summary>As the weight is, each an int8, with a scale for each channel.</summary>
    /// <param name="Layout">The channels.</param>
    /// <param name="ScaleShape">The shape of the scales.</param>
    /// <param name="Bits">How many of the 8 bits are used.</param>
    public sealed record PerChannel(ChannelLayout Layout, Shape ScaleShape, int Bits) : WeightStore;

    /// <summary>
    /// As <c>MatMulNBits</c> of com.microsoft has them: for each output, blocks of integers along the inputs, with a scale for each block.
    /// </summary>
    /// <param name="Inputs">Inputs of the layer.</param>
    /// <param name="Outputs">Outputs of the layer.</param>
    /// <param name="InputsLast">Whether the weight has its inputs along the last axis.</param>
    /// <param name="Bits">Of an integer: 4 or 8.</param>
    /// <param name="Block">Inputs of a block.</param>
    public sealed record Blocks(int Inputs, int Outputs, bool InputsLast, int Bits, int Block) : WeightStore
    {
        public int Count => (Inputs + Block - 1) / Block;

        public int BlockBytes => Block * Bits / 8;

        /// <summary>Where a value of the weight is.</summary>
        public int IndexOf(int output, int input) => InputsLast ? (output * Inputs) + input : (input * Outputs) + output;
    }

    /// <summary>As float16.</summary>
    public sealed record Float16 : WeightStore;

    /// <summary>A shape that equals another with the same lengths.</summary>
    public sealed record Shape(params long[] Lengths)
    {
        public bool Equals(Shape? other) => other is not null && Lengths.AsSpan().SequenceEqual(other.Lengths);

        public override int GetHashCode() => Lengths.Aggregate(0, HashCode.Combine);
    }

    /// <summary>The names of the tensors that take the place of a weight.</summary>
    public IReadOnlyList<string> NamesFor(string weight) =>
        this is Float16 ? [StandIn.Float16Name(weight)] : [StandIn.IntegerName(weight), StandIn.ScaleName(weight)];

    /// <summary>The tensors that take the place of a weight.</summary>
    /// <param name="weight">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Its values, all finite.</param>
    public IReadOnlyList<TensorProto> Encode(string weight, IReadOnlyList<long> shape, double[] values) => this switch
    {
        PerChannel store => Encode(store, weight, shape, values),
        Blocks store => Encode(store, weight, values),
        _ => [Tensor(StandIn.Float16Name(weight), ElementType.Float16, shape, ToFloat16(values))],
    };

    /// <summary>What the tensors stand for, in the order of the weight's values.</summary>
    /// <param name="integers">The payload of the first tensor.</param>
    /// <param name="scales">Those of the second; none for float16.</param>
    /// <param name="values">Takes them.</param>
    public void Decode(ReadOnlySpan<byte> integers, ReadOnlySpan<double> scales, Span<double> values)
    {
        switch (this)
        {
            case PerChannel { Layout: var layout }:
                for (var channel = 0; channel < layout.Channels; channel++)
                {
                    for (var k = 0; k < layout.Reduced; k++)
                        values[layout.IndexOf(channel, k)] = scales[channel] * (sbyte)integers[layout.IndexOf(channel, k)];
                }

                break;
            case Blocks store:
                for (var output = 0; output < store.Outputs; output++)
                {
                    for (var input = 0; input < store.Inputs; input++)
                    {
                        var block = (output * store.Count) + (input / store.Block);
                        var bit = input % store.Block * store.Bits;
                        var stored = (integers[(block * store.BlockBytes) + (bit / 8)] >> (bit % 8)) & ((1 << store.Bits) - 1);
                        values[store.IndexOf(output, input)] = scales[block] * (stored - (1 << (store.Bits - 1)));
                    }
                }

                break;
            default:
                ElementConversion.ReadValues(ElementType.Float16, integers, values);
                break;
        }
    }

    private static IReadOnlyList<TensorProto> Encode(PerChannel store, string weight, IReadOnlyList<long> shape, double[] values)
    {
        var (layout, grid) = (store.Layout, IntegerGrid.Symmetric(store.Bits));
        var integers = new byte[values.Length];
        var scales = new float[layout.Channels];
        Parallel.For(0, layout.Channels, channel =>
        {
            var one = new double[layout.Reduced];
            for (var k = 0; k < one.Length; k++)
                one[k] = values[layout.IndexOf(channel, k)];
            scales[channel] = grid.Scale(one);
            for (var k = 0; k < one.Length; k++)
                integers[layout.IndexOf(channel, k)] = (byte)(sbyte)grid.Round(one[k], scales[channel]);
        });
        return
        [
            Tensor(StandIn.IntegerName(weight), ElementType.Int8, shape, integers),
            Tensor(StandIn.ScaleName(weight), ElementType.Float, store.ScaleShape.Lengths, Bytes(scales)),
        ];
    }

    private static IReadOnlyList<TensorProto> Encode(Blocks store, string weight, double[] values)
    {
        var grid = IntegerGrid.OfBits(store.Bits);
        var integers = new byte[store.Outputs * store.Count * store.BlockBytes];
        var scales = new float[store.Outputs * store.Count];
        Parallel.For(0, store.Outputs, output =>
        {
            var one = new double[store.Block];
            for (var block = 0; block < store.Count; block++)
            {
                Array.Clear(one);
                for (var k = 0; k < Math.Min(store.Block, store.Inputs - (block * store.Block)); k++)
                    one[k] = values[store.IndexOf(output, (block * store.Block) + k)];
                var place = (output * store.Count) + block;
                scales[place] = grid.Scale(one);
                for (var k = 0; k < one.Length; k++)
                {
                    var bit = k * store.Bits;
                    var stored = grid.Round(one[k], scales[place]) + (1 << (store.Bits - 1));
                    integers[(place * store.BlockBytes) + (bit / 8)] |= (byte)(stored << (bit % 8));
                }
            }
        });
        return
        [
            Tensor(StandIn.IntegerName(weight), ElementType.UInt8, [store.Outputs, store.Count, store.BlockBytes], integers),
            Tensor(StandIn.ScaleName(weight), ElementType.Float, [scales.Length], Bytes(scales)),
        ];
    }

    /// <summary>A tensor with its payload.</summary>
    public static TensorProto Tensor(string name, ElementType type, IEnumerable<long> shape, byte[] payload) =>
        new() { Name = name, DataType = (int)type, Dims = { shape }, RawData = UnsafeByteOperations.UnsafeWrap(payload) };

    /// <summary>The payload of float32 values.</summary>
    public static byte[] Bytes(ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return bytes;
    }

    private static byte[] ToFloat16(double[] values)
    {
        var bytes = new byte[values.Length * 2];
        for (var i = 0; i < values.Length; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(2 * i), (Half)(float)values[i]);
        return bytes;
    }
}
