using System.Runtime.InteropServices;
using System.Text;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>A valid ONNX model, y = x · W with W of 64 × 64, written by hand: field numbers are those of onnx.proto.</summary>
internal static class TinyModel
{
    private const int Size = 64;
    private const int Float = 1;

    public static void Write(string path, int seed)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Model(seed));
    }

    private static byte[] Model(int seed)
    {
        var random = new Random(seed);
        // The sum of three uniform values is close enough to a normal one.
        var weights = Enumerable.Range(0, Size * Size)
            .Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))
            .ToArray();
        byte[] tensor =
        [
            .. Number(1, Size), .. Number(1, Size), .. Number(2, Float), .. Text(8, "W"), .. Bytes(9, MemoryMarshal.AsBytes<float>(weights)),
        ];
        byte[] node = [.. Text(1, "x"), .. Text(1, "W"), .. Text(2, "y"), .. Text(3, "multiply"), .. Text(4, "MatMul")];
        byte[] graph =
        [
            .. Bytes(1, node), .. Text(2, "tiny"), .. Bytes(5, tensor), .. Bytes(11, Value("x")), .. Bytes(12, Value("y")),
        ];
        return [.. Number(1, 8), .. Bytes(7, graph), .. Bytes(8, Number(2, 17))];
    }

    private static byte[] Value(string name)
    {
        byte[] shape = [.. Bytes(1, Number(1, 1)), .. Bytes(1, Number(1, Size))];
        byte[] tensorType = [.. Number(1, Float), .. Bytes(2, shape)];
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
