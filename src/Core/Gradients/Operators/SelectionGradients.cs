namespace CompressTasks.Gradients.Operators;

/// <summary>Operators that take some of the elements.</summary>
internal static class SelectionGradients
{
    private const int OpsetOfScatterElements = 11;

    /// <summary>And of OneHot.</summary>
    private const int OpsetOfScatter = 9;
    private static readonly string[] _sliceAttributes = ["starts", "ends", "axes"];

    public static Dictionary<string, OperatorGradient> All { get; } = new()
    {
        ["Slice"] = Slice,
        ["Gather"] = Gather,
    };

    /// <summary>The same slice of the numbers of all places says where each value came from.</summary>
    private static string? Slice(GradientNode node, int input)
    {
        if (input != 0 || node.Writer.Opset < OpsetOfScatter)
            return null;
        var attributes = _sliceAttributes.Where(node.Has).Select(name => GradientWriter.Integers(name, node.Integers(name)!));
        var places = node.Writer.Node("Slice",
            [node.Writer.Counting(node.Shape(0)), .. Enumerable.Range(1, node.Inputs - 1).Select(node.Input)], attributes);
        return Scatter(node, places, node.Gradient);
    }

    /// <summary>A product with a matrix that has a one where an index picks an element.</summary>
    private static string? Gather(GradientNode node, int input)
    {
        if (input != 0 || node.Writer.Opset < OpsetOfScatter)
            return null;
        var write = node.Writer;
        var axis = node.Axis(0);
        var shape = node.Shape(0);
        var picks = GradientWriter.Elements(node.Shape(1));
        var indices = write.Reshape(write.Node("Cast", [node.Input(1)], GradientWriter.Integer("to", 7)), [picks]);
        var isNegative = write.Node("Less", [indices, write.Constant([0L])]);
        indices = write.Node("Where", [isNegative, write.Add(indices, write.Constant([shape[axis]])), indices]);
        var offAndOn = write.Node("Concat", [write.Filled(0, [1]), write.Filled(1, [1])], GradientWriter.Integer("axis", 0));
        var ones = write.Node("OneHot", [indices, write.Constant([shape[axis]]), offAndOn]);
        var (before, after) = (GradientWriter.Elements(shape.Take(axis)), GradientWriter.Elements(shape.Skip(axis + 1)));
        var picked = write.Reshape(node.Gradient, [before, picks, after]);
        return write.Reshape(write.Node("MatMul", [write.TransposeMatrices(ones, 2), picked]), shape);
    }

    /// <summary>Gives values back to the elements that they came from.</summary>
    /// <param name="node">The node whose first input these are elements of.</param>
    /// <param name="places">Where each value came from, counted through the whole tensor; each place once.</param>
    /// <param name="values">The gradient, of the same shape.</param>
    private static string Scatter(GradientNode node, string places, string values)
    {
        var write = node.Writer;
        var zeros = write.Filled(0, [GradientWriter.Elements(node.Shape(0))]);
        var scattered = write.Node(write.Opset >= OpsetOfScatterElements ? "ScatterElements" : "Scatter",
            [zeros, write.Reshape(places, [-1]), write.Reshape(values, [-1])]);
        return write.Reshape(scattered, node.Shape(0));
    }
}
