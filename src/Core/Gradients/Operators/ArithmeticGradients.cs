namespace CompressTasks.Gradients.Operators;

/// <summary>Operators of several operands, which are broadcast.</summary>
internal static class ArithmeticGradients
{
    public static Dictionary<string, OperatorGradient> All { get; } = new()
    {
        ["Add"] = (node, input) => Broadcast(node, input, node.Gradient),
        ["Sum"] = (node, input) => Broadcast(node, input, node.Gradient),
        ["Sub"] = (node, input) => Broadcast(node, input, input == 0 ? node.Gradient : node.Writer.Negate(node.Gradient)),
        ["Mul"] = (node, input) => Broadcast(node, input, node.Writer.Multiply(node.Gradient, node.Input(1 - input))),
        ["Div"] = Quotient,
        ["Pow"] = Power,
        ["Where"] = Choice,
    };

    private static string Broadcast(GradientNode node, int input, string gradient) =>
        node.Writer.SumTo(gradient, node.OutputShape, node.Shape(input));

    private static string Quotient(GradientNode node, int input)
    {
        var write = node.Writer;
        var byDivisor = write.Divide(node.Gradient, node.Input(1));
        return Broadcast(node, input, input == 0 ? byDivisor : write.Negate(write.Multiply(byDivisor, node.Output)));
    }

    private static string? Power(GradientNode node, int input)
    {
        if (input != 0)
            return null;
        var write = node.Writer;
        var exponent = write.Node("Cast", [node.Input(1)], GradientWriter.Integer("to", 1));
        var less = write.Node("Pow", [node.Input(0), write.Subtract(exponent, write.Constant(1f))]);
        return Broadcast(node, 0, write.Multiply(node.Gradient, write.Multiply(exponent, less)));
    }

    private static string? Choice(GradientNode node, int input)
    {
        var write = node.Writer;
        return input switch
        {
            1 => Broadcast(node, 1, write.Where(node.Input(0), node.Gradient)),
            2 => Broadcast(node, 2, write.Where(write.Node("Not", [node.Input(0)]), node.Gradient)),
            _ => null,
        };
    }
}
