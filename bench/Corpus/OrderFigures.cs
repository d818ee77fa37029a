using CompressTasks.Numerics;
using CompressTasks.WeightCoding;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>
/// What Gaussians along the rows explain of weights, and what they explain where there is nothing to find: R², averaged by elements.
/// </summary>
/// <param name="Shuffled">Of the same weights with the columns of each matrix in random order.</param>
/// <param name="Noise">Of independent Gaussian values in matrices of the same shapes.</param>
internal sealed record OrderFigures(double Weights, double Shuffled, double Noise)
{
    private const int Seed = 1;

    public static OrderFigures Measure(WeightSet set) => new(Explained(set), Explained(Map(set, Shuffle)), Explained(Map(set, WhiteNoise)));

    private static double Explained(WeightSet set) =>
        ProductCoder.Measure(set, ProductCoder.Encode(set, Stacks.Parse("gaussian"), Environment.ProcessorCount)).MeanR2;

    private static WeightSet Map(WeightSet set, Func<WeightData, Random, double[]> map)
    {
        var random = new Random(Seed);
        return new([.. set.Weights.Select(weight => WithValues(weight, map(weight, random)))]);
    }

    private static WeightData WithValues(WeightData weight, double[] values)
    {
        var payload = new byte[weight.Payload.Length];
        ElementConversion.WriteValues(weight.Type, values, payload);
        ElementConversion.ReadValues(weight.Type, payload, values);
        return weight with { Payload = payload, Values = values };
    }

    private static double[] Shuffle(WeightData weight, Random random)
    {
        var matrix = MatrixView.Of(weight.Shape, weight.Values);
        var order = Enumerable.Range(0, matrix.Columns).ToArray();
        random.Shuffle(order);
        return [.. Enumerable.Range(0, matrix.Rows).SelectMany(row => order.Select(column => matrix[row, column]))];
    }

    private static double[] WhiteNoise(WeightData weight, Random random) =>
        [.. weight.Values.Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
}
