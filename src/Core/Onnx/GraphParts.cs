using CompressTasks.Onnx.Protobuf;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>Where the parts of a model lie that change when its main graph is rewritten; each list in the order of the parsed message.</summary>
internal sealed class GraphParts
{
    private readonly List<WirePart> _nodes = [];
    private readonly List<WirePart> _initializers = [];
    private readonly List<WirePart> _inputs = [];
    private readonly List<WirePart> _valueInfos = [];
    private readonly List<WirePart> _opsets = [];

    private GraphParts()
    {
    }

    public IReadOnlyList<WirePart> Nodes => _nodes;

    public IReadOnlyList<WirePart> Initializers => _initializers;

    public IReadOnlyList<WirePart> Inputs => _inputs;

    /// <summary>What the model tells of tensors between its inputs and outputs.</summary>
    public IReadOnlyList<WirePart> ValueInfos => _valueInfos;

    /// <summary>The imports of operator sets.</summary>
    public IReadOnlyList<WirePart> Opsets => _opsets;

    /// <summary>Null in a model that does not say its version.</summary>
    public WirePart? IrVersion { get; private set; }

    /// <param name="path">What diagnostics call the file.</param>
    /// <param name="file">The whole main file.</param>
    /// <exception cref="Diagnostics.CompressException">The model is damaged.</exception>
    public static GraphParts Find(string path, ReadOnlySpan<byte> file)
    {
        var parts = new GraphParts();
        var model = WireMessage.WholeFile(file.Length);
        var reader = new WireReader(path, file, model);
        while (reader.TryRead(out var field))
        {
            if (field is { IsVarint: true, Number: ModelProto.IrVersionFieldNumber })
                parts.IrVersion = new(model, field);
            else if (field is { IsLengthDelimited: true, Number: ModelProto.OpsetImportFieldNumber })
                parts._opsets.Add(new(model, field));
            else if (field is { IsLengthDelimited: true, Number: ModelProto.GraphFieldNumber })
                parts.AddGraph(path, file, model.Child(field));
        }

        return parts;
    }

    private void AddGraph(string path, ReadOnlySpan<byte> file, WireMessage graph)
    {
        var reader = new WireReader(path, file, graph);
        while (reader.TryRead(out var field))
        {
            var parts = field switch
            {
                { IsLengthDelimited: false } => null,
                { Number: GraphProto.NodeFieldNumber } => _nodes,
                { Number: GraphProto.InitializerFieldNumber } => _initializers,
                { Number: GraphProto.InputFieldNumber } => _inputs,
                { Number: GraphProto.ValueInfoFieldNumber } => _valueInfos,
                _ => null,
            };
            parts?.Add(new(graph, field));
        }
    }
}

/// <summary>A field, and the message that it is one of.</summary>
/// <param name="Owner">The message around it.</param>
/// <param name="Field">Its place.</param>
internal readonly record struct WirePart(WireMessage Owner, WireField Field)
{
    /// <summary>Other bytes in place of the field.</summary>
    public MessageEdit Replace(byte[] bytes) => new(Owner, Field.TagOffset, Field.End - Field.TagOffset, bytes, null);
}
