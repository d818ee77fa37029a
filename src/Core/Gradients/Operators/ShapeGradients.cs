namespace CompressTasks.Gradients.Operators;

/// <summary>Operators that move all elements, and change none.</summary>
internal static class ShapeGradients
{
    public static Dictionary<string, OperatorGradient> All { get; } = new()
    {
        ["Reshape"] = Reshaped,
        ["Flatten"] = Reshaped,
        ["Squeeze"] = Reshaped,
        ["Unsqueeze"] = Reshaped,
        ["Transpose"] = Transposed,
        ["Expand"] = (node, input) => input == 0 ? node.Writer.SumTo(node.Gradient, node.OutputShape, node.Shape(0)) : null,
        ["Concat"] = Joined,
        ["Split"] = Cut,
    };

    private static string? Reshaped(GradientNode node, int input) => input == 0 ? node.Writer.Reshape(node.Gradient, node.Shape(0)) : null;

    private static string? Transposed(GradientNode node, int input)
    {
        var order = node.Integers("perm") is { Count: > 0 } given ? given.Select(axis => (int)axis).ToList()
            : [.. Enumerable.Range(0, node.Rank).Reverse()];
        return node.Writer.Transpose(node.Gradient, Enumerable.Range(0, order.Count).Select(axis => order.IndexOf(axis)));
    }

    private static string? Joined(GradientNode node, int input)
    {
        var axis = node.Axis(1);
        var start = Enumerable.Range(0, input).Sum(before => node.Shape(before)[axis]);
        return node.Writer.Slice(node.Gradient, axis, start, start + node.Shape(input)[axis]);
    }

    private static string? Cut(GradientNode node, int input) => input != 0 ? null
        : node.Writer.Node("Concat",
            Enumerable.Range(0, node.Outputs).Select(output => node.GradientOf(output) ?? node.Writer.Filled(0, node.ShapeOfOutput(output))),
            GradientWriter.Integer("axis", node.Axis(0)));
}
