using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Gradients.Operators;

/// <summary>Convolutions; gradients of their inputs only.</summary>
internal static class ConvolutionGradients
{
    public static Dictionary<string, OperatorGradient> All { get; } = new()
    {
        ["Conv"] = (node, input) => input == 0 && Padding(node, Kernel(node)) is { } pads
            ? Transposed(node, node.Gradient, node.Input(1), Kernel(node), pads, node.Integer("group", 1)) : null,
        ["ConvTranspose"] = Upsampling,
    };

    /// <summary>What a convolution with these weights took from each place of its input, given to that place.</summary>
    public static string Transposed(
        GradientNode node, string gradient, string weights, IReadOnlyList<long> kernel, IReadOnlyList<long> pads, long groups)
    {
        var spatial = kernel.Count;
        var strides = node.Integers("strides", spatial, 1);
        var dilations = node.Integers("dilations", spatial, 1);

        // Places at the end that no kernel has reached.
        var left = Enumerable.Range(0, spatial).Select(axis => node.Shape(0)[axis + 2] - ((strides[axis] * (node.OutputShape[axis + 2] - 1))
            + ((kernel[axis] - 1) * dilations[axis]) + 1 - pads[axis] - pads[axis + spatial]));
        return node.Writer.Node("ConvTranspose", [gradient, weights],
            [.. Geometry(strides, dilations, pads, groups), GradientWriter.Integers("output_padding", left)]);
    }

    /// <summary>The attributes of a convolution over the places that a node goes over.</summary>
    public static IEnumerable<AttributeProto> Geometry(GradientNode node, IReadOnlyList<long> kernel, IReadOnlyList<long> pads, long groups) =>
        Geometry(node.Integers("strides", kernel.Count, 1), node.Integers("dilations", kernel.Count, 1), pads, groups);

    /// <summary>The padding before and after each axis; null where the node leaves it open.</summary>
    public static IReadOnlyList<long>? Padding(GradientNode node, IReadOnlyList<long> kernel)
    {
        var spatial = kernel.Count;
        switch (node.Text("auto_pad", "NOTSET"))
        {
            case "NOTSET" or "":
                return node.Integers("pads", 2 * spatial, 0);
            case "VALID":
                return new long[2 * spatial];
            case "SAME_UPPER" or "SAME_LOWER":
                var strides = node.Integers("strides", spatial, 1);
                var dilations = node.Integers("dilations", spatial, 1);
                long[] sums = [.. Enumerable.Range(0, spatial).Select(axis => Math.Max(0, ((node.OutputShape[axis + 2] - 1) * strides[axis])
                    + ((kernel[axis] - 1) * dilations[axis]) + 1 - node.Shape(0)[axis + 2]))];
                long[] less = [.. sums.Select(sum => sum / 2)];
                long[] more = [.. sums.Select(sum => sum - (sum / 2))];
                return node.Text("auto_pad", "") == "SAME_UPPER" ? [.. less, .. more] : [.. more, .. less];
            default:
                return null;
        }
    }

    private static IReadOnlyList<long> Kernel(GradientNode node) => [.. node.Shape(1).Skip(2)];

    private static string? Upsampling(GradientNode node, int input)
    {
        var kernel = Kernel(node);
        if (input != 0 || node.Has("output_shape") || node.Text("auto_pad", "NOTSET") is not ("NOTSET" or ""))
            return null;
        return node.Writer.Node("Conv", [node.Gradient, node.Input(1)],
            Geometry(node, kernel, node.Integers("pads", 2 * kernel.Count, 0), node.Integer("group", 1)));
    }

    private static IEnumerable<AttributeProto> Geometry(
        IReadOnlyList<long> strides, IReadOnlyList<long> dilations, IReadOnlyList<long> pads, long groups) =>
    [
        GradientWriter.Integers("strides", strides), GradientWriter.Integers("dilations", dilations), GradientWriter.Integers("pads", pads),
        GradientWriter.Integer("group", groups),
    ];
}
