using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>A model of one weight, which lies in a file beside it.</summary>
internal static class ChaosModel
{
    private const int Side = 96;

    /// <returns>The model's path.</returns>
    public static string Write(string folder, string name, int seed)
    {
        Directory.CreateDirectory(folder);
        var values = new Random(seed);
        var payload = new byte[Side * Side * sizeof(float)];
        for (var i = 0; i < Side * Side; i++)
            BitConverter.TryWriteBytes(payload.AsSpan(i * sizeof(float)), (float)(values.NextDouble() - values.NextDouble()));
        File.WriteAllBytes(Path.Combine(folder, "w.bin"), payload);
        var tensor = new TensorProto { Name = $"{name}.weight", DataType = (int)ElementType.Float, Dims = { Side, Side }, DataLocation = 1 };
        foreach (var (key, value) in new[] { ("location", "w.bin"), ("offset", "0"), ("length", $"{payload.Length}") })
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = name, Initializer = { tensor } } };
        var path = Path.Combine(folder, $"{name}.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }
}
