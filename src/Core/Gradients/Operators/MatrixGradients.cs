namespace CompressTasks.Gradients.Operators;

/// <summary>Products of matrices.</summary>
internal static class MatrixGradients
{
    public static Dictionary<string, OperatorGradient> All { get; } = new()
    {
        ["MatMul"] = Product,
        ["Gemm"] = General,
    };

    /// <summary>Of Y = A · B: dA = dY · Bᵀ, dB = Aᵀ · dY; a vector is a row on the left and a column on the right.</summary>
    private static string? Product(GradientNode node, int input)
    {
        var write = node.Writer;
        IReadOnlyList<long> left = node.Shape(0), right = node.Shape(1);
        IReadOnlyList<long> rows = left.Count == 1 ? [1, left[0]] : left;
        IReadOnlyList<long> columns = right.Count == 1 ? [right[0], 1] : right;
        var stack = node.OutputShape.Take(Math.Max(rows.Count, columns.Count) - 2).ToList();
        var gradient = left.Count == 1 || right.Count == 1 ? write.Reshape(node.Gradient, [.. stack, rows[^2], columns[^1]]) : node.Gradient;
        if (input == 0)
        {
            var other = write.TransposeMatrices(right.Count == 1 ? write.Reshape(node.Input(1), columns) : node.Input(1), columns.Count);
            var whole = write.SumTo(write.Node("MatMul", [gradient, other]), [.. stack, rows[^2], rows[^1]], rows);
            return left.Count == 1 ? write.Reshape(whole, left) : whole;
        }

        var transposed = write.TransposeMatrices(left.Count == 1 ? write.Reshape(node.Input(0), rows) : node.Input(0), rows.Count);
        var found = write.SumTo(write.Node("MatMul", [transposed, gradient]), [.. stack, columns[^2], columns[^1]], columns);
        return right.Count == 1 ? write.Reshape(found, right) : found;
    }

    /// <summary>Of Y = α · A′ · B′ + β · C, where A′ and B′ may be transposed.</summary>
    private static string? General(GradientNode node, int input)
    {
        var write = node.Writer;
        if (input == 2)
            return write.SumTo(write.Multiply(node.Gradient, node.Real("beta", 1)), node.OutputShape, node.Shape(2));
        var gradient = write.Multiply(node.Gradient, node.Real("alpha", 1));
        var (isLeftTransposed, isRightTransposed) = (node.Integer("transA", 0) != 0, node.Integer("transB", 0) != 0);
        return input switch
        {
            0 when isLeftTransposed => write.Node("MatMul", [Turned(1, isRightTransposed), write.TransposeMatrices(gradient, 2)]),
            0 => write.Node("MatMul", [gradient, Turned(1, !isRightTransposed)]),
            1 when isRightTransposed => write.Node("MatMul", [write.TransposeMatrices(gradient, 2), Turned(0, isLeftTransposed)]),
            1 => write.Node("MatMul", [Turned(0, !isLeftTransposed), gradient]),
            _ => null,
        };

        string Turned(int operand, bool isTurned) => isTurned ? write.TransposeMatrices(node.Input(operand), 2) : node.Input(operand);
    }
}
