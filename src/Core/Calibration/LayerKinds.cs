using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.WeightCoding;

namespace CompressTasks.Calibration;

/// <summary>How a layer uses its weight.</summary>
/// <param name="Layout">How the weight is a matrix.</param>
/// <param name="Input">What the layer meets.</param>
/// <param name="Output">What it puts out, a vector of all outputs for each input; null where it is not to be seen like that.</param>
internal sealed record LayerUse(LinearLayout Layout, LayerInput Input, AxisInput? Output);

/// <summary>What each kind of linear layer does with its weight (ONNX operators, opset 1 to 25).</summary>
internal static class LayerKinds
{
    /// <summary>How a node uses a weight.</summary>
    /// <param name="input">At which of its inputs the weight comes in.</param>
    /// <param name="shape">The weight as it is stored.</param>
    /// <param name="isTransposed">Whether a matrix comes in transposed.</param>
    /// <returns>Null when it is not a linear layer whose inputs can be seen.</returns>
    public static LayerUse? Read(NodeProto node, int input, int[] shape, bool isTransposed) =>
        (node.StandardOperator(), input) switch
        {
            ("MatMul", 1) when shape.Length == 2 => new(Matrix(shape, inputsLast: isTransposed), new AxisInput(node.Input[0], -1), Output(node, -1)),
            ("MatMul", 0) when shape.Length == 2 => new(Matrix(shape, inputsLast: !isTransposed), new AxisInput(node.Input[1], -2), Output(node, -2)),
            ("Gemm", 1) when shape.Length == 2 =>
                new(Matrix(shape, inputsLast: isTransposed != Flag(node, "transB")), new AxisInput(node.Input[0], Flag(node, "transA") ? 0 : 1),
                    Output(node, 1)),
            ("Gemm", 0) when shape.Length == 2 =>
                new(Matrix(shape, inputsLast: isTransposed == Flag(node, "transA")), new AxisInput(node.Input[1], Flag(node, "transB") ? 1 : 0),
                    Output(node, 0)),
            ("Conv", 1) when shape.Length > 2 && !isTransposed => Convolution(node, shape),
            ("ConvTranspose", 1) when shape.Length > 2 && !isTransposed && Number(node, "group", 1) == 1 =>
                new(new LinearLayout(shape[0], shape.Skip(1).Aggregate(1, (product, length) => product * length), InputsLast: false, Groups: 1),
                    new AxisInput(node.Input[0], 1), null),
            ("LSTM" or "GRU" or "RNN", 1) when shape.Length == 3 && !isTransposed =>
                new(new LinearLayout(shape[2], shape[0] * shape[1], InputsLast: true, Groups: 1), new AxisInput(node.Input[0], -1), null),
            ("LSTM" or "GRU" or "RNN", 2) when shape.Length == 3 && !isTransposed => States(node, shape),
            ("Gather", 0) when shape.Length == 2 && !isTransposed && Number(node, "axis", 0) is 0 or -2 =>
                new(new LinearLayout(shape[0], shape[1], InputsLast: false, Groups: 1), new IndexInput(node.Input[1]), Output(node, -1)),
            _ => null,
        };

    private static LinearLayout Matrix(int[] shape, bool inputsLast) =>
        inputsLast ? new(shape[1], shape[0], InputsLast: true, Groups: 1) : new(shape[0], shape[1], InputsLast: false, Groups: 1);

    private static AxisInput Output(NodeProto node, int axis) => new(node.Output[0], axis);

    private static LayerUse? Convolution(NodeProto node, int[] shape)
    {
        var groups = (int)Number(node, "group", 1);
        var spatial = shape.Length - 2;
        if (groups < 1 || shape[0] % groups != 0)
            return null;
        var strides = Numbers(node, "strides", spatial);
        var dilations = Numbers(node, "dilations", spatial);
        var autoPad = node.Attribute.FirstOrDefault(attribute => attribute.Name == "auto_pad")?.S.ToStringUtf8() ?? "NOTSET";
        var pads = Numbers(node, "pads", 2 * spatial, 0);
        if (strides is null || dilations is null || pads is null)
            return null;
        var layout = new LinearLayout(shape.Skip(1).Aggregate(1, (product, length) => product * length), shape[0], InputsLast: true, groups);
        return new(layout, new PatchInput(node.Input[0], shape[2..], strides, dilations, pads, autoPad == "NOTSET" ? "" : autoPad, groups),
            Output(node, 1));
    }

    private static LayerUse? States(NodeProto node, int[] shape)
    {
        if (node.Output.Count == 0 || node.Output[0].Length == 0)
            return null;
        var direction = node.Attribute.FirstOrDefault(attribute => attribute.Name == "direction")?.S.ToStringUtf8() ?? "forward";
        bool[] isReverse = direction switch
        {
            "forward" => [false],
            "reverse" => [true],
            "bidirectional" => [false, true],
            _ => [],
        };
        var initial = node.Input.Count > 5 ? node.Input[5] : "";
        return isReverse.Length != shape[0]
            ? null
            : new(new LinearLayout(shape[2], shape[0] * shape[1], InputsLast: true, Groups: shape[0]),
                new StateInput(node.Output[0], initial, Flag(node, "layout"), isReverse), null);
    }

    private static bool Flag(NodeProto node, string name) => Number(node, name, 0) != 0;

    private static long Number(NodeProto node, string name, long otherwise) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I ?? otherwise;

    /// <summary>Null when the node has another number of them.</summary>
    private static int[]? Numbers(NodeProto node, string name, int count, int otherwise = 1)
    {
        var numbers = node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.Ints;
        if (numbers is null || numbers.Count == 0)
            return [.. Enumerable.Repeat(otherwise, count)];
        return numbers.Count == count ? [.. numbers.Select(number => (int)Math.Clamp(number, int.MinValue, int.MaxValue))] : null;
    }
}
