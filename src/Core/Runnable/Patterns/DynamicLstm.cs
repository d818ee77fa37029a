using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;

namespace CompressTasks.Runnable.Patterns;

/// <summary>LSTM: DynamicQuantizeLSTM of com.microsoft, which quantizes what comes in, and the state of every step. Both of its weights are integers.</summary>
internal sealed class DynamicLstm : ILayerPattern
{
    /// <summary>Inputs of the operator: W, R and, of the quantized one, what belongs to them.</summary>
    private const int InputWeight = 1;
    private const int RecurrenceWeight = 2;
    private const int FirstScale = 8;
    private const int Inputs = 12;

    private static readonly string[] _attributes =
        ["activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size", "input_forget"];

    public string Name => "DynamicQuantizeLSTM";

    /// <summary>Whether the weight is that of the state.</summary>
    public static bool IsRecurrence(LayerUse use) => use.Node.StandardOperator() == "LSTM" && use.Input == RecurrenceWeight;

    /// <summary>The other weight of the same layer.</summary>
    public static string Partner(LayerUse use) => use.Node.Input[InputWeight + RecurrenceWeight - use.Input];

    public bool IsFor(LayerUse use, IntegerSpec options) =>
        options.Activations == ActivationQuantization.Dynamic && use.Node.StandardOperator() == "LSTM"
        && use.Input is InputWeight or RecurrenceWeight;

    public string? Hindrance(LayerUse use, IReadOnlyList<long> shape, GraphIndex graph) =>
        use.IsTransposed || shape.Count != 3 ? "the weight comes in transposed"
            : use.Number("layout", 0) != 0 ? "the LSTM has its batch first, and ONNX Runtime has none of integers that does"
            : graph.ConstantOf(Partner(use)) is null ? "the other weight of the LSTM is no constant"
            : null;

    public WeightStore Store(LayerUse use, IReadOnlyList<long> shape, IntegerSpec options) =>
        new WeightStore.PerChannel(ChannelLayout.Along(shape, 2), new(shape[0], shape[1]), options.Bits);

    public void Rewrite(LayerUse use, StoredWeight weight, GraphEdits edits)
    {
        var node = edits.ChangeToMicrosoft(use.Index, Name);
        foreach (var other in node.Attribute.Where(attribute => !_attributes.Contains(attribute.Name)).ToList())
            node.Attribute.Remove(other);
        while (node.Input.Count < Inputs)
            node.Input.Add("");

        // [directions, 4 · hidden, inputs] in the standard operator, [directions, inputs, 4 · hidden] here.
        var transposed = $"{weight.Integers}_transposed";
        var zeros = $"{weight.Integers}_zero_point";
        var exchange = GraphEdits.Node("Transpose", [weight.Integers], [transposed]);
        exchange.Attribute.Add(new AttributeProto { Name = "perm", Type = 7, Ints = { 0, 2, 1 } });
        if (edits.First.All(first => first.Output[0] != transposed))
            edits.Add(WeightStore.Tensor(zeros, ElementType.Int8, weight.Shape.Take(2), new byte[weight.Shape[0] * weight.Shape[1]]));
        node.Input[use.Input] = edits.AddFirst(exchange);
        var scale = FirstScale + (2 * (use.Input - InputWeight));
        (node.Input[scale], node.Input[scale + 1]) = (weight.Scale, zeros);
    }
}
