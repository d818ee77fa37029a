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
