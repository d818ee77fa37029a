namespace CompressTasks.Gradients.Operators;

/// <summary>Sums and means along axes.</summary>
internal static class ReductionGradients
{
    public static Dictionary<string, OperatorGradient> All { get; } = new()
    {
        ["ReduceSum"] = (node, input) => input == 0 ? Spread(node) : null,
        ["ReduceMean"] = (node, input) => input == 0 && Spread(node) is { } spread ? Shared(node, spread) : null,
        ["GlobalAveragePool"] = (node, _) => Shared(node, node.Writer.Node("Expand", [node.Gradient, node.Writer.Constant(node.Shape(0))])),
    };

    private static string Shared(GradientNode node, string gradient) => node.Writer.Multiply(
        gradient, (double)GradientWriter.Elements(node.OutputShape) / GradientWriter.Elements(node.Shape(0)));

    private static string? Spread(GradientNode node)
    {
        var shape = node.Shape(0);
        var kept = node.OutputShape;
        if (kept.Count != shape.Count)
        {
            // Axes that come as an input are not known here, unless all are meant.
            var axes = node.Integers("axes")?.Select(axis => axis < 0 ? axis + shape.Count : axis).ToHashSet();
            if (axes is null && GradientWriter.Elements(kept) != 1)
                return null;
            kept = [.. shape.Select((length, axis) => axes is null || axes.Contains(axis) ? 1 : length)];
        }

        return node.Writer.Node("Expand", [node.Writer.Reshape(node.Gradient, kept), node.Writer.Constant(shape)]);
    }
}
