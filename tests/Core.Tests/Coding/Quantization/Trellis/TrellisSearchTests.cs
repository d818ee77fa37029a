using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.Quantization.Trellis;

namespace CompressTasks.Core.Tests.Coding.Quantization.Trellis;

public sealed class TrellisSearchTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void NoPathIsCheaperThanTheOneThatIsFound(int seed)
    {
        var random = new Random(seed);
        var count = random.Next(1, 9);
        var values = Enumerable.Range(0, count).Select(_ => Samples.Gaussian(random) * Math.Pow(2, random.Next(-2, 5))).ToArray();
        var classes = Enumerable.Range(0, count).Select(_ => (byte)random.Next(0, 30)).ToArray();
        var rates = LearntRates(random);
        var indices = new int[count];

        new TrellisSearch().Search(values, 1, classes, rates, indices);

        PlainTrellis.CostOf(indices, values, classes, rates).ShouldBe(PlainTrellis.Cheapest(values, classes, rates), 1e-4);
    }

    public static TheoryData<string> Distributions() => [.. Samples.Names];

    [Theory]
    [MemberData(nameof(Distributions))]
    public void IndicesAreThoseOfThePlainSearchBitForBit(string name)
    {
        var random = new Random(4);
        foreach (var stepsPerMagnitude in new[] { 0.3, 2, 20, 3_000 })
        {
            foreach (var count in new[] { 1, 15, 16, 17, 3_000 })
            {
                var values = Samples.Of(name, count, seed: count);
                var magnitude = Math.Max(values.Average(v => Math.Min(Math.Abs(v), 100)), 1e-300);
                var step = magnitude / stepsPerMagnitude;

                // Classes about right, and some that are as wrong as can be.
                var usual = Math.Clamp(ScaleClass.Of(stepsPerMagnitude), 0, ScaleClass.Count - 1);
                var classes = Enumerable.Range(0, count)
                    .Select(i =>
                        (byte)(i % 50 == 7 ? random.Next(ScaleClass.Count) : Math.Clamp(usual + random.Next(-3, 4), 0, ScaleClass.Count - 1)))
                            .ToArray();
                var rates = count % 2 == 0 ? new RateTable(0.3) : LearntRates(random);
                var indices = new int[count];

                new TrellisSearch().Search(values, step, classes, rates, indices);

                indices.ShouldBe(ReferenceViterbi.Indices(values, step, classes, rates));
            }
        }
    }

    /// <summary>A row that goes on where the one before has led to.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    public void APathMayBeginInAnyStateAndSaysWhereItEnds(int start)
    {
        var random = new Random(start);
        var values = Enumerable.Range(0, 60).Select(_ => 6 * (random.NextDouble() - 0.5)).ToArray();
        var classes = Enumerable.Repeat((byte)Math.Clamp(ScaleClass.Of(1.5), 0, ScaleClass.Count - 1), values.Length).ToArray();
        var rates = new RateTable(0.1);
        var indices = new int[values.Length];
        var end = new TrellisSearch().Search(values, 1, classes, rates, indices, start);
        indices.ShouldBe(ReferenceViterbi.Indices(values, 1, classes, rates, start));

        var state = (uint)start;
        foreach (var index in indices)
        {
            var magnitude = ((uint)Math.Abs(index) + 1) / 2;
            ((uint)Math.Abs(index)).ShouldBe(TrellisCode.Distance(magnitude, TrellisCode.Quantizer(state)));
            state = TrellisCode.Next(state, magnitude);
        }

        end.ShouldBe((int)state);
    }

    [Fact]
    public void WithoutRateTheErrorIsThatOfAQuantizerOfOneBitMore()
    {
        // Eight states gain about 1 dB on the uniform quantizer of step 2Δ, whose error is (2Δ)²/12.
        var random = new Random(1);
        var values = Enumerable.Range(0, 100_000).Select(_ => 200 * (random.NextDouble() - 0.5)).ToArray();
        var indices = new int[values.Length];

        new TrellisSearch().Search(values, 1, new byte[values.Length], new RateTable(1e-9), indices);

        var error = values.Zip(indices, (v, n) => (v - n) * (v - n)).Average();
        (10 * Math.Log10(4.0 / 12 / error)).ShouldBeInRange(0.8, 1.53);
    }

    [Theory]
    [InlineData(1e30)]
    [InlineData(-1e30)]
    [InlineData(1e9)]
    [InlineData(0.0)]
    public void ExtremeValuesGetIndicesInRange(double value)
    {
        var indices = new int[3];

        new TrellisSearch().Search([value, 1, value], 1, [0, 50, 102], new RateTable(0.3), indices);

        indices.ShouldAllBe(n => Math.Abs((long)n) <= IndexBound.LargestIndex);
        if (Math.Abs(value) < 2e9)
            ((double)indices[0]).ShouldBe(value, 2);
    }

    [Fact]
    public void LongRunsKeepTheirPrecision()
    {
        var random = new Random(2);
        var values = Enumerable.Range(0, 300_000).Select(_ => Samples.Gaussian(random) * 5).ToArray();
        var classes = Enumerable.Repeat((byte)16, values.Length).ToArray();
        var rates = new RateTable(0.3);
        var (whole, parts) = (new int[values.Length], new int[values.Length]);

        new TrellisSearch().Search(values, 1, classes, rates, whole);
        for (var start = 0; start < values.Length; start += 1000)
            new TrellisSearch().Search(values.AsSpan(start, 1000), 1, classes.AsSpan(start, 1000), rates, parts.AsSpan(start, 1000));

        // The parts start afresh and cost a little for it; a search that lost precision would cost more than that.
        var cost = PlainTrellis.CostOf(whole, values, classes, rates);
        var ofParts = Enumerable.Range(0, 300)
            .Sum(part =>
                PlainTrellis.CostOf(parts.AsSpan(1000 * part, 1000), values.AsSpan(1000 * part, 1000), classes.AsSpan(1000 * part, 1000), rates));
        cost.ShouldBeInRange(0.999 * ofParts, 1.001 * ofParts);
    }

    private static RateTable LearntRates(Random random)
    {
        var rates = new RateTable(0.1 + random.NextDouble());
        var counts = new SymbolCounts();
        counts.Add([.. Enumerable.Range(0, 500).Select(_ => random.Next(-20, 20))],
            [.. Enumerable.Range(0, 500).Select(_ => (byte)random.Next(0, 30))]);
        rates.Learn(counts);
        return rates;
    }
}
