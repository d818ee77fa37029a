using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Stages.Gaussian;

/// <summary>The formulas of the papers, as slow and plain as possible.</summary>
internal static class PlainGaussian
{
    public static double Value(double j, double mu, double sigma) => Math.Exp(-(j - mu) * (j - mu) / (2 * sigma * sigma));

    public static double[] Sum(ReadOnlySpan<double> parameters, int length)
    {
        var sum = new double[length];
        for (var p = 0; p < parameters.Length; p += 3)
        {
            for (var j = 0; j < length; j++)
                sum[j] += parameters[p] * Value(j, parameters[p + 1], parameters[p + 2]);
        }

        return sum;
    }

    public static double SquaredError(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }

    public static double Energy(ReadOnlySpan<double> a) => SquaredError(a, new double[a.Length]);

    public static double R2(ReadOnlySpan<double> original, ReadOnlySpan<double> decoded)
    {
        var mean = 0.0;
        foreach (var value in original)
            mean += value / original.Length;
        var constant = new double[original.Length];
        constant.AsSpan().Fill(mean);
        return 1 - (SquaredError(original, decoded) / SquaredError(original, constant));
    }

    public static Matrix Random(int seed, int rows, int columns)
    {
        var random = new Random(seed);
        var matrix = new Matrix(rows, columns);
        for (var i = 0; i < matrix.Values.Length; i++)
            matrix.Values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return matrix;
    }

    /// <summary>Least-squares residual of <paramref name="signal"/> after the columns, by modified Gram–Schmidt, twice for accuracy.</summary>
    public static double[] Residual(double[] signal, IEnumerable<double[]> columns)
    {
        var basis = new List<double[]>();
        foreach (var column in columns)
        {
            var rest = ProjectOut(ProjectOut(column, basis), basis);
            var norm = Math.Sqrt(Energy(rest));
            basis.Add([.. rest.Select(v => v / norm)]);
        }

        return ProjectOut(ProjectOut(signal, basis), basis);
    }

    private static double[] ProjectOut(double[] signal, List<double[]> basis)
    {
        var rest = (double[])signal.Clone();
        foreach (var direction in basis)
        {
            var dot = rest.Zip(direction, (a, b) => a * b).Sum();
            for (var j = 0; j < rest.Length; j++)
                rest[j] -= dot * direction[j];
        }

        return rest;
    }
}
