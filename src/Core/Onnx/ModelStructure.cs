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
    public static ModelProto Read(OpenedFile file, IReadOnlyList<OnnxWeight> weights, long totalBytes) =>
        Read(file, weights.Where(IsLarge).SelectMany(weight => PayloadEdits.Drop(file, weight)), totalBytes);

    /// <summary>
    /// Parses a model whose large payloads stay where they are: their tensors refer to the model's own file, so that another one in its folder can
    /// use them. Every tensor's <c>doc_string</c> is the number of its weight.
    /// </summary>
    /// <param name="file">The main file.</param>
    /// <param name="weights">Of the model.</param>
    /// <param name="totalBytes">Of all its files.</param>
    public static ModelProto ReadReferring(OpenedFile file, IReadOnlyList<OnnxWeight> weights, long totalBytes) => Read(
        file,
        weights.Where(weight => IsLarge(weight) && weight.IsContiguous).SelectMany(weight => PayloadEdits.Refer(file, weight))
            .Concat(weights.Index().Select(weight => PayloadEdits.Mark(weight.Item, weight.Index))),
        totalBytes);

    private static bool IsLarge(OnnxWeight weight) => weight.File == 0 && weight.StoredBytes >= MinBytes;

    private static ModelProto Read(OpenedFile file, IEnumerable<MessageEdit> edits, long totalBytes)
    {
        var segments = MessageEditor.Apply((int)file.Length, edits);
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
