using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Compression;

/// <summary>
/// Finds the constants of a model in which a small error is not small, whatever R² says: what becomes an index or a truth value, what must keep its
/// sign or be no zero (variances, denominators, operands of roots and logarithms), and the parameters of quantization.
/// </summary>
internal sealed class ExactOperands
{
    private readonly Dictionary<(string Domain, string Name), List<Scope>> _functions = [];
    private readonly List<(NodeProto Node, Scope Scope)> _nodes = [];
    private readonly HashSet<(Scope, string)> _seen = [];
    private readonly Dictionary<string, string> _found = new(StringComparer.Ordinal);

    /// <param name="model">Without the values of large weights.</param>
    /// <returns>By the path of the weight the operator that is to blame.</returns>
    public static IReadOnlyDictionary<string, string> Find(ModelProto model)
    {
        var finder = new ExactOperands();
        if (model.Graph is null)
            return finder._found;
        foreach (var function in model.Functions)
            finder.Enter(function);
        finder.Enter(model.Graph, new Scope("", null));
        finder.LinkCalls();
        foreach (var (node, scope) in finder._nodes)
        {
            foreach (var input in Operands(node, scope).Where(input => input < node.Input.Count))
                finder.Trace(node.Input[input], scope, node.OpType);
        }

        return finder._found;
    }

    /// <summary>The inputs of a node that take no error.</summary>
    private static IEnumerable<int> Operands(NodeProto node, Scope scope) => (node.Domain, node.OpType) switch
    {
        ("" or "ai.onnx" or "com.microsoft", var type) when IsOfQuantization(type) => Enumerable.Range(1, node.Input.Count),
        ("" or "ai.onnx", "BatchNormalization") => [4],
        ("" or "ai.onnx", "Sqrt" or "Log" or "Reciprocal" or "Floor" or "Ceil" or "Round" or "Sign" or "NonZero" or "ArgMax" or "ArgMin" or "TopK"
            or "Acos" or "Asin" or "Acosh" or "Atanh") => [0],
        ("" or "ai.onnx", "Div") => [1],
        ("" or "ai.onnx", "Mod" or "Equal" or "Less" or "LessOrEqual" or "Greater" or "GreaterOrEqual") => [0, 1],
        ("" or "ai.onnx", "Range" or "Resize" or "Upsample") => [0, 1, 2],
        ("" or "ai.onnx", "Pow") => node.Input.Count > 1 && scope.IsWholeNumber(node.Input[1]) ? [1] : [0, 1],
        ("" or "ai.onnx", "Cast") when TypeOf(node) is { } to && !to.IsFloatingPoint() => [0],
        _ => [],
    };

    private static bool IsOfQuantization(string type) => type.Contains("quantize", StringComparison.OrdinalIgnoreCase)
        || type.StartsWith("QLinear", StringComparison.Ordinal) || type is "QAttention" or "QGemm" or "QMoE" or "QOrderedMatMul" or "MatMulNBits"
            or "MatMulBnb4" or "MatMulIntegerToFloat";

    /// <summary>The inputs of a node of which each value becomes one of the output's, in order or elsewhere.</summary>
    private static IEnumerable<int> Passed(NodeProto node) => node.StandardOperator() switch
    {
        "Identity" or "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" or "Transpose" or "Expand" or "Tile" or "Slice" or "Split" or "Gather"
            or "GatherElements" or "GatherND" or "Cast" or "CastLike" or "Pad" or "Neg" or "Abs" or "Relu" or "Clip" or "DepthToSpace" => [0],
        "Concat" or "Max" or "Min" => Enumerable.Range(0, node.Input.Count),
        "Where" => [1, 2],
        _ => [],
    };

    private static ElementType? TypeOf(NodeProto cast) =>
        cast.Attribute.FirstOrDefault(attribute => attribute.Name == "to") is { } to ? (ElementType)to.I : null;

    private void Enter(FunctionProto function)
    {
        // As TensorWalker calls what is in a function.
        var scope = new Scope($"{function.Domain}{(function.Domain.Length > 0 ? "." : "")}{function.Name}"
            + $"{(function.Overload.Length > 0 ? ":" : "")}{function.Overload}", null)
        { Results = [.. function.Output], Parameters = [.. function.Input] };
        if (!_functions.TryGetValue((function.Domain, function.Name), out var overloads))
            _functions[(function.Domain, function.Name)] = overloads = [];
        overloads.Add(scope);
        Enter(function.Node, scope);
    }

    private void Enter(GraphProto graph, Scope scope)
    {
        scope.Results = [.. graph.Output.Select(output => output.Name)];
        scope.Parameters = [.. graph.Input.Select(input => input.Name)];
        foreach (var tensor in graph.Initializer)
            scope.Constants[tensor.Name] = tensor;
        Enter(graph.Node, scope);
    }

    private void Enter(IEnumerable<NodeProto> nodes, Scope scope)
    {
        foreach (var node in nodes)
        {
            _nodes.Add((node, scope));
            foreach (var output in node.Output.Where(output => output.Length > 0))
                scope.Makers[output] = node;
            foreach (var attribute in node.Attribute.Where(attribute => attribute.G is not null))
            {
                var name = node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(output => output.Length > 0) ?? node.OpType;
                var inner = new Scope(name, scope) { Attribute = attribute.Name };
                scope.Inner.Add((node, inner));
                Enter(attribute.G, inner);
            }
        }
    }

    /// <summary>What a loop's body or a function is given from outside.</summary>
    private void LinkCalls()
    {
        foreach (var (node, scope) in _nodes)
        {
            var bodies = node.StandardOperator() is "Loop" or "Scan" ? scope.Inner.Where(inner => inner.Node == node).Select(inner => inner.Scope)
                : _functions.GetValueOrDefault((node.Domain, node.OpType)) ?? Enumerable.Empty<Scope>();
            foreach (var body in bodies)
            {
                for (var i = 0; i < Math.Min(body.Parameters.Count, node.Input.Count); i++)
                    body.Arguments.Add((body.Parameters[i], scope, node.Input[i]));
            }
        }
    }

    /// <summary>Goes from an operand back to the constants that its values come from.</summary>
    private void Trace(string operand, Scope at, string type)
    {
        var waiting = new Stack<(string Name, Scope Scope)>();
        waiting.Push((operand, at));
        while (waiting.TryPop(out var next))
        {
            if (next.Name.Length == 0 || next.Scope.OwnerOf(next.Name) is not { } scope || !_seen.Add((scope, next.Name)))
                continue;
            foreach (var argument in scope.Arguments.Where(argument => argument.Parameter == next.Name))
                waiting.Push((argument.Name, argument.Scope));
            if (scope.Makers.TryGetValue(next.Name, out var node))
                Sources(node, scope, node.Output.IndexOf(next.Name)).ForEach(waiting.Push);
            if (scope.Constants.ContainsKey(next.Name) || (node?.OpType == "Constant" && node.Attribute.Any(HasTensor)))
                _found.TryAdd(Join(scope.Path, next.Name), type);
        }
    }

    private List<(string Name, Scope Scope)> Sources(NodeProto node, Scope scope, int output)
    {
        var sources = Passed(node).Where(input => input < node.Input.Count).Select(input => (node.Input[input], scope)).ToList();

        // A constant plus a constant, such as a variance and its epsilon.
        if (node.StandardOperator() is "Add" or "Sub" or "Mul" or "Div" && node.Input.Count == 2 && node.Input[0] != node.Input[1]
            && node.Input.All(scope.IsConstant))
            sources.AddRange(node.Input.Select(input => (input, scope)));
        var bodies = node.StandardOperator() == "If" ? scope.Inner.Where(inner => inner.Node == node).Select(inner => inner.Scope)
            : _functions.GetValueOrDefault((node.Domain, node.OpType)) ?? Enumerable.Empty<Scope>();
        sources.AddRange(bodies.Where(body => output < body.Results.Count).Select(body => (body.Results[output], body)));
        return sources;
    }

    private static bool HasTensor(AttributeProto attribute) => attribute.T is not null || attribute.SparseTensor is not null;

    private static string Join(string scope, string name) => scope.Length == 0 ? name : $"{scope}/{name}";

    /// <summary>A graph or a function, and what is known in it.</summary>
    /// <param name="name">Of a function, or of the node that has the graph.</param>
    private sealed class Scope(string name, Scope? outer)
    {
        private const int MaxDepth = 16;

        /// <summary>Made when it is asked for: of many graphs below a long name hardly one has a weight.</summary>
        public string Path => outer is null ? name : $"{Join(outer.Path, name)}/{Attribute}";

        /// <summary>That a graph is the value of.</summary>
        public string Attribute { get; init; } = "";

        public Dictionary<string, NodeProto> Makers { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, TensorProto> Constants { get; } = new(StringComparer.Ordinal);

        public List<(NodeProto Node, Scope Scope)> Inner { get; } = [];

        public IReadOnlyList<string> Parameters { get; set; } = [];

        public IReadOnlyList<string> Results { get; set; } = [];

        public List<(string Parameter, Scope Scope, string Name)> Arguments { get; } = [];

        /// <summary>The nearest scope, outwards, that knows a name.</summary>
        public Scope? OwnerOf(string name) =>
            Makers.ContainsKey(name) || Constants.ContainsKey(name) || Parameters.Contains(name) ? this : outer?.OwnerOf(name);

        /// <summary>Whether a value is a constant, or one in another shape or type.</summary>
        public bool IsConstant(string name) => IsConstant(name, 0);

        /// <summary>Whether it is a constant of one value that is a whole number.</summary>
        public bool IsWholeNumber(string name) =>
            OwnerOf(name) is { } owner && (owner.Constants.GetValueOrDefault(name) ?? Value(owner.Makers.GetValueOrDefault(name))) is { } tensor
                && ((ElementType)tensor.DataType switch
                {
                    ElementType.Float when tensor.RawData.Length == sizeof(float) => BitConverter.ToSingle(tensor.RawData.Span),
                    ElementType.Float when tensor.FloatData.Count == 1 => tensor.FloatData[0],
                    ElementType.Float16 when tensor.RawData.Length == 2 => (float)BitConverter.ToHalf(tensor.RawData.Span),
                    ElementType.Double when tensor.RawData.Length == sizeof(double) => BitConverter.ToDouble(tensor.RawData.Span),
                    ElementType.Int64 or ElementType.Int32 => 1,
                    _ => double.NaN,
                }) is var value && Math.Round(value) == value;

        private bool IsConstant(string name, int depth) =>
            depth < MaxDepth && OwnerOf(name) is { } owner
                && (owner.Constants.ContainsKey(name) || (owner.Makers.TryGetValue(name, out var node)
                    && (node.OpType == "Constant" || (Passed(node).Any() && owner.IsConstant(node.Input[Passed(node).First()], depth + 1)))));

        private static TensorProto? Value(NodeProto? node) =>
            node?.OpType == "Constant" ? node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T : null;
    }
}
