namespace CompressTasks.Gradients.Operators;

/// <summary>Softmax, and normalizations; gradients of what is normalized only.</summary>
internal static class NormalizationGradients
{
    /// <summary>Since when softmax goes along one axis; before, all axes from that one on were one.</summary>
    private const int OpsetOfSingleAxis = 13;

    public static Dictionary<string, OperatorGradient> All { get; } = new()
    {
        ["Softmax"] = Softmax,
        ["LogSoftmax"] = Softmax,
        ["BatchNormalization"] = Batch,
        ["LayerNormalization"] = Layer,
        ["InstanceNormalization"] = Instance,
    };

    private static string? Softmax(GradientNode node, int input)
    {
        var write = node.Writer;
        var isSingle = write.Opset >= OpsetOfSingleAxis;
        var axis = node.Axis(isSingle ? -1 : 1);
        var (gradient, output) = (node.Gradient, node.Output);
        if (!isSingle)
        {
            long[] shape = [GradientWriter.Elements(node.OutputShape.Take(axis)), GradientWriter.Elements(node.OutputShape.Skip(axis))];
            (gradient, output) = (write.Reshape(gradient, shape), write.Reshape(output, shape));
        }

        var along = new long[] { isSingle ? axis : 1 };
        var result = node.Operator == "Softmax"
            ? write.Multiply(output, write.Subtract(gradient, write.Sum(write.Multiply(gradient, output), along)))
            : write.Subtract(gradient, write.Multiply(write.Node("Exp", [output]), write.Sum(gradient, along)));
        return isSingle ? result : write.Reshape(result, node.Shape(0));
    }

    private static string? Batch(GradientNode node, int input)
    {
        if (input != 0 || node.Integer("training_mode", 0) != 0 || node.Integer("spatial", 1) == 0)
            return null;
        var write = node.Writer;
        var deviation = write.Node("Sqrt", [write.Add(node.Input(4), write.Constant(node.Real("epsilon", 1e-5f)))]);
        return write.Multiply(node.Gradient, OfChannels(node, write.Divide(node.Input(1), deviation)));
    }

    private static string? Layer(GradientNode node, int input)
    {
        if (input != 0)
            return null;
        var axis = node.Axis(-1);
        return Normalized(node, node.Writer.Multiply(node.Gradient, node.Input(1)), axis);
    }

    private static string? Instance(GradientNode node, int input) => input != 0 ? null
        : Normalized(node, node.Writer.Multiply(node.Gradient, OfChannels(node, node.Input(1))), 2);

    /// <summary>A number for each channel, as the second axis of the first input.</summary>
    private static string OfChannels(GradientNode node, string values) =>
        node.Writer.Reshape(values, [node.Shape(0)[1], .. Enumerable.Repeat(1L, node.Rank - 2)]);

    /// <summary>Of x̂ = (x − mean) / σ: (g − mean of g − x̂ · mean of g·x̂) / σ.</summary>
    private static string Normalized(GradientNode node, string gradient, int firstAxis)
    {
        var write = node.Writer;
        long[] axes = [.. Enumerable.Range(firstAxis, node.Rank - firstAxis).Select(axis => (long)axis)];
        var centred = write.Subtract(node.Input(0), write.Mean(node.Input(0), axes));
        var variance = write.Add(write.Mean(write.Multiply(centred, centred), axes), write.Constant(node.Real("epsilon", 1e-5f)));
        var deviation = write.Node("Sqrt", [variance]);
        var normalized = write.Divide(centred, deviation);
        var along = write.Multiply(normalized, write.Mean(write.Multiply(gradient, normalized), axes));
        return write.Divide(write.Subtract(write.Subtract(gradient, write.Mean(gradient, axes)), along), deviation);
    }
}
