using CompressTasks.IO;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Onnx.Wire;
using Google.Protobuf;

namespace CompressTasks.Onnx;

/// <summary>Parses a model without its large payloads.</summary>
internal static class ModelStructure
{
    private const int MinBytes = 1024;

    /// <summary>Messages within a graph that <see cref="TensorWalker"/> does not enter: types, of sequences of sequences for example.</summary>
    private const int DepthOfTypes = 16;

    public static ModelProto Read(OpenedFile file, IReadOnlyList<OnnxWeight> weights)
    {
        var large = weights.Where(weight => weight.File == 0 && weight.StoredBytes >= MinBytes);
        var segments = MessageEditor.Apply((int)file.Length, large.SelectMany(weight => PayloadEdits.Drop(file, weight)));
        using var bytes = new MemoryStream();
        MessageEditor.Write(file, segments, bytes);
        bytes.Position = 0;
        try
        {
            using var input = CodedInputStream.CreateWithLimits(bytes, int.MaxValue, TensorWalker.MaxDepth + DepthOfTypes);
            return ModelProto.Parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw ModelDiagnostics.Unparsable(file.Path, error);
        }
    }
}
