using CompressTasks.Gradients.Operators;

namespace CompressTasks.Gradients;

/// <summary>Writes the gradient of an input of a node.</summary>
/// <returns>The gradient's name; null when it is not known for this input, or these attributes.</returns>
internal delegate string? OperatorGradient(GradientNode node, int input);

/// <summary>The gradients that are known, by operator of the default domain.</summary>
internal static class OperatorGradients
{
    private static readonly Dictionary<string, OperatorGradient> _all = new(
        [
            .. ArithmeticGradients.All, .. FunctionGradients.All, .. MatrixGradients.All, .. ConvolutionGradients.All, .. NormalizationGradients.All,
            .. ShapeGradients.All, .. SelectionGradients.All, .. ReductionGradients.All, .. PoolingGradients.All, .. ResizeGradients.All,
        ],
        StringComparer.Ordinal);

    public static IEnumerable<string> Operators => _all.Keys;

    /// <summary>Null for an operator without one.</summary>
    public static OperatorGradient? Of(string standardOperator) => _all.GetValueOrDefault(standardOperator);
}
