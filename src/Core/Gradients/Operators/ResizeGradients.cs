using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Gradients.Operators;

/// <summary>
/// Resizing of pictures: along each axis a product with a matrix, which is what the operator makes of a picture of ones on a diagonal.
/// </summary>
internal static class ResizeGradients
{
    /// <summary>Before, there was no way to say which place of the input one of the output stands for.</summary>
    private const int OldestOpset = 11;

    /// <summary>Since when inputs that are not used may be left out.</summary>
    private const int OpsetOfOptionalInputs = 13;
    private const int PictureRank = 4;

    private static readonly string[] _attributes =
        ["antialias", "coordinate_transformation_mode", "cubic_coeff_a", "exclude_outside", "extrapolation_value", "mode", "nearest_mode"];

    public static Dictionary<string, OperatorGradient> All { get; } = new() { ["Resize"] = Resize };

    private static string? Resize(GradientNode node, int input)
    {
        if (input != 0 || node.Writer.Opset < OldestOpset || node.Rank != PictureRank
            || !node.Shape(0).Take(2).SequenceEqual(node.OutputShape.Take(2))
            || node.Text("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize"
            || node.Text("keep_aspect_ratio_policy", "stretch") != "stretch" || (!node.HasInput(3) && !AreFactorsWhole(node)))
            return null;
        var write = node.Writer;
        var gradient = node.Gradient;
        if (node.Shape(0)[2] != node.OutputShape[2])
            gradient = write.Node("MatMul", [write.TransposeMatrices(Matrix(node, 2), 2), gradient]);
        return node.Shape(0)[3] != node.OutputShape[3] ? write.Node("MatMul", [gradient, Matrix(node, 3)]) : gradient;
    }

    /// <summary>Then they are what the node was given, which is not known here.</summary>
    private static bool AreFactorsWhole(GradientNode node) =>
        Enumerable.Range(2, 2).All(axis => node.OutputShape[axis] % node.Shape(0)[axis] == 0);

    /// <summary>A row for each place of the output along an axis, a column for each of the input.</summary>
    private static string Matrix(GradientNode node, int axis)
    {
        var write = node.Writer;
        var (from, to) = (node.Shape(0)[axis], node.OutputShape[axis]);
        var diagonal = new float[from * from];
        for (var i = 0L; i < from; i++)
            diagonal[i * (from + 1)] = 1;
        var unused = write.Opset >= OpsetOfOptionalInputs ? "" : write.Constant([], [0L]);
        var resized = write.Node("Resize", [write.Constant(diagonal, [1, 1, from, from]), unused, unused, write.Constant([1, 1, to, from])],
            [.. _attributes.Select(node.Attribute).OfType<AttributeProto>()]);
        return write.Reshape(resized, [to, from]);
    }
}
