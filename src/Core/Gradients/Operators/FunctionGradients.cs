namespace CompressTasks.Gradients.Operators;

/// <summary>Functions of one operand, element by element.</summary>
internal static class FunctionGradients
{
    private const int OpsetOfSign = 9;

    public static Dictionary<string, OperatorGradient> All { get; } = new()
    {
        ["Identity"] = OfOperand(node => node.Gradient),
        ["Cast"] = OfOperand(node => node.Gradient),
        ["Dropout"] = OfOperand(node => node.HasInput(2) ? null : node.Gradient),
        ["Neg"] = OfOperand(node => node.Writer.Negate(node.Gradient)),
        ["Exp"] = OfOperand(node => node.Writer.Multiply(node.Gradient, node.Output)),
        ["Log"] = OfOperand(node => node.Writer.Divide(node.Gradient, node.Input(0))),
        ["Sqrt"] = OfOperand(node => node.Writer.Divide(node.Writer.Multiply(node.Gradient, 0.5), node.Output)),
        ["Abs"] = OfOperand(
            node => node.Writer.Opset >= OpsetOfSign ? node.Writer.Multiply(node.Gradient, node.Writer.Node("Sign", [node.Input(0)])) : null),
        ["Reciprocal"] = OfOperand(node => node.Writer.Negate(Times(node, node.Gradient, node.Output, node.Output))),
        ["Sin"] = OfOperand(node => node.Writer.Multiply(node.Gradient, node.Writer.Node("Cos", [node.Input(0)]))),
        ["Cos"] = OfOperand(node => node.Writer.Negate(node.Writer.Multiply(node.Gradient, node.Writer.Node("Sin", [node.Input(0)])))),
        ["Relu"] = OfOperand(node => node.Writer.Where(IsAbove(node, node.Output, 0), node.Gradient)),
        ["LeakyRelu"] = OfOperand(
            node => Either(node, IsAbove(node, node.Input(0), 0), node.Writer.Multiply(node.Gradient, node.Real("alpha", 0.01f)))),
        ["Elu"] = OfOperand(node => Either(node, IsAbove(node, node.Input(0), 0),
            node.Writer.Multiply(node.Gradient, node.Writer.Add(node.Output, node.Writer.Constant(node.Real("alpha", 1)))))),
        ["Softplus"] = OfOperand(node => node.Writer.Multiply(node.Gradient, node.Writer.Node("Sigmoid", [node.Input(0)]))),
        ["Sigmoid"] = OfOperand(node => Times(node, node.Gradient, node.Output, OneLess(node, node.Output))),
        ["Tanh"] = OfOperand(node => node.Writer.Multiply(node.Gradient, OneLess(node, node.Writer.Multiply(node.Output, node.Output)))),
        ["Erf"] = OfOperand(node => node.Writer.Multiply(node.Gradient, ErrorFunctionSlope(node, node.Input(0)))),
        ["Gelu"] = OfOperand(node => node.Text("approximate", "none") == "none" ? Gelu(node) : null),
        ["HardSigmoid"] = OfOperand(node => node.Writer.Where(
            Both(node, IsAbove(node, node.Output, 0), IsBelow(node, node.Output, 1)), node.Writer.Multiply(node.Gradient, node.Real("alpha", 0.2f)))),
        ["HardSwish"] = OfOperand(HardSwish),
        ["Clip"] = OfOperand(Clip),
    };

    private static OperatorGradient OfOperand(Func<GradientNode, string?> gradient) =>
        (node, input) => input == 0 ? gradient(node) : null;

    private static string Times(GradientNode node, string a, string b, string c) => node.Writer.Multiply(node.Writer.Multiply(a, b), c);

    private static string OneLess(GradientNode node, string value) => node.Writer.Subtract(node.Writer.Constant(1f), value);

    private static string IsAbove(GradientNode node, string value, float bound) => node.Writer.Node("Greater", [value, node.Writer.Constant(bound)]);

    private static string IsBelow(GradientNode node, string value, float bound) => node.Writer.Node("Less", [value, node.Writer.Constant(bound)]);

    private static string Both(GradientNode node, string a, string b) => node.Writer.Node("And", [a, b]);

    /// <summary>The gradient as it is where a condition holds, and something else elsewhere.</summary>
    private static string Either(GradientNode node, string condition, string otherwise) =>
        node.Writer.Where(condition, node.Gradient, otherwise);

    /// <summary>2/√π · exp(−x²).</summary>
    private static string ErrorFunctionSlope(GradientNode node, string value) => node.Writer.Multiply(
        node.Writer.Node("Exp", [node.Writer.Negate(node.Writer.Multiply(value, value))]), 2 / Math.Sqrt(Math.PI));

    /// <summary>x · Φ(x) has the slope Φ(x) + x · φ(x), Φ(x) = (1 + erf(x/√2)) / 2.</summary>
    private static string Gelu(GradientNode node)
    {
        var write = node.Writer;
        var scaled = write.Multiply(node.Input(0), Math.Sqrt(0.5));
        var share = write.Multiply(write.Add(write.Node("Erf", [scaled]), write.Constant(1f)), 0.5);
        var slope = write.Multiply(write.Multiply(scaled, ErrorFunctionSlope(node, scaled)), 0.5);
        return write.Multiply(node.Gradient, write.Add(share, slope));
    }

    /// <summary>x · min(1, max(0, x/6 + 1/2)).</summary>
    private static string HardSwish(GradientNode node)
    {
        var write = node.Writer;
        var between = write.Where(IsAbove(node, node.Input(0), -3),
            write.Multiply(node.Gradient, write.Add(write.Multiply(node.Input(0), 1.0 / 3), write.Constant(0.5f))));
        return Either(node, IsAbove(node, node.Input(0), 3), between);
    }

    private static string Clip(GradientNode node)
    {
        var write = node.Writer;
        var gradient = node.Gradient;
        var (low, high) = (node.HasInput(1) ? node.Input(1) : node.Has("min") ? write.Constant(node.Real("min", 0)) : null,
            node.HasInput(2) ? node.Input(2) : node.Has("max") ? write.Constant(node.Real("max", 0)) : null);
        if (low is not null)
            gradient = write.Where(write.Node("Greater", [node.Input(0), low]), gradient);
        return high is null ? gradient : write.Where(write.Node("Less", [node.Input(0), high]), gradient);
    }
}
