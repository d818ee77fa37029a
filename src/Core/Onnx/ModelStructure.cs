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

    private const int MaxDepth = TensorWalker.MaxDepth + DepthOfTypes;

    /// <summary>What any model's structure may take, and how much more for each byte of its files: no more than a forest of trees needs.</summary>
    private const long FreeBytes = 32L << 20;
    private const int BytesForEach = 12;

    /// <summary>What is not known is left out: nobody looks at it, and an empty field of it is an object.</summary>
    private static readonly MessageParser<ModelProto> _parser = ModelProto.Parser.WithDiscardUnknownFields(true);

    /// <param name="file">The main file.</param>
    /// <param name="weights">Of the model.</param>
    /// <param name="totalBytes">Of all its files.</param>
    public static ModelProto Read(OpenedFile file, IReadOnlyList<OnnxWeight> weights, long totalBytes)
    {
        var large = weights.Where(weight => weight.File == 0 && weight.StoredBytes >= MinBytes);
        var segments = MessageEditor.Apply((int)file.Length, large.SelectMany(weight => PayloadEdits.Drop(file, weight)));
        using var bytes = new MemoryStream(segments.Sum(segment => segment.Length));
        MessageEditor.Write(file, segments, bytes);
        StructureMemory.Require(file.Path, bytes.GetBuffer().AsSpan(0, (int)bytes.Length), MaxDepth, FreeBytes + (BytesForEach * totalBytes));
        bytes.Position = 0;
        try
        {
            using var input = CodedInputStream.CreateWithLimits(bytes, int.MaxValue, MaxDepth);
            return _parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw ModelDiagnostics.Unparsable(file.Path, error);
        }
    }
}
