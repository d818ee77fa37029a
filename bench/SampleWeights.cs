using System.Runtime.InteropServices;
using System.Text;
using CompressTasks.Stages;

namespace CompressTasks.Benchmarks;

/// <summary>Raw float32 weights of samples/TinyGpt, found by their name in the file: TensorProto.name is followed by TensorProto.raw_data.</summary>
internal static class SampleWeights
{
    private const byte RawDataTag = (9 << 3) | 2;

    /// <summary>blocks.0…3.attn.c_proj.weight, 256 × 256 each.</summary>
    public static Matrix[] AttentionProjections()
    {
        var model = File.ReadAllBytes(PathOfModel());
        return [.. Enumerable.Range(0, 4).Select(block => Read(model, $"blocks.{block}.attn.c_proj.weight", 256, 256))];
    }

    private static Matrix Read(byte[] model, string name, int rows, int columns)
    {
        // The tag of raw_data and its length, 262,144 = 2¹⁸, as a LEB128 integer.
        byte[] prefix = [.. Encoding.UTF8.GetBytes(name), RawDataTag, 0x80, 0x80, 0x10];
        var at = model.AsSpan().IndexOf(prefix);
        if (at < 0)
            throw new InvalidDataException($"{name} is not in the sample model.");
        var values = MemoryMarshal.Cast<byte, float>(model.AsSpan(at + prefix.Length, rows * columns * sizeof(float)));
        var matrix = new Matrix(rows, columns);
        for (var i = 0; i < values.Length; i++)
            matrix.Values[i] = values[i];
        return matrix;
    }

    private static string PathOfModel()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "CompressTasks.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new FileNotFoundException("CompressTasks.sln is in no folder above the benchmarks.");
        return Path.Combine(folder, "samples", "TinyGpt", "tiny-gpt.onnx");
    }
}
