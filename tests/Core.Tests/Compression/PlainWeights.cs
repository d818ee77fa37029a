using System.Runtime.InteropServices;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>The float initializers of a model's main graph, read with the generated protobuf types and nothing of the library.</summary>
internal static class PlainWeights
{
    public static Dictionary<string, double[]> Read(string path) =>
        ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph.Initializer
            .Where(tensor => tensor.DataType == (int)ElementType.Float)
            .ToDictionary(tensor => tensor.Name, tensor => MemoryMarshal.Cast<byte,
                float>(tensor.RawData.Span).ToArray().Select(value => (double)value).ToArray(), StringComparer.Ordinal);
}
