using CompressTasks.Coding.Quantization.Feedback;
using CompressTasks.Coding.Quantization.Trellis;

namespace CompressTasks.Core.Tests.Coding.Quantization.Trellis;

public sealed class PerSurvivorSearchTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, 60)];

    /// <summary>Against plain loops over the paths that survive.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void ThePathIsAsGoodAsThePlainSearchFindsOne(int seed)
    {
        var random = new Random(seed);
        var (first, count, step) = (random.Next(0, 5), random.Next(1, 20), 0.5);
        var columns = first + count;
        var matrix = Enumerable.Range(0, columns * columns).Select(_ => (random.NextDouble() - 0.5) * 0.6).ToArray();
        var targets = Enumerable.Range(0, count).Select(_ => Samples.Gaussian(random) * Math.Pow(2, random.Next(-2, 4))).ToArray();
        var aims = targets.Select(target => target + (0.3 * Samples.Gaussian(random))).ToArray();
        var start = random.Next(TrellisCode.States);
        var indices = new int[count];

        new PerSurvivorSearch().Search(first, aims, targets, new ColumnCouplings(columns, columns, [matrix]), step, indices, start);

        var state = (uint)start;
        foreach (var index in indices)
        {
            var magnitude = ((uint)Math.Abs(index) + 1) >> 1;
            TrellisCode.Distance(magnitude, TrellisCode.Quantizer(state)).ShouldBe((uint)Math.Abs(index));
            state = TrellisCode.Next(state, magnitude);
        }

        Error(indices).ShouldBe(Plain(), 1e-4 * (1 + Plain()));

        double Aim(int column, IReadOnlyList<int> before) => aims[column] + Enumerable.Range(0, column)
            .Sum(b => matrix[((first + column) * columns) + first + b] * (targets[b] - (before[b] * step)));

        double Error(int[] path) => Enumerable.Range(0, count).Sum(column => Math.Pow((Aim(column, path) / step) - path[column], 2));

        double Plain()
        {
            var survivors = new Dictionary<uint, (double Cost, List<int> Path)> { [(uint)start] = (0, []) };
            for (var column = 0; column < count; column++)
            {
                var next = new Dictionary<uint, (double Cost, List<int> Path)>();
                foreach (var (from, (cost, path)) in survivors)
                {
                    var aim = Aim(column, path) / step;
                    foreach (var parity in (uint[])[0, 1])
                    {
                        var index = Enumerable.Range(0, ((int)Math.Abs(aim) / 2) + 4).Select(k => (uint)k).Where(k => (k & 1) == parity)
                            .Select(k => Math.Sign(aim) * (int)TrellisCode.Distance(k, TrellisCode.Quantizer(from)))
                            .MinBy(value => Math.Abs(aim - value));
                        var to = TrellisCode.Next(from, parity);
                        var total = cost + Math.Pow(aim - index, 2);
                        if (!next.TryGetValue(to, out var other) || total < other.Cost)
                            next[to] = (total, [.. path, index]);
                    }
                }

                survivors = next;
            }

            return survivors.Values.Min(survivor => survivor.Cost);
        }
    }

    /// <summary>What the trellis without couplings finds, which is the best there is.</summary>
    [Fact]
    public void WithoutCouplingsThePathIsTheBest()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 500).Select(_ => 3 * Samples.Gaussian(random)).ToArray();
        var (found, best) = (new int[500], new int[500]);
        new PerSurvivorSearch().Search(0, values, values, new ColumnCouplings(500, 500, [new double[500 * 500]]), 1, found, 0);
        new TrellisSearch().Search(values, 1, new byte[500], new RateTable(0), best);
        Error(found).ShouldBe(Error(best), 1e-3);

        double Error(int[] indices) => indices.Zip(values).Sum(pair => Math.Pow(pair.First - pair.Second, 2));
    }
}
