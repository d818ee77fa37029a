using CompressTasks.Artifacts;
using CompressTasks.Calibration;
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

    /// <summary>Integers of a matrix, of which those of some inputs of an output share a scale.</summary>
    public abstract record Matrix : WeightStore
    {
        /// <summary>K, what each output is a sum of.</summary>
        public abstract int Inputs { get; }

        /// <summary>M.</summary>
        public abstract int Outputs { get; }

        /// <summary>Inputs that share a scale; the last block of an output may have fewer.</summary>
        public abstract int Block { get; }

        public abstract IntegerGrid Grid { get; }

        public int BlocksOfOutput => (Inputs + Block - 1) / Block;

        /// <summary>Where a value of the weight is.</summary>
        public abstract int IndexOf(int output, int input);

        /// <summary>Multiplies the values of each input.</summary>
        public void Multiply(Span<double> values, IReadOnlyList<float> factors)
        {
            for (var output = 0; output < Outputs; output++)
            {
                for (var input = 0; input < Inputs; input++)
                    values[IndexOf(output, input)] *= factors[input];
            }
        }
    }

    /// <summary>As the weight is, each an int8, with a scale for each channel.</summary>
    /// <param name="Layout">The channels.</param>
    /// <param name="ScaleShape">The shape of the scales.</param>
    /// <param name="Bits">How many of the 8 bits are used.</param>
    public sealed record PerChannel(ChannelLayout Layout, Shape ScaleShape, int Bits) : Matrix
    {
        public override int Inputs => Layout.Reduced;

        public override int Outputs => Layout.Channels;

        public override int Block => Layout.Reduced;

        public override IntegerGrid Grid => IntegerGrid.Symmetric(Bits);

        public override int IndexOf(int output, int input) => Layout.IndexOf(output, input);
    }

    /// <summary>
    /// As <c>MatMulNBits</c> of com.microsoft has them: for each output, blocks of integers along the inputs, with a scale for each block.
    /// </summary>
    /// <param name="K">Inputs of the layer.</param>
    /// <param name="N">Outputs of the layer.</param>
    /// <param name="InputsLast">Whether the weight has its inputs along the last axis.</param>
    /// <param name="Bits">Of an integer: 4 or 8.</param>
    /// <param name="Length">Inputs of a block.</param>
    public sealed record Blocks(int K, int N, bool InputsLast, int Bits, int Length) : Matrix
    {
        /// <summary>Integers of so many bits may have zero points of their own; more bits gain next to nothing by them.</summary>
        public const int WithZeroPoints = 4;

        public override int Inputs => K;

        public override int Outputs => N;

        public override int Block => Length;

        public override IntegerGrid Grid => IntegerGrid.OfBits(Bits);

        public int BlockBytes => Length * Bits / 8;

        public override int IndexOf(int output, int input) => InputsLast ? (output * K) + input : (input * N) + output;

        /// <summary>Bytes of the zero points of an output, of which two share one.</summary>
        public int ZeroPointBytes => ((BlocksOfOutput * Bits) + 7) / 8;

        /// <summary>What stands for 0: without zero points the middle integer.</summary>
        public int ZeroPoint(ReadOnlySpan<byte> zeroPoints, int output, int block) => zeroPoints.IsEmpty ? 1 << (Bits - 1)
            : (zeroPoints[(output * ZeroPointBytes) + (block * Bits / 8)] >> (block * Bits % 8)) & ((1 << Bits) - 1);
    }

    /// <summary>As float16.</summary>
    public sealed record Float16 : WeightStore;

    /// <summary>A shape that equals another with the same lengths.</summary>
    public sealed record Shape(params long[] Lengths)
    {
        public bool Equals(Shape? other) => other is not null && Lengths.AsSpan().SequenceEqual(other.Lengths);

        public override int GetHashCode() => Lengths.Aggregate(0, HashCode.Combine);
    }

    /// <summary>The names of the tensors that take the place of a weight; not every weight has the last.</summary>
    public IReadOnlyList<string> NamesFor(string weight) => this switch
    {
        Float16 => [StandIn.Float16Name(weight)],
        Blocks => [StandIn.IntegerName(weight), StandIn.ScaleName(weight), StandIn.ZeroPointName(weight)],
        _ => [StandIn.IntegerName(weight), StandIn.ScaleName(weight)],
    };

    /// <summary>The tensors that take the place of a weight.</summary>
    /// <param name="weight">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Its values, all finite.</param>
    /// <param name="calibrated">What its layer meets, against which its integers are rounded; null to round to the nearest.</param>
    /// <param name="factors">What the values of each input are multiplied with; null for 1.</param>
    public IReadOnlyList<TensorProto> Encode(string weight, IReadOnlyList<long> shape, double[] values, CalibratedWeight? calibrated = null,
        IReadOnlyList<float>? factors = null)
    {
        if (this is not Matrix matrix)
            return [Tensor(StandIn.Float16Name(weight), ElementType.Float16, shape, ToFloat16(values))];
        if (factors is not null)
            matrix.Multiply(values, factors);
        var rounded = calibrated is null ? RoundedMatrix.Nearest(matrix, values) : RoundedMatrix.WithFeedback(matrix, values, calibrated, factors);
        return matrix is Blocks blocks
            ?
            [
                Tensor(StandIn.IntegerName(weight), ElementType.UInt8, [blocks.N, blocks.BlocksOfOutput, blocks.BlockBytes], Pack(blocks, rounded)),
                Tensor(StandIn.ScaleName(weight), ElementType.Float, [rounded.Scales.Length], Bytes(rounded.Scales)),
                .. rounded.ZeroPoints is { } zeroPoints ? [ZeroPoints(weight, blocks, zeroPoints)] : Array.Empty<TensorProto>(),
            ]
            :
            [
                Tensor(StandIn.IntegerName(weight), ElementType.Int8, shape, Pack((PerChannel)matrix, rounded)),
                Tensor(StandIn.ScaleName(weight), ElementType.Float, ((PerChannel)matrix).ScaleShape.Lengths, Bytes(rounded.Scales)),
            ];
    }

    /// <summary>What the tensors stand for, in the order of the weight's values.</summary>
    /// <param name="integers">The payload of the first tensor.</param>
    /// <param name="scales">Those of the second; none for float16.</param>
    /// <param name="zeroPoints">The payload of the third; none where it is not there.</param>
    /// <param name="values">Takes them.</param>
    public void Decode(ReadOnlySpan<byte> integers, ReadOnlySpan<double> scales, ReadOnlySpan<byte> zeroPoints, Span<double> values)
    {
        switch (this)
        {
            case PerChannel store:
                for (var output = 0; output < store.Outputs; output++)
                {
                    for (var input = 0; input < store.Inputs; input++)
                        values[store.IndexOf(output, input)] = scales[output] * (sbyte)integers[store.IndexOf(output, input)];
                }

                break;
            case Blocks store:
                for (var output = 0; output < store.N; output++)
                {
                    for (var input = 0; input < store.K; input++)
                    {
                        var block = (output * store.BlocksOfOutput) + (input / store.Length);
                        var bit = input % store.Length * store.Bits;
                        var stored = (integers[(block * store.BlockBytes) + (bit / 8)] >> (bit % 8)) & ((1 << store.Bits) - 1);
                        values[store.IndexOf(output, input)] = scales[block] * (stored - store.ZeroPoint(zeroPoints, output, input / store.Length));
                    }
                }

                break;
            default:
                ElementConversion.ReadValues(ElementType.Float16, integers, values);
                break;
        }
    }

    private static byte[] Pack(PerChannel store, RoundedMatrix rounded)
    {
        var bytes = new byte[rounded.Integers.Length];
        for (var output = 0; output < store.Outputs; output++)
        {
            for (var input = 0; input < store.Inputs; input++)
                bytes[store.IndexOf(output, input)] = (byte)rounded.Integers[(output * store.Inputs) + input];
        }

        return bytes;
    }

    private static byte[] Pack(Blocks store, RoundedMatrix rounded)
    {
        var bytes = new byte[store.N * store.BlocksOfOutput * store.BlockBytes];
        for (var output = 0; output < store.N; output++)
        {
            // What is behind the last input stands for 0.
            for (var input = 0; input < store.BlocksOfOutput * store.Length; input++)
            {
                var zero = rounded.ZeroPoints?[(output * store.BlocksOfOutput) + (input / store.Length)] ?? 1 << (store.Bits - 1);
                var stored = zero + (input < store.K ? rounded.Integers[(output * store.K) + input] : 0);
                var bit = input % store.Length * store.Bits;
                bytes[(((output * store.BlocksOfOutput) + (input / store.Length)) * store.BlockBytes) + (bit / 8)] |= (byte)(stored << (bit % 8));
            }
        }

        return bytes;
    }

    private static TensorProto ZeroPoints(string weight, Blocks store, byte[] zeroPoints)
    {
        var bytes = new byte[store.N * store.ZeroPointBytes];
        foreach (var (index, zero) in zeroPoints.Index())
        {
            var (output, bit) = (index / store.BlocksOfOutput, index % store.BlocksOfOutput * store.Bits);
            bytes[(output * store.ZeroPointBytes) + (bit / 8)] |= (byte)(zero << (bit % 8));
        }

        return Tensor(StandIn.ZeroPointName(weight), ElementType.UInt8, [bytes.Length], bytes);
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
