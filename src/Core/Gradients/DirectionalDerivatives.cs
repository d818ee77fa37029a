using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Gradients;

/// <summary>
/// What errors of weights do to Σ cotangent · output, to first order, in ONNX nodes: an operator that is linear in its weight makes of the error, in
/// the weight's place, the error of its output, and the product of that with the output's gradient is summed up. One number for each weight.
/// </summary>
internal sealed class DirectionalDerivatives
{
    private const string ErrorPrefix = "error/";
    private const string Prefix = "direction/";

    /// <summary>Since when the third operand of Gemm may be left out.</summary>
    private const int OpsetOfOptionalOperand = 11;

    private readonly GraphProto _graph;
    private readonly long _opset;
    private readonly ILookup<string, NodeProto> _consumers;
    private readonly HashSet<string> _opaque;
    private readonly Dictionary<string, IReadOnlyList<Use>> _uses = new(StringComparer.Ordinal);

    /// <param name="model">The model, at least its structure.</param>
    /// <param name="weights">Initializers of its main graph, or outputs of its Constant nodes, of float32 or float16.</param>
    public DirectionalDerivatives(ModelProto model, IEnumerable<string> weights)
    {
        _graph = model.Graph;
        _opset = GradientGraph.OpsetOf(model);
        _consumers = _graph.Node.SelectMany(node => node.Input.Distinct(StringComparer.Ordinal).Select(input => (input, node)))
            .ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);
        _opaque = [.. _graph.Output.Select(output => output.Name), .. _graph.Node.SelectMany(node => GradientGraph.Reads(node).Except(node.Input))];
        foreach (var weight in weights)
        {
            var found = new List<Use>();
            if (Collect(weight, [], found) && found.Count > 0)
                _uses[weight] = found;
        }
    }

    /// <summary>The tensors whose gradients are needed.</summary>
    public IReadOnlyList<string> Tensors => [.. _uses.Values.SelectMany(uses => uses).Select(use => use.Output).Distinct(StringComparer.Ordinal)];

    /// <summary>What the model is fed for the error of a weight: float32, in the weight's shape.</summary>
    public static string ErrorOf(string weight) => ErrorPrefix + weight;

    /// <summary>Appends to a backward graph.</summary>
    /// <param name="addition">The graph.</param>
    /// <param name="gradients">The names of gradients in it.</param>
    /// <returns>
    /// By weight the name of its number; nothing of weights that are used in ways unknown here, or before operators without a gradient.
    /// </returns>
    public IReadOnlyDictionary<string, string> Append(GraphProto addition, IReadOnlyDictionary<string, string> gradients)
    {
        var writer = new GradientWriter(_opset, TensorTypes.Halves(_graph), Prefix);
        var numbers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (weight, uses) in _uses.Where(pair => pair.Value.All(use => gradients.ContainsKey(use.Output))))
        {
            var type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)ElementType.Float } };
            writer.Graph.Input.Add(new ValueInfoProto { Name = ErrorOf(weight), Type = type });
            numbers[weight] = uses.Select(use => Number(writer, use, ErrorOf(weight), gradients[use.Output])).Aggregate(writer.Add);
        }

        writer.Graph.Output.AddRange(numbers.Values.Select(name => new ValueInfoProto { Name = name }));
        addition.MergeFrom(writer.Graph);
        return numbers;
    }

    /// <summary>Follows a weight to the operators that are linear in it.</summary>
    private bool Collect(string name, IReadOnlyList<NodeProto> before, List<Use> found)
    {
        if (_opaque.Contains(name))
            return false;
        foreach (var node in _consumers[name])
        {
            var input = node.Input.IndexOf(name);
            if (node.Input.Count(other => other == name) > 1)
                return false;
            switch (node.StandardOperator(), input)
            {
                case ("Identity" or "Transpose" or "Reshape" or "Squeeze" or "Unsqueeze" or "Flatten" or "Cast", 0):
                    if (!Collect(node.Output[0], [.. before, node], found))
                        return false;
                    break;
                case ("MatMul" or "Gemm" or "Conv" or "ConvTranspose" or "Gather" or "Add" or "Sub" or "Mul", _)
                    when Operand(node, input):
                    found.Add(new(before, node, input));
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private static bool Operand(NodeProto node, int input) => node.OpType switch
    {
        "Conv" or "ConvTranspose" => input == 1,
        "Gather" => input == 0,
        _ => true,
    };

    private string Number(GradientWriter writer, Use use, string error, string gradient)
    {
        foreach (var node in use.Before.Where(node => node.OpType != "Cast"))
            error = writer.Node(node.OpType, [error, .. node.Input.Skip(1)], node.Attribute);
        return writer.SumOfAll(writer.Multiply(OfOutput(writer, use, error), gradient));
    }

    /// <summary>The error of the operator's output, or what becomes that when it is broadcast.</summary>
    private string OfOutput(GradientWriter writer, Use use, string error)
    {
        var (node, input) = (use.Node, use.Input);
        string Other(int operand) => operand == input ? error : writer.Operand(node.Input[operand]);
        switch (node.OpType)
        {
            case "Add":
                return error;
            case "Sub":
                return input == 0 ? error : writer.Negate(error);
            case "Gemm" when input == 2:
                return writer.Multiply(error, node.Attribute.FirstOrDefault(attribute => attribute.Name == "beta")?.F ?? 1);
            case "Gemm" when _opset < OpsetOfOptionalOperand:
                return writer.Node(node.OpType, [Other(0), Other(1), writer.Constant([0f], [1])], node.Attribute);
            case "Gather":
                return writer.Node(node.OpType, [error, node.Input[1]], node.Attribute);
            default:
                return writer.Node(node.OpType, [Other(0), Other(1)], node.Attribute);
        }
    }

    /// <summary>An operator that is linear in a weight.</summary>
    /// <param name="Before">What the weight goes through before, one after the other.</param>
    /// <param name="Node">The operator.</param>
    /// <param name="Input">Where the weight comes in.</param>
    private sealed record Use(IReadOnlyList<NodeProto> Before, NodeProto Node, int Input)
    {
        public string Output => Node.Output[0];
    }
}
