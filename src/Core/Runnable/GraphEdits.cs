using System.Buffers.Binary;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;

namespace CompressTasks.Runnable;

/// <summary>What changes in a main graph. Nothing is done to the model yet.</summary>
/// <param name="graph">The graph.</param>
/// <param name="readNode">Reads a node with all that it has.</param>
/// <param name="equalization">What activations are divided by.</param>
internal sealed class GraphEdits(GraphIndex graph, Func<int, NodeProto> readNode, Equalization equalization)
{
    private static readonly float _smallestNormal = BitConverter.Int32BitsToSingle(1 << 23);

    private readonly SortedDictionary<int, NodeEdit> _nodes = [];
    private readonly Dictionary<int, IReadOnlyList<TensorProto>> _initializers = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Integers, string Scale, string ZeroPoint)> _dynamic = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Integers, string Scale, string ZeroPoint)> _residuals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _shared = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Value, ActivationQuantization Way), string> _equalized = [];
    private readonly Dictionary<(string Value, int Axis), (string Normalized, string Largest)> _normalized = [];
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private readonly List<NodeProto> _first = [];
    private readonly List<TensorProto> _tensors = [];
    private readonly Dictionary<int, IReadOnlyList<(string Name, ElementType Type)>> _descriptions = [];

    public GraphIndex Graph => graph;

    public Equalization Equalization => equalization;

    /// <summary>Nodes that use constants alone, in front of all others.</summary>
    public IReadOnlyList<NodeProto> First => _first;

    /// <summary>Tensors that take the place of none.</summary>
    public IReadOnlyList<TensorProto> Tensors => _tensors;

    /// <summary>By the index of the node.</summary>
    public IReadOnlyDictionary<int, NodeEdit> Nodes => _nodes;

    /// <summary>What takes the place of initializers, by their index.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<TensorProto>> Initializers => _initializers;

    /// <summary>Names and types that the value_info of a tensor is written for, by its index.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<(string Name, ElementType Type)>> Descriptions => _descriptions;

    /// <summary>The version of the standard operators that the nodes need; null for that of the model.</summary>
    public long? Opset { get; set; }

    /// <summary>Whether a node is one of com.microsoft.</summary>
    public bool UsesMicrosoft { get; private set; }

    /// <summary>A node with attributes, of which one can say <c>("axis", 1)</c>.</summary>
    public static NodeProto Node(string type, string[] inputs, string[] outputs, params (string Name, long Value)[] attributes)
    {
        const int intAttribute = 2;
        var node = new NodeProto { OpType = type, Input = { inputs }, Output = { outputs } };
        foreach (var (name, value) in attributes)
            node.Attribute.Add(new AttributeProto { Name = name, Type = intAttribute, I = value });
        return node;
    }

    /// <summary>The same, of com.microsoft.</summary>
    public NodeProto MicrosoftNode(string type, string[] inputs, string[] outputs, params (string Name, long Value)[] attributes)
    {
        UsesMicrosoft = true;
        var node = Node(type, inputs, outputs, attributes);
        node.Domain = GraphIndex.Microsoft;
        return node;
    }

    /// <summary>A name that no value has.</summary>
    public string Unique(string name)
    {
        var unique = name;
        for (var i = 1; graph.HasName(unique) || !_names.Add(unique); i++)
            unique = FormattableString.Invariant($"{name}_{i}");
        return unique;
    }

    /// <summary>A node, to be changed.</summary>
    public NodeProto Change(int index)
    {
        var edit = Edit(index);
        return edit.Changed ??= readNode(index);
    }

    /// <summary>The same, which becomes another operator, of com.microsoft.</summary>
    public NodeProto ChangeToMicrosoft(int index, string type)
    {
        UsesMicrosoft = true;
        var node = Change(index);
        (node.OpType, node.Domain) = (type, GraphIndex.Microsoft);
        return node;
    }

    /// <summary>Other nodes in the place of one, the first of which has its name.</summary>
    public void Replace(int index, params IEnumerable<NodeProto> nodes)
    {
        List<NodeProto> replacement = [.. nodes];
        if (replacement.Count > 0 && graph.Graph.Node[index].Name is { Length: > 0 } name)
            replacement[0].Name = name;
        Edit(index).Replacement = replacement;
    }

    public void Remove(int index) => Replace(index);

    /// <summary>Tensors in the place of a constant.</summary>
    public void Replace(ConstantPlace constant, IReadOnlyList<TensorProto> tensors)
    {
        if (!constant.IsNode)
            _initializers[constant.Index] = tensors;
        else
        {
            Remove(constant.Index);
            _tensors.AddRange(tensors);
        }
    }

    public void Add(TensorProto tensor) => _tensors.Add(tensor);

    /// <summary>Whether a tensor of this name takes the place of another, or of none.</summary>
    public bool Makes(string tensor) =>
        _tensors.Exists(made => made.Name == tensor) || _initializers.Values.Any(tensors => tensors.Any(made => made.Name == tensor));

    /// <summary>Other tensors of the same shape in the place of one that the model describes.</summary>
    public void Describe(int valueInfo, IReadOnlyList<(string Name, ElementType Type)> tensors) => _descriptions[valueInfo] = tensors;

    /// <summary>A node that uses constants alone, once.</summary>
    /// <returns>The name of its output.</returns>
    public string AddFirst(NodeProto node)
    {
        if (_names.Add(node.Output[0]))
            _first.Add(node);
        return node.Output[0];
    }

    /// <summary>The same of an output whose name nothing has yet, once.</summary>
    /// <returns>The name of its output.</returns>
    public string AddShared(NodeProto node)
    {
        var name = node.Output[0];
        if (_shared.TryGetValue(name, out var known))
            return known;
        node.Output[0] = Unique(name);
        _first.Add(node);
        return _shared[name] = node.Output[0];
    }

    /// <summary>Nodes that use a value, behind what makes it.</summary>
    public void AddBehind(string value, params IEnumerable<NodeProto> nodes)
    {
        if (graph.IndexOfProducer(value) is { } index)
            Edit(index).Behind.AddRange(nodes);
        else
            _first.AddRange(nodes);
    }

    /// <summary>
    /// A value as unsigned 8-bit integers, with a range that each run measures; one for all layers that use it, or what it is equalized to.
    /// </summary>
    public (string Integers, string Scale, string ZeroPoint) QuantizeDynamically(string value, string? equalized = null)
    {
        var quantized = equalized ?? value;
        if (_dynamic.TryGetValue(quantized, out var known))
            return known;
        var result = (Unique($"{quantized}_quantized"), Unique($"{quantized}_scale"), Unique($"{quantized}_zero_point"));
        AddBehind(value, Node("DynamicQuantizeLinear", [quantized], [result.Item1, result.Item2, result.Item3]));
        return _dynamic[quantized] = result;
    }

    /// <summary>The same of what is lost when a value is quantized so.</summary>
    public (string Integers, string Scale, string ZeroPoint) QuantizeResidual(string value, string? equalized = null)
    {
        var (quantized, (integers, scale, zeroPoint)) = (equalized ?? value, QuantizeDynamically(value, equalized));
        if (_residuals.TryGetValue(quantized, out var known))
            return known;
        var (back, lost) = (Unique($"{quantized}_dequantized"), Unique($"{quantized}_residual"));
        AddBehind(value, Node("DequantizeLinear", [integers, scale, zeroPoint], [back]), Node("Sub", [quantized, back], [lost]));
        var result = (Unique($"{lost}_quantized"), Unique($"{lost}_scale"), Unique($"{lost}_zero_point"));
        AddBehind(value, Node("DynamicQuantizeLinear", [lost], [result.Item1, result.Item2, result.Item3]));
        return _residuals[quantized] = result;
    }

    /// <summary>A value of which each row is divided by its largest magnitude, once for all layers that use it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="equalized">What it is equalized to; null for itself.</param>
    /// <param name="axis">Along which a row lies: -1 or -2.</param>
    /// <returns>What it is divided by as well.</returns>
    public (string Normalized, string Largest) Normalize(string value, string? equalized, int axis)
    {
        const int firstWithAxesAsInput = 18;
        const int intsAttribute = 7;
        var from = equalized ?? value;
        if (_normalized.TryGetValue((from, axis), out var known))
            return known;
        var (magnitudes, peaks, one) = (Unique($"{from}_magnitudes"), Unique($"{from}_peaks"), Unique($"{from}_peak"));
        var (largest, normalized) = (Unique($"{from}_largest"), Unique($"{from}_normalized"));
        var peak = Node("ReduceMax", [magnitudes], [peaks], ("keepdims", 1));
        var along = Number(FormattableString.Invariant($"tokens_axis_{-axis}"), axis);
        if ((Opset ?? graph.Opset) >= firstWithAxesAsInput)
            peak.Input.Add(along);
        else
            peak.Attribute.Add(new AttributeProto { Name = "axes", Type = intsAttribute, Ints = { axis } });
        // Rows of zeros stay so.
        var least = Constant("tokens_least", ElementType.Float, BitConverter.GetBytes(_smallestNormal), []);
        AddBehind(value, Node("Abs", [from], [magnitudes]), peak,
            // Where there are no rows at all, ONNX Runtime keeps the length of a row as it is.
            Node("Slice", [peaks, Number("tokens_first", 0), Number("tokens_end", 1), along], [one]),
            Node("Max", [one, least], [largest]), Node("Div", [from, largest], [normalized]));
        return _normalized[(from, axis)] = (normalized, largest);
    }

    /// <summary>A value divided by the factors of its channels, once for all layers that use it.</summary>
    public string Equalize(string value, IReadOnlyList<float> factors, ActivationQuantization way)
    {
        if (_equalized.TryGetValue((value, way), out var known))
            return known;
        var (constant, equalized) = (Equalization.NameFor(value, way), Unique($"{value}_equalized"));
        Add(WeightStore.Tensor(constant, ElementType.Float, [factors.Count], WeightStore.Bytes([.. factors.Select(factor => 1 / factor)])));
        AddBehind(value, Node("Mul", [value, constant], [equalized]));
        return _equalized[(value, way)] = equalized;
    }

    /// <summary>The same of one whole number.</summary>
    public string Number(string name, long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return Constant(name, ElementType.Int64, bytes, [1]);
    }

    /// <summary>A constant that all layers share.</summary>
    private string Constant(string name, ElementType type, byte[] payload, long[] shape)
    {
        if (_constants.TryGetValue(name, out var known))
            return known;
        var unique = Unique(name);
        Add(WeightStore.Tensor(unique, type, shape, payload));
        return _constants[name] = unique;
    }

    private NodeEdit Edit(int index)
    {
        if (!_nodes.TryGetValue(index, out var edit))
            _nodes[index] = edit = new();
        return edit;
    }
}

/// <summary>What becomes of a node.</summary>
internal sealed class NodeEdit
{
    /// <summary>What stands in its place; null when it stays.</summary>
    public IReadOnlyList<NodeProto>? Replacement { get; set; }

    /// <summary>The node with changes; null for none.</summary>
    public NodeProto? Changed { get; set; }

    /// <summary>What comes behind it.</summary>
    public List<NodeProto> Behind { get; } = [];
}
