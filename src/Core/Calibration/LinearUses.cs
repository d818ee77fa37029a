using CompressTasks.Onnx;
using CompressTasks.Onnx.Inlining;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.WeightCoding;

namespace CompressTasks.Calibration;

/// <summary>A weight of a linear layer, and what its layer meets.</summary>
/// <param name="Layout">How the weight is a matrix.</param>
/// <param name="Inputs">One for each layer that uses the weight.</param>
/// <param name="Outputs">The same for what its layers put out; nothing when one of them cannot be seen output by output.</param>
internal sealed record LinearUse(LinearLayout Layout, IReadOnlyList<LayerInput> Inputs, IReadOnlyList<AxisInput> Outputs);

/// <summary>
/// Finds the weights of a model's main graph that are used in linear layers whose inputs can be seen: MatMul, Gemm, Conv, ConvTranspose, LSTM, GRU,
/// RNN, Gather. Recurrent weights may be put together of their gates first. A weight that is also used in another way, or as two different matrices,
/// is not among them.
/// </summary>
internal sealed class LinearUses
{
    private readonly Dictionary<string, List<(NodeProto Node, int Input)>> _consumers = new(StringComparer.Ordinal);

    /// <summary>Of nodes in bodies of loops, what each iteration has of its own.</summary>
    private readonly Dictionary<NodeProto, HashSet<string>> _bodies = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _outputs;
    private readonly GateOrder _gates;

    private LinearUses(GraphProto graph, bool entersBodies)
    {
        _outputs = graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        _gates = new(graph);
        foreach (var node in graph.Node)
        {
            var body = entersBodies ? BodyExposure.Body(node) : null;
            Enter(node, hasBody: body is not null);
            var locals = body is null ? [] : BodyExposure.Locals(body);
            foreach (var inner in body?.Node ?? [])
            {
                _bodies[inner] = locals;
                Enter(inner, hasBody: false);
            }
        }
    }

    private void Enter(NodeProto node, bool hasBody)
    {
        for (var i = 0; i < node.Input.Count; i++)
        {
            if (!_consumers.TryGetValue(node.Input[i], out var consumers))
                _consumers[node.Input[i]] = consumers = [];
            consumers.Add((node, i));
        }

        // What a branch or a loop's body uses of the graph around it cannot be observed from here.
        foreach (var name in hasBody ? [] : node.Attribute.SelectMany(Captured))
            _outputs.Add(name);
    }

    /// <summary>The use of each weight that has one.</summary>
    /// <param name="graph">The main graph.</param>
    /// <param name="weights">Names of initializers and of the outputs of Constant nodes, with their shapes.</param>
    /// <param name="entersBodies">Whether all names are unique, and loops give what layers in their bodies meet.</param>
    public static IReadOnlyDictionary<string, LinearUse> Find(
        GraphProto graph, IEnumerable<(string Name, IReadOnlyList<long> Shape)> weights, bool entersBodies = false)
    {
        var uses = new LinearUses(graph, entersBodies);
        return weights.Select(weight => (weight.Name, Use: uses.Of(weight.Name, weight.Shape)))
            .Where(pair => pair.Use is not null)
            .ToDictionary(pair => pair.Name, pair => pair.Use!, StringComparer.Ordinal);
    }

    private LinearUse? Of(string weight, IReadOnlyList<long> shape)
    {
        var found = new List<LayerUse>();
        if (shape.Count is < 2 or > 5 || shape.Any(length => length is < 1 or > int.MaxValue)
            || !Collect(weight, [.. shape.Select(length => (int)length)], isTransposed: false, found))
            return null;
        return found.Count > 0 && found.All(use => use.Layout == found[0].Layout)
            ? new(found[0].Layout, [.. found.Select(use => use.Input).DistinctBy(input => input.Key)],
                found.All(use => use.Output is not null) ? [.. found.Select(use => use.Output!)] : [])
            : null;
    }

    private bool Collect(string name, int[] shape, bool isTransposed, List<LayerUse> found)
    {
        if (_outputs.Contains(name) || !_consumers.TryGetValue(name, out var consumers))
            return false;
        foreach (var (node, input) in consumers)
        {
            var passes = node.StandardOperator() is "Identity" ? isTransposed : node.StandardOperator() is "Transpose" && IsMatrixTranspose(node, shape) ? !isTransposed
                : default(bool?);
            if (passes is { } transposed)
            {
                if (!Collect(node.Output[0], shape, transposed, found))
                    return false;
            }
            else if (!isTransposed && _gates.Next(node, input, shape) is { } next)
            {
                if (!CollectGates(node.Output[0], next, found))
                    return false;
            }
            else if (Read(node, input, shape, isTransposed) is { } use)
            {
                found.Add(use);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A layer in a body is seen from outside with the inputs of all iterations.</summary>
    private LayerUse? Read(NodeProto node, int input, int[] shape, bool isTransposed)
    {
        var use = LayerKinds.Read(node, input, shape, isTransposed);
        if (use is null || !_bodies.TryGetValue(node, out var locals))
            return use;
        var seen = use.Input.Tensors.Any(locals.Contains) ? use.Input.Stacked(BodyExposure.Stacked) : use.Input;
        return seen is null ? null : use with { Input = seen, Output = null };
    }

    /// <summary>The same of rows of a weight, or of all of them in another order, which only recurrent layers may read.</summary>
    private bool CollectGates(string name, int[] shape, List<LayerUse> found)
    {
        if (_outputs.Contains(name) || !_consumers.TryGetValue(name, out var consumers))
            return false;
        foreach (var (node, input) in consumers)
        {
            if (_gates.Next(node, input, shape) is { } next)
            {
                if (!CollectGates(node.Output[0], next, found))
                    return false;
            }
            else if (shape.Length == 3 && Read(node, input, shape, isTransposed: false) is { } use && GateOrder.IsRecurrent(node))
            {
                found.Add(use);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsMatrixTranspose(NodeProto node, int[] shape) =>
        shape.Length == 2
            && (node.Attribute.FirstOrDefault(attribute => attribute.Name == "perm")?.Ints is not { } order || (order.Count == 2 && order[0] == 1));

    private static IEnumerable<string> Captured(AttributeProto attribute) =>
        (attribute.G is { } graph ? attribute.Graphs.Append(graph) : attribute.Graphs)
            .SelectMany(inner => inner.Node.SelectMany(node => node.Input.Concat(node.Attribute.SelectMany(Captured)))
                .Concat(inner.Output.Select(output => output.Name)));
}
