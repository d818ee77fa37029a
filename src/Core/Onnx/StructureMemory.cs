using CompressTasks.Onnx.Protobuf;
using CompressTasks.Onnx.Wire;
using Google.Protobuf.Reflection;

namespace CompressTasks.Onnx;

/// <summary>
/// How much memory a model's structure takes when it is parsed and looked through, told from its fields before anything is made of
/// them: a message of two bytes is an object of hundreds. Figures are those of 64-bit .NET, and on the safe side.
/// </summary>
internal sealed class StructureMemory
{
    private const int Header = 40;
    private const int Reference = 8;
    private const int List = 32;

    /// <summary>Where an array grows there are the old one and one of twice its length.</summary>
    private const int Growth = 3;

    private const int Text = 32;
    private const int Blob = 96;

    /// <summary>What is kept of each node, graph and name by whoever looks through them (ExactOperands, of the compression).</summary>
    private const int KeptOfNode = 96;
    private const int KeptOfGraph = 512;
    private const int KeptOfName = 96;

    private readonly Dictionary<MessageDescriptor, long> _objects = [];
    private readonly string _path;
    private readonly long _limit;
    private long _bytes;

    private StructureMemory(string path, long limit) => (_path, _limit) = (path, limit);

    /// <summary>Makes sure that a structure does not take more than it may.</summary>
    /// <param name="path">What diagnostics call the model.</param>
    /// <param name="model">The model without its payloads.</param>
    /// <param name="maxDepth">How deep the parser goes before it refuses the model itself.</param>
    /// <param name="limit">Bytes.</param>
    /// <exception cref="Diagnostics.CompressException">CT2112: it would; or it is damaged.</exception>
    public static void Require(string path, ReadOnlySpan<byte> model, int maxDepth, long limit) =>
        new StructureMemory(path, limit).Enter(ModelProto.Descriptor, model, WireMessage.WholeFile(model.Length), maxDepth);

    private void Enter(MessageDescriptor type, ReadOnlySpan<byte> model, WireMessage message, int depth)
    {
        Add(OfObject(type), message.Start);
        var reader = new WireReader(_path, model, message);
        while (depth > 0 && reader.TryRead(out var field))
        {
            if (type.FindFieldByNumber(field.Number) is not { } known)
                continue;
            var element = known.IsRepeated ? Growth * Reference : 0;
            switch (known.FieldType)
            {
                case FieldType.Message when field.IsLengthDelimited:
                    Add(element, field.TagOffset);
                    Enter(known.MessageType, model, message.Child(field), depth - 1);
                    break;
                case FieldType.String when field.IsLengthDelimited:
                    Add(element + Text + (known.IsRepeated ? KeptOfName : 0) + (sizeof(char) * (long)field.Length), field.TagOffset);
                    break;
                case FieldType.Bytes when field.IsLengthDelimited:
                    Add(element + Blob + field.Length, field.TagOffset);
                    break;
                default:
                    if (known.IsRepeated)
                        Add(Growth * Reference * (field.IsLengthDelimited ? Count(known.FieldType, model, field) : 1L), field.TagOffset);
                    break;
            }
        }
    }

    /// <summary>The numbers of a packed field.</summary>
    private static int Count(FieldType type, ReadOnlySpan<byte> model, in WireField field)
    {
        if (type is FieldType.Float or FieldType.Double)
            return field.Length / (type == FieldType.Float ? sizeof(float) : sizeof(double));
        var count = 0;
        foreach (var part in model.Slice(field.Start, field.Length))
            count += part < 0x80 ? 1 : 0;
        return count;
    }

    private long OfObject(MessageDescriptor type)
    {
        if (!_objects.TryGetValue(type, out var bytes))
        {
            bytes = Header + type.Fields.InDeclarationOrder().Sum(field => Reference + (field.IsRepeated ? List : 0))
                + (type == NodeProto.Descriptor ? KeptOfNode : 0) + (type == GraphProto.Descriptor ? KeptOfGraph : 0);
            _objects.Add(type, bytes);
        }

        return bytes;
    }

    private void Add(long bytes, int at)
    {
        _bytes += bytes;
        if (_bytes > _limit)
            throw ModelDiagnostics.StructureTooLarge(_path, at, _limit);
    }
}
