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
        if (ConvolutionGradients.Padding(node, kernel) is not { } pads || !IsFloor(node, kernel, pads)
            || (pads.Any(pad => pad != 0) && node.Integer("count_include_pad", 0) == 0))
            return null;
        var channels = node.Shape(0)[1];
        var weights = node.Writer.Filled(1f / GradientWriter.Elements(kernel), [channels, 1, .. kernel]);
        return ConvolutionGradients.Transposed(node, node.Gradient, weights, kernel, pads, channels);
    }

    /// <summary>Each value goes back to where the largest one of its window was, in equal shares where there are several.</summary>
    private static string? Maximum(GradientNode node, int input)
    {
        var kernel = node.Integers("kernel_shape")!;
        if (ConvolutionGradients.Padding(node, kernel) is not { } pads || !IsFloor(node, kernel, pads))
            return null;

        // A convolution with kernels of a single one spreads each window out: channel by channel, a value for each place in the window.
        var write = node.Writer;
        var (channels, size) = (node.Shape(0)[1], GradientWriter.Elements(kernel));
        var places = GradientWriter.Elements(node.OutputShape.Skip(2));
        var ones = new float[channels * size * size];
        for (var i = 0L; i < channels * size; i++)
            ones[(i * size) + (i % size)] = 1;
        var weights = write.Constant(ones, [channels * size, 1, .. kernel]);
        var windows = write.Node("Conv", [node.Input(0), weights], ConvolutionGradients.Geometry(node, kernel, pads, channels));

        long[] apart = [node.OutputShape[0], channels, size, places];
        long[] once = [node.OutputShape[0], channels, 1, places];
        var isLess = write.Node("Less", [write.Reshape(windows, apart), write.Reshape(node.Output, once)]);
        var isLargest = write.Multiply(write.Float(write.Node("Not", [isLess])), IsInside(node, kernel, pads, places));
        var share = write.Divide(write.Reshape(node.Gradient, once), write.Sum(isLargest, [2]));
        var shares = write.Reshape(write.Multiply(isLargest, share), [node.OutputShape[0], channels * size, .. node.OutputShape.Skip(2)]);
        return ConvolutionGradients.Transposed(node, shares, weights, kernel, pads, channels);
    }

    /// <summary>Whether windows end inside of the padded input, as without <c>ceil_mode</c>.</summary>
    private static bool IsFloor(GradientNode node, IReadOnlyList<long> kernel, IReadOnlyList<long> pads)
    {
        var strides = node.Integers("strides", kernel.Count, 1);
        var dilations = node.Integers("dilations", kernel.Count, 1);
        return Enumerable.Range(0, kernel.Count).All(axis => ((node.OutputShape[axis + 2] - 1) * strides[axis])
            + ((kernel[axis] - 1) * dilations[axis]) + 1 <= node.Shape(0)[axis + 2] + pads[axis] + pads[axis + kernel.Count]);
    }

    /// <summary>1 for each place in each window that is no padding, as a constant [1, 1, places in a window, windows].</summary>
    private static string IsInside(GradientNode node, IReadOnlyList<long> kernel, IReadOnlyList<long> pads, long places)
    {
        var strides = node.Integers("strides", kernel.Count, 1);
        var dilations = node.Integers("dilations", kernel.Count, 1);
        var size = GradientWriter.Elements(kernel);
        var inside = new float[size * places];
        for (var i = 0L; i < inside.LongLength; i++)
        {
            var (tap, place, isInside) = (i / places, i % places, true);
            for (var axis = kernel.Count - 1; axis >= 0; axis--)
            {
                var at = (place % node.OutputShape[axis + 2] * strides[axis]) + (tap % kernel[axis] * dilations[axis]) - pads[axis];
                isInside = isInside && at >= 0 && at < node.Shape(0)[axis + 2];
                (tap, place) = (tap / kernel[axis], place / node.OutputShape[axis + 2]);
            }

            inside[i] = isInside ? 1 : 0;
        }

        return node.Writer.Constant(inside, [1, 1, size, places]);
    }
}
