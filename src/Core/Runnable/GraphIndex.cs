using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Runnable;

/// <summary>What is connected to what in the main graph of a model.</summary>
internal sealed class GraphIndex
{
    private const int FirstIrWithDefaults = 4;

    /// <summary>Operators whose output has the axes of their first input.</summary>
    private static readonly HashSet<string> _keepingRank = new(StringComparer.Ordinal)
    {
        "Abs", "Cast", "Clip", "Elu", "Erf", "Exp", "Gelu", "Identity", "LayerNormalization", "LeakyRelu", "Neg", "Relu", "Sigmoid", "Softmax", "Sqrt",
        "Tanh", "Transpose",
    };


    private readonly Dictionary<string, List<ValueUse>> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _producers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outputs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _captured = new(StringComparer.Ordinal);
    private readonly HashSet<string> _operators = new(StringComparer.Ordinal);
    private readonly HashSet<string> _innerOperators = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConstantPlace> _constants = new(StringComparer.Ordinal);

    private readonly ModelProto _model;

    public GraphIndex(ModelProto model)
    {
        _model = model;
        Graph = model.Graph ?? new();
        IrVersion = model.IrVersion;
        Opset = model.OpsetImport.Where(opset => opset.Domain is "" or "ai.onnx").Select(opset => opset.Version).FirstOrDefault(1);
        HasFunctions = model.Functions.Count > 0;
        ImportsMicrosoft = model.OpsetImport.Any(opset => opset.Domain == Microsoft);
        foreach (var output in Graph.Output)
            _outputs.Add(output.Name);
        foreach (var (index, node) in Graph.Node.Index())
            Enter(node, index);
        foreach (var input in Graph.Input)
            _names.Add(input.Name);
        foreach (var (index, tensor) in Graph.Initializer.Index())
        {
            _names.Add(tensor.Name);
            _constants[tensor.Name] = new(tensor, index, IsNode: false);
        }
    }

    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string Microsoft = "com.microsoft";

    public GraphProto Graph { get; }

    public long IrVersion { get; }

    /// <summary>The version of the standard operators.</summary>
    public long Opset { get; }

    public bool ImportsMicrosoft { get; }

    /// <summary>Whether a value is a constant, or one that is passed on.</summary>
    public bool IsConstant(string name) =>
        ConstantOf(name) is not null
        || (ProducerOf(name) is { } producer && producer.StandardOperator() is "Identity" or "Transpose" && IsConstant(producer.Input[0]));

    /// <summary>How many axes a value has; null where the model does not say.</summary>
    public int? RankOf(string name)
    {
        var described = Graph.Input.Concat(Graph.ValueInfo).Concat(Graph.Output).FirstOrDefault(value => value.Name == name);
        if (described?.Type?.TensorType?.Shape is { } shape)
            return shape.Dim.Count;
        return ConstantOf(name)?.Tensor.Dims.Count ?? ProducerOf(name) switch
        {
            { } node when _keepingRank.Contains(node.StandardOperator() ?? "") => RankOf(node.Input[0]),
            { } node when node.StandardOperator() == "Gemm" => 2,
            { } node when node.StandardOperator() == "MatMul" && ConstantOf(node.Input[1])?.Tensor.Dims.Count == 2 => RankOf(node.Input[0]),
            { } node when node.StandardOperator() == "Reshape" && ConstantOf(node.Input[1])?.Tensor.Dims is [var axes] => (int)axes,
            _ => null,
        };
    }

    /// <summary>Whether the model brings functions along.</summary>
    public bool HasFunctions { get; }

    /// <summary>Standard operators, those within branches and loops included.</summary>
    public IReadOnlySet<string> Operators => _operators;

    /// <summary>Those within branches and loops.</summary>
    public IReadOnlySet<string> InnerOperators => _innerOperators;

    /// <summary>Nodes that use a value, in the main graph.</summary>
    public IReadOnlyList<ValueUse> UsesOf(string name) => _uses.GetValueOrDefault(name) ?? [];

    /// <summary>The node that makes a value; null for inputs and initializers.</summary>
    public NodeProto? ProducerOf(string name) => _producers.TryGetValue(name, out var index) ? Graph.Node[index] : null;

    /// <summary>Which node makes a value; null for inputs and initializers.</summary>
    public int? IndexOfProducer(string name) => _producers.TryGetValue(name, out var index) ? index : null;

    /// <summary>Whether it is one of the model's outputs.</summary>
    public bool IsOutput(string name) => _outputs.Contains(name);

    /// <summary>Whether others than nodes of the main graph use it: a caller, or a branch or body within.</summary>
    public bool IsSeenElsewhere(string name) => _outputs.Contains(name) || _captured.Contains(name);

    /// <summary>Whether a value in the main graph or a branch has the name.</summary>
    public bool HasName(string name) => _names.Contains(name);

    /// <summary>Where the main graph has a constant; null when it is none, or an input may stand in for it.</summary>
    public ConstantPlace? ConstantOf(string name) =>
        _constants.TryGetValue(name, out var place) && (IrVersion < FirstIrWithDefaults || Graph.Input.All(input => input.Name != name))
            ? place : null;

    /// <summary>The graph in which layers do what nodes behind them did. Nodes keep their indices.</summary>
    /// <param name="layers">Indices of layers, and what is behind them.</param>
    public GraphIndex Folded(IEnumerable<(int Layer, ChannelAffine Behind)> layers)
    {
        var folded = _model.Clone();
        foreach (var (layer, behind) in layers)
        {
            folded.Graph.Node[layer].Output[0] = behind.End;
            foreach (var index in behind.Nodes)
                folded.Graph.Node[index] = new();
        }

        return new(folded);
    }

    private void Enter(NodeProto node, int index)
    {
        _operators.Add(node.StandardOperator());
        foreach (var (input, name) in node.Input.Index())
        {
            if (!_uses.TryGetValue(name, out var uses))
                _uses[name] = uses = [];
            uses.Add(new(node, index, input));
            _names.Add(name);
        }

        foreach (var output in node.Output.Where(output => output.Length > 0))
        {
            _producers[output] = index;
            _names.Add(output);
        }

        if (node.StandardOperator() == "Constant" && node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T is { } value)
            _constants[node.Output[0]] = new(value, index, IsNode: true);
        foreach (var attribute in node.Attribute)
            Capture(attribute);
    }

    private void Capture(AttributeProto attribute)
    {
        foreach (var graph in attribute.G is { } own ? attribute.Graphs.Append(own) : attribute.Graphs)
        {
            foreach (var output in graph.Output)
                _captured.Add(output.Name);
            foreach (var tensor in graph.Initializer)
                _names.Add(tensor.Name);
            foreach (var node in graph.Node)
            {
                _operators.Add(node.StandardOperator());
                _innerOperators.Add(node.StandardOperator());
                _captured.UnionWith(node.Input);
                _names.UnionWith(node.Input);
                _names.UnionWith(node.Output);
                foreach (var inner in node.Attribute)
                    Capture(inner);
            }
        }
    }
}

/// <summary>Where a value is used.</summary>
/// <param name="Node">The node.</param>
/// <param name="Index">Which of the graph it is.</param>
/// <param name="Input">Which of its inputs.</param>
internal readonly record struct ValueUse(NodeProto Node, int Index, int Input);

/// <summary>A constant of the main graph.</summary>
/// <param name="Tensor">Without its values, when it is large.</param>
/// <param name="Index">Which initializer or node it is.</param>
/// <param name="IsNode">Whether it is a Constant node.</param>
internal sealed record ConstantPlace(TensorProto Tensor, int Index, bool IsNode)
{
    public ElementType Type => (ElementType)Tensor.DataType;
}
