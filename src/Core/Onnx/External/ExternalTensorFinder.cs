using CompressTasks.Onnx.Protobuf;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx.External;

/// <summary>Finds every tensor with external data in a main file, without looking at the data.</summary>
internal readonly ref struct ExternalTensorFinder
{
    private const int ExternalLocation = 1;

    private readonly string _path;
    private readonly ReadOnlySpan<byte> _model;
    private readonly List<ExternalTensor> _found = [];

    private ExternalTensorFinder(string path, ReadOnlySpan<byte> model)
    {
        _path = path;
        _model = model;
    }

    private enum Kind
    {
        Model,
        Training,
        Graph,
        Initializer,
        SparseInitializer,
        Function,
        Node,
        Attribute,
        Tensor,
    }

    /// <param name="path">What diagnostics call the file.</param>
    /// <param name="model">The main file.</param>
    /// <exception cref="Diagnostics.CompressException">The model is damaged.</exception>
    public static IReadOnlyList<ExternalTensor> Find(string path, ReadOnlySpan<byte> model)
    {
        var finder = new ExternalTensorFinder(path, model);
        finder.Walk(Kind.Model, WireMessage.WholeFile(model.Length), training: false);
        return finder._found;
    }

    private static Kind? Inside(Kind kind, int field, int depth) => (kind, field) switch
    {
        (Kind.Model, ModelProto.GraphFieldNumber) => Kind.Graph,
        (Kind.Model, ModelProto.FunctionsFieldNumber) => Kind.Function,
        (Kind.Model, ModelProto.TrainingInfoFieldNumber) => Kind.Training,
        (Kind.Training, TrainingInfoProto.InitializationFieldNumber or TrainingInfoProto.AlgorithmFieldNumber) => Kind.Graph,
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

    private void Walk(Kind kind, WireMessage message, bool training)
    {
        if (message.Depth > ModelScanner.MaxDepth)
            throw ModelDiagnostics.NestedTooDeeply(_path, message.Start, ModelScanner.MaxDepth);
        if (kind is Kind.Initializer or Kind.Tensor)
        {
            Take(message, training ? TensorOwner.Training : kind == Kind.Initializer ? TensorOwner.MainGraph : TensorOwner.Elsewhere);
            return;
        }

        var reader = new WireReader(_path, _model, message);
        while (reader.TryRead(out var field))
        {
            if (field.IsLengthDelimited && Inside(kind, field.Number, message.Depth) is { } inner)
                Walk(inner, message.Child(field), training || kind == Kind.Training);
        }
    }

    private void Take(WireMessage tensor, TensorOwner owner)
    {
        var isExternal = false;
        string? location = null, offset = null;
        var offsetFields = new List<WireField>();
        var reader = new WireReader(_path, _model, tensor);
        while (reader.TryRead(out var field))
        {
            if (field is { IsVarint: true, Number: TensorProto.DataLocationFieldNumber })
                isExternal = field.Value == ExternalLocation;
            if (field is not { IsLengthDelimited: true, Number: TensorProto.ExternalDataFieldNumber })
                continue;
            var (key, value) = ExternalDataEntry.Read(_path, _model, tensor.Child(field));
            if (key == "location")
                location = value;
            if (key != "offset")
                continue;
            offset = value;
            offsetFields.Add(field);
        }

        if (isExternal)
            _found.Add(new(tensor, owner, location, offset, offsetFields));
    }
}
