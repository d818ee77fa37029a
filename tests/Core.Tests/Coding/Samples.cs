namespace CompressTasks.Core.Tests.Coding;

/// <summary>Seeded values of every kind a weight may hold.</summary>
internal static class Samples
{
    public static readonly string[] Names =
    [
        "gaussian", "laplace", "student", "constant", "zeros", "sparse", "subnormal", "alternating", "outlier", "shifted", "ramp",
    ];

    /// <summary>float32 values.</summary>
    public static double[] Of(string name, int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => (double)(float)(name switch
        {
            "gaussian" => Gaussian(random) * 0.02,
            "laplace" => -Math.Log(1 - random.NextDouble()) * (random.Next(2) == 0 ? 1 : -1),
            // Student's t with two degrees of freedom: a Gaussian over the root of an exponential of mean one.
            "student" => Gaussian(random) / Math.Sqrt(-Math.Log(1 - random.NextDouble())),
            "constant" => 0.1,
            "zeros" => 0,
            "sparse" => random.Next(50) == 0 ? Gaussian(random) : 0,
            "subnormal" => Gaussian(random) * 1e-42,
            "alternating" => i % 2 == 0 ? 1.5 : -1.5,
            "outlier" => i == count / 2 ? 1e30 : Gaussian(random),
            "shifted" => 1 + (Gaussian(random) * 0.01),
            "ramp" => i * 0.25,
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        }))];
    }

    /// <summary>
    /// Gaussian values with a structure: means of their own for rows or columns, scales for both, or a shape that is smooth along the last two axes.
    /// </summary>
    public static double[] Tensor(string name, params int[] shape)
    {
        var random = new Random(3);
        var columns = shape[^1];
        var middle = shape[^2];
        var rowNumbers = Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b) / columns).Select(_ => Gaussian(random)).ToArray();
        var columnNumbers = Enumerable.Range(0, columns).Select(_ => Gaussian(random)).ToArray();
        return [.. Enumerable.Range(0, rowNumbers.Length * columns).Select(i => (double)(float)(name switch
        {
            "rows" => Gaussian(random) + (3 * rowNumbers[i / columns / middle]),
            "columns" => Gaussian(random) + (3 * columnNumbers[i % columns]),
            "scales" => Gaussian(random) * Math.Exp(rowNumbers[i / columns / middle] + columnNumbers[i % columns]),
            "smooth" =>
                (0.05 * Gaussian(random))
                    + (rowNumbers[i / columns / middle] * Math.Cos(0.2 * (i % columns)) * Math.Cos(0.1 * (i / columns % middle))),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        }))];
    }

    public static byte[] Float32Bytes(double[] values) => [.. values.SelectMany(v => BitConverter.GetBytes((float)v))];

    /// <summary>Values as float16 (2, 5), bfloat16 (2, 8), float32 (4, 8) or float64 (8, 11).</summary>
    public static byte[] FloatBytes(double[] values, int elementSize, int exponentBits) => (elementSize, exponentBits) switch
    {
        (2, 5) => [.. values.SelectMany(v => BitConverter.GetBytes((Half)v))],
        (2, 8) => [.. values.SelectMany(v => BitConverter.GetBytes((float)v).Skip(2))],
        (4, 8) => Float32Bytes(values),
        (8, 11) => [.. values.SelectMany(BitConverter.GetBytes)],
        _ => throw new ArgumentOutOfRangeException(nameof(elementSize)),
    };

    public static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>The fewest bits per symbol a code can have that gives every symbol one probability: −Σ p·log2 p.</summary>
    public static double Entropy<T>(IReadOnlyCollection<T> symbols)
        where T : notnull =>
        symbols.GroupBy(s => s).Select(g => (double)g.Count() / symbols.Count).Sum(p => -p * Math.Log2(p));
}
