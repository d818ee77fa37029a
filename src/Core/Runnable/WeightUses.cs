using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Runnable;

/// <summary>The layers that use a constant, and the nodes between that only pass it on.</summary>
internal sealed class WeightUses
{
    /// <summary>Without a permutation, a Transpose turns all axes around.</summary>
    private const int MatrixRank = 2;

    private readonly List<LayerUse> _layers = [];
    private readonly List<int> _passing = [];

    private WeightUses()
    {
    }

    /// <summary>In the order of the graph.</summary>
    public IReadOnlyList<LayerUse> Layers => _layers;

    /// <summary>Indices of nodes between.</summary>
    public IReadOnlyList<int> Passing => _passing;

    /// <returns>Null when others than nodes of the main graph use it.</returns>
    public static WeightUses? Find(GraphIndex graph, string constant)
    {
        var uses = new WeightUses();
        return uses.Add(graph, constant, isTransposed: false, graph.ConstantOf(constant)?.Tensor.Dims.Count == MatrixRank) ? uses : null;
    }

    private bool Add(GraphIndex graph, string value, bool isTransposed, bool isMatrix)
    {
        if (graph.IsSeenElsewhere(value))
            return false;
        foreach (var (node, index, input) in graph.UsesOf(value))
        {
            if (ExchangesAxes(node, isMatrix) is { } exchanges)
            {
                _passing.Add(index);
                if (!Add(graph, node.Output[0], isTransposed != exchanges, isMatrix))
                    return false;
            }
            else
            {
                _layers.Add(new(node, index, input, isTransposed));
            }
        }

        return true;
    }

    /// <summary>Whether a node passes a matrix on as it is (false) or transposed (true); null when it does something else.</summary>
    private static bool? ExchangesAxes(NodeProto node, bool isMatrix) => node.StandardOperator() switch
    {
        "Identity" => false,
        "Transpose" when isMatrix && (node.Attribute.FirstOrDefault(attribute => attribute.Name == "perm")?.Ints ?? [1, 0]) is [1, 0] => true,
        _ => null,
    };
}
