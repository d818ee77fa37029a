using System.Text;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Runtime;

/// <summary>Finds out where a model refers to external data files.</summary>
internal sealed class ExternalReferences
{
    private const int ExternalLocation = 1;

    private readonly string _path;
    private readonly byte[] _model;
    private readonly HashSet<string> _locations = new(StringComparer.Ordinal);
    private bool _elsewhere;

    private ExternalReferences(string path, byte[] model)
    {
        _path = path;
        _model = model;
    }

    private enum Kind
    {
        Model,
        Graph,
        Initializer,
        SparseInitializer,
        Function,
        Node,
        Attribute,
        Tensor,
    }

    /// <summary>The locations that the initializers of the main graph give, letter for letter.</summary>
    /// <param name="path">The artifact, for diagnostics.</param>
    /// <param name="model">The main file.</param>
    /// <returns>Null if any other tensor has external data: one of a subgraph, of a node's attribute, or of a sparse initializer.</returns>
    /// <exception cref="Diagnostics.CompressException">The model is damaged.</exception>
    public static IReadOnlySet<string>? OfInitializers(string path, byte[] model)
    {
        var references = new ExternalReferences(path, model);
        references.Walk(Kind.Model, WireMessage.WholeFile(model.Length));
        return references._elsewhere ? null : references._locations;
    }

    // Of training_info ONNX Runtime reads nothing.
    private static Kind? Inside(Kind kind, int field, int depth) => (kind, field) switch
    {
        (Kind.Model, ModelProto.GraphFieldNumber) => Kind.Graph,
        (Kind.Model, ModelProto.FunctionsFieldNumber) => Kind.Function,
        (Kind.Graph, GraphProto.NodeFieldNumber) or (Kind.Function, FunctionProto.NodeFieldNumber) => Kind.Node,
        (Kind.Graph, GraphProto.InitializerFieldNumber) => depth == 1 ? Kind.Initializer : Kind.Tensor,
        (Kind.Graph, GraphProto.SparseInitializerFieldNumber) => Kind.SparseInitializer,
        (Kind.Function, FunctionProto.AttributeProtoFieldNumber) or (Kind.Node, NodeProto.AttributeFieldNumber) => Kind.Attribute,
        (Kind.Attribute, AttributeProto.GFieldNumber or AttributeProto.GraphsFieldNumber) => Kind.Graph,
        (Kind.Attribute, AttributeProto.TFieldNumber or AttributeProto.TensorsFieldNumber) => Kind.Tensor,
        (Kind.Attribute, AttributeProto.SparseTensorFieldNumber or AttributeProto.SparseTensorsFieldNumber) => Kind.SparseInitializer,
        (Kind.SparseInitializer, SparseTensorProto.ValuesFieldNumber or SparseTensorProto.IndicesFieldNumber) => Kind.Tensor,
        _ => null,
    };

    private void Walk(Kind kind, WireMessage message)
    {
        if (message.Depth > ModelScanner.MaxDepth)
            throw ModelDiagnostics.NestedTooDeeply(_path, message.Start, ModelScanner.MaxDepth);
        if (kind is Kind.Initializer or Kind.Tensor)
        {
            ReadTensor(message, kind);
            return;
        }

        var reader = new WireReader(_path, _model, message);
        while (reader.TryRead(out var field))
        {
            if (field.IsLengthDelimited && Inside(kind, field.Number, message.Depth) is { } inner)
                Walk(inner, message.Child(field));
        }
    }

    private void ReadTensor(WireMessage tensor, Kind kind)
    {
        var isExternal = false;
        string? location = null;
        var reader = new WireReader(_path, _model, tensor);
        while (reader.TryRead(out var field))
        {
            if (field is { IsVarint: true, Number: TensorProto.DataLocationFieldNumber })
                isExternal = field.Value == ExternalLocation;
            else if (field is { IsLengthDelimited: true, Number: TensorProto.ExternalDataFieldNumber })
                location = LocationIn(tensor.Child(field)) ?? location;
        }

        if (!isExternal)
            return;
        if (kind == Kind.Initializer && location is not null)
            _locations.Add(location);
        else
            _elsewhere = true;
    }

    private string? LocationIn(WireMessage entry)
    {
        var (key, value) = ("", "");
        var reader = new WireReader(_path, _model, entry);
        while (reader.TryRead(out var field))
        {
            if (!field.IsLengthDelimited)
                continue;
            var text = Encoding.UTF8.GetString(_model, field.Start, field.Length);
            if (field.Number == StringStringEntryProto.KeyFieldNumber)
                key = text;
            else if (field.Number == StringStringEntryProto.ValueFieldNumber)
                value = text;
        }

        return key == "location" ? value : null;
    }
}
