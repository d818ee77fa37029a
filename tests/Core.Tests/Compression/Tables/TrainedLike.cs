namespace CompressTasks.Core.Tests.Compression.Tables;

/// <summary>Weights without a rule, however regular they look.</summary>
internal static class TrainedLike
{
    public static double[] Noise(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count)
            .Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }

    /// <summary>Every row is noise under a Gaussian low-pass filter.</summary>
    public static double[] Smooth(int rows, int columns, double width)
    {
        var noise = Noise(rows * columns);
        return [.. Enumerable.Range(0, rows * columns).Select(i => Enumerable.Range(0, columns)
            .Sum(t => noise[(i / columns * columns) + t] * Math.Exp(-Math.Pow((t - (i % columns)) / width, 2) / 2)))];
    }

    public static double[] LowRank(int rows, int columns, int rank)
    {
        var (left, right) = (Noise(rows * rank, 1), Noise(rank * columns, 2));
        return [.. Enumerable.Range(0, rows * columns)
            .Select(i => Enumerable.Range(0, rank).Sum(k => left[(i / columns * rank) + k] * right[(k * columns) + (i % columns)]))];
    }

    /// <summary>A tenth of the values, the largest ones.</summary>
    public static double[] Pruned(int count) => [.. Noise(count).Select(value => Math.Abs(value) > 1.645 ? value : 0)];

    /// <summary>Only some columns are left.</summary>
    public static double[] PrunedColumns(int rows, int columns) => [.. Noise(rows * columns).Select((value, i) => i % columns % 8 == 0 ? value : 0)];

    /// <summary>Groups of channels that do not meet: blocks on the diagonal.</summary>
    public static double[] Blocks(int size, int block) =>
        [.. Noise(size * size).Select((value, i) => i / size / block == i % size / block ? value : 0)];

    /// <summary>Scales of a normalization.</summary>
    public static double[] Scales(int count, double deviation) => [.. Noise(count).Select(value => 1 + (deviation * value))];

    /// <summary>A table that training has changed by some of its size.</summary>
    public static double[] FineTuned(double[] table, double change) =>
        [.. table.Zip(Noise(table.Length), (value, noise) => value + (change * noise))];
}
