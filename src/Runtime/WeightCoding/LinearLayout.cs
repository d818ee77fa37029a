using CompressTasks.Numerics;

namespace CompressTasks.WeightCoding;

/// <summary>
/// How a weight lies as a matrix of a linear layer: output_m = Σ_k input_k · weight[k, m].
/// </summary>
/// <param name="Inputs">K, the inputs that each output is a sum of.</param>
/// <param name="Outputs">M, the outputs.</param>
/// <param name="InputsLast">Whether the weight lies as [M, K] rather than as [K, M].</param>
/// <param name="Groups">Into how many equal runs the outputs fall, each of which meets inputs of its own; 1 when all outputs meet the same.</param>
internal sealed record LinearLayout(int Inputs, int Outputs, bool InputsLast, int Groups)
{
    /// <summary>From the weight's order to rows of inputs: [K, M].</summary>
    public double[] ToRows(ReadOnlySpan<double> values)
    {
        var rows = new double[values.Length];
        if (InputsLast)
            Transposition.Write(values, Outputs, Inputs, rows);
        else
            values.CopyTo(rows);
        return rows;
    }

    /// <summary>From rows of inputs, [K, M], to the weight's order.</summary>
    public double[] FromRows(double[] rows)
    {
        if (!InputsLast)
            return rows;
        var values = new double[rows.Length];
        Transposition.Write<double>(rows, Inputs, Outputs, values);
        return values;
    }
}
