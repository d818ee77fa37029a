using System.Runtime.InteropServices;
using System.Text;
using CompressTasks.Stages;

namespace CompressTasks.Core.Tests.Stages.Gaussian;

/// <summary>Raw float32 weights of the sample model, found by their name in the file: TensorProto.name is followed by TensorProto.raw_data.</summary>
internal static class TinyGptWeights
{
    private const byte RawDataTag = (9 << 3) | 2;

    private static readonly Lazy<byte[]> _model = new(() => File.ReadAllBytes(PathOfModel()));

    public static Matrix AttentionProjection(int block, int rows) =>
        Read($"blocks.{block}.attn.c_proj.weight", rows, 256, 256);

    private static Matrix Read(string name, int rows, int allRows, int columns)
    {
        var nameBytes = Encoding.UTF8.GetBytes(name);
        ReadOnlySpan<byte> rest = _model.Value;
        while (true)
        {
            var at = rest.IndexOf(nameBytes);
            at.ShouldBeGreaterThanOrEqualTo(0, $"{name} is not in the model");
            rest = rest[(at + nameBytes.Length)..];
            if (rest[0] != RawDataTag)
                continue;
            var length = 0;
            var position = 1;
            for (var shift = 0; ; shift += 7)
            {
                length |= (rest[position] & 0x7F) << shift;
                if (rest[position++] < 0x80)
                    break;
            }

            length.ShouldBe(allRows * columns * sizeof(float));
            var values = MemoryMarshal.Cast<byte, float>(rest.Slice(position, rows * columns * sizeof(float)));
            var matrix = new Matrix(rows, columns);
            for (var i = 0; i < values.Length; i++)
                matrix.Values[i] = values[i];
            return matrix;
        }
    }

    private static string PathOfModel()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "CompressTasks.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new FileNotFoundException("CompressTasks.sln is in no folder above the tests.");
        return Path.Combine(folder, "samples", "TinyGpt", "tiny-gpt.onnx");
    }
}
