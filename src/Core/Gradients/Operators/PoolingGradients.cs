namespace CompressTasks.Gradients.Operators;

/// <summary>Pooling over windows.</summary>
internal static class PoolingGradients
{
    public static Dictionary<string, OperatorGradient> All { get; } = new()
    {
        ["AveragePool"] = Average,
        ["MaxPool"] = Maximum,
    };

    /// <summary>A convolution of each channel with a kernel of equal weights.</summary>
    private static string? Average(GradientNode node, int input)
    {
        var kernel = node.Integers("kernel_shape")!;
        if (node.Integer("ceil_mode", 0) != 0 || ConvolutionGradients.Padding(node, kernel) is not { } pads
            || (pads.Any(pad => pad != 0) && node.Integer("count_include_pad", 0) == 0))
            return null;
        var channels = node.Shape(0)[1];
        var weights = node.Writer.Filled(1f / GradientWriter.Elements(kernel), [channels, 1, .. kernel]);
        return ConvolutionGradients.Transposed(node, node.Gradient, weights, kernel, pads, channels);
    }

    /// <summary>Windows that do not overlap: each value goes back to where the largest one was.</summary>
    private static string? Maximum(GradientNode node, int input)
    {
        var kernel = node.Integers("kernel_shape")!;
        var strides = node.Integers("strides", kernel.Count, 1);
        if (node.Integer("storage_order", 0) != 0 || node.Integer("ceil_mode", 0) != 0
            || ConvolutionGradients.Padding(node, kernel) is not { } pads || node.Integers("dilations", kernel.Count, 1).Any(step => step != 1)
            || strides.Zip(kernel).Any(pair => pair.First < pair.Second))
            return null;
        var write = node.Writer;
        write.Node("MaxPool", [node.Input(0)], GradientWriter.Integers("kernel_shape", kernel), GradientWriter.Integers("strides", strides),
            GradientWriter.Integers("pads", pads));
        var pool = write.Graph.Node[^1];
        pool.Output.Add($"{pool.Name}/places");
        return SelectionGradients.Scatter(node, pool.Output[1], node.Gradient);
    }
}
