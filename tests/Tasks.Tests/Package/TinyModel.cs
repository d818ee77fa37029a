using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>
/// A valid ONNX model, y = x · W, or x · W1 · W2 · …, with weights of 64 × 64 unless another size is given, written by hand: field numbers are those
/// of onnx.proto.
/// </summary>
internal static class TinyModel
{
    private const int SmallSize = 64;
    private const int Float = 1;
    private const int Int64 = 7;

    /// <param name="path">Of the file.</param>
    /// <param name="seed">Decides the values.</param>
    /// <param name="size">Rows and columns of a weight, and the last axis of x.</param>
    /// <param name="weights">How many, one after the other.</param>
    /// <param name="axes">The other axes of x; none for a batch of one.</param>
    public static void Write(string path, int seed, int size = SmallSize, int weights = 1, params int[] axes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Model(seed, size, weights, axes.Length == 0 ? [1, size] : [.. axes, size]));
    }

    /// <summary>The model whose weight, of <see cref="DataAt"/>, lies in the file <c>external.bin</c> beside it.</summary>
    public static void WriteWithExternalData(string path)
    {
        const string Data = "external.bin";
        var values = Enumerable.Range(0, SmallSize * SmallSize).Select(i => DataAt(i / SmallSize, i % SmallSize)).ToArray();
        byte[] weight =
        [
            .. Number(1, SmallSize), .. Number(1, SmallSize), .. Number(2, Float), .. Text(8, "W"),
            .. Bytes(13, [.. Text(1, "location"), .. Text(2, Data)]), .. Number(14, 1),
        ];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Model([[.. Product("x", "W", "y", "multiply1"), .. Bytes(5, weight)]], [1, SmallSize]));
        File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(path)!, Data), MemoryMarshal.AsBytes<float>(values).ToArray());
    }

    /// <summary>
    /// A decoder of text of one layer, with its cache of keys and values as inputs and outputs: which of 64 tokens comes next, the last one alone
    /// decides, by <see cref="TokenAfter"/>.
    /// </summary>
    public static void WriteDecoder(string path)
    {
        const string Ids = "input_ids";
        var scores = new float[SmallSize * SmallSize];
        for (var i = 0; i < scores.Length; i++)
            scores[i] = i % SmallSize == TokenAfter(i / SmallSize) ? 9 : DataAt(i / SmallSize, i % SmallSize);
        byte[] graph =
        [
            .. Node("Gather", ["scores", Ids], "logits"), .. Node("Unsqueeze", ["logits", "axes"], "head"),
            .. Node("Concat", ["past_key_values.0.key", "head"], "present.0.key", Axis(2)),
            .. Node("Concat", ["past_key_values.0.value", "head"], "present.0.value", Axis(2)),
            .. Text(2, "decoder"),
            .. Bytes(5, [.. Number(1, SmallSize), .. Number(1, SmallSize), .. Number(2, Float), .. Text(8, "scores"),
                .. Bytes(9, MemoryMarshal.AsBytes<float>(scores))]),
            .. Bytes(5, [.. Number(1, 1), .. Number(2, Int64), .. Text(8, "axes"), .. Bytes(9, BitConverter.GetBytes(1L))]),
            .. Bytes(11, Value(Ids, Int64, "batch", "sequence")),
            .. Bytes(11, Value("past_key_values.0.key", Float, "batch", 1, "past", SmallSize)),
            .. Bytes(11, Value("past_key_values.0.value", Float, "batch", 1, "past", SmallSize)),
            .. Bytes(12, Value("logits", Float, "batch", "sequence", SmallSize)),
            .. Bytes(12, Value("present.0.key", Float, "batch", 1, "all", SmallSize)),
            .. Bytes(12, Value("present.0.value", Float, "batch", 1, "all", SmallSize)),
        ];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, [.. Number(1, 8), .. Bytes(7, graph), .. Bytes(8, Number(2, 17))]);
    }

    /// <summary>The token that the decoder has next.</summary>
    public static int TokenAfter(int token) => ((5 * token) + 3) % SmallSize;

    /// <summary>A small whole number, so that sums of products are exact.</summary>
    public static float DataAt(int row, int column) => (((row * SmallSize) + column) % 7) - 3;

    /// <summary>A TensorProto for the input x.</summary>
    public static void WriteSample(string path, int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, SmallSize).Select(_ => (float)random.NextDouble()).ToArray();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path,
            [.. Number(1, 1), .. Number(1, SmallSize), .. Number(2, Float), .. Text(8, "x"), .. Bytes(9, MemoryMarshal.AsBytes<float>(values))]);
    }

    /// <summary>One run's input in NumPy's <c>.npz</c>.</summary>
    public static void WriteArchive(string path, int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, SmallSize).Select(_ => (float)random.NextDouble()).ToArray();
        var header = Encoding.ASCII.GetBytes($"{{'descr': '<f4', 'fortran_order': False, 'shape': (1, {SmallSize}), }}\n");
        File.Delete(path);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        using var entry = archive.CreateEntry("x.npy").Open();
        entry.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. MemoryMarshal.AsBytes<float>(values)]);
    }

    private static byte[] Model(int seed, int size, int weights, int[] shape)
    {
        var random = new Random(seed);
        var products = new List<byte[]>();
        for (var i = 1; i <= weights; i++)
        {
            var name = weights == 1 ? "W" : $"W{i}";
            var product = Product(i == 1 ? "x" : $"x{i}", name, i == weights ? "y" : $"x{i + 1}", $"multiply{i}");
            products.Add([.. product, .. Bytes(5, Weight(name, random, size))]);
        }

        return Model(products, shape);
    }

    /// <param name="products">Nodes and their weights.</param>
    /// <param name="shape">Of x and y.</param>
    private static byte[] Model(List<byte[]> products, int[] shape)
    {
        byte[] graph =
            [.. products.SelectMany(product => product), .. Text(2, "tiny"), .. Bytes(11, Value("x", shape)), .. Bytes(12, Value("y", shape))];
        return [.. Number(1, 8), .. Bytes(7, graph), .. Bytes(8, Number(2, 17))];
    }

    private static byte[] Product(string input, string weight, string output, string name) =>
        Bytes(1, [.. Text(1, input), .. Text(1, weight), .. Text(2, output), .. Text(3, name), .. Text(4, "MatMul")]);

    private static byte[] Weight(string name, Random random, int size)
    {
        // The sum of three uniform values is close enough to a normal one.
        var values = Enumerable.Range(0, size * size)
            .Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))
            .ToArray();
        return [.. Number(1, size), .. Number(1, size), .. Number(2, Float), .. Text(8, name), .. Bytes(9, MemoryMarshal.AsBytes<float>(values))];
    }

    private static byte[] Value(string name, int[] shape)
    {
        byte[] axes = [.. shape.SelectMany(length => Bytes(1, Number(1, length)))];
        byte[] tensorType = [.. Number(1, Float), .. Bytes(2, axes)];
        return [.. Text(1, name), .. Bytes(2, Bytes(1, tensorType))];
    }

    /// <param name="axes">Lengths, or names of those that are open.</param>
    private static byte[] Value(string name, int type, params object[] axes)
    {
        byte[] shape = [.. axes.SelectMany(axis => Bytes(1, axis is int length ? Number(1, length) : Text(2, (string)axis)))];
        return [.. Text(1, name), .. Bytes(2, Bytes(1, [.. Number(1, type), .. Bytes(2, shape)]))];
    }

    private static byte[] Node(string type, string[] inputs, string output, byte[]? attribute = null) =>
        Bytes(1, [.. inputs.SelectMany(input => Text(1, input)), .. Text(2, output), .. Text(3, output), .. Text(4, type),
            .. attribute is null ? [] : Bytes(5, attribute)]);

    private static byte[] Axis(int axis) => [.. Text(1, "axis"), .. Number(3, axis), .. Number(20, 2)];

    private static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Bytes(int field, ReadOnlySpan<byte> value) => [.. Varint((field << 3) | 2), .. Varint(value.Length), .. value];

    private static List<byte> Varint(int value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }
}
