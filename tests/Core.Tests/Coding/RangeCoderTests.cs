using CompressTasks.Coding.RangeCoding;

namespace CompressTasks.Core.Tests.Coding;

public sealed class RangeCoderTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.001)]
    [InlineData(0.9999)]
    [InlineData(1)]
    [InlineData(0)]
    public void BitsComeBackAndCostTheirEntropy(double share)
    {
        const int count = 300_000;
        var random = new Random(4);
        uint[] bits = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < share ? 1u : 0)];

        var encoder = new RangeEncoder(AdaptiveBit.LargestLimit);
        var model = AdaptiveBit.Unknown;
        foreach (var bit in bits)
            encoder.Encode(ref model, bit);
        var bytes = encoder.Finish().ToArray();

        bytes.Length.ShouldBeLessThan((int)(1.01 * Samples.Entropy(bits) * count / 8) + 32);
        var decoder = new RangeDecoder(bytes, AdaptiveBit.LargestLimit);
        model = AdaptiveBit.Unknown;
        var decoded = new uint[count];
        for (var i = 0; i < count; i++)
            decoded[i] = decoder.Decode(ref model);
        decoded.AsSpan().SequenceEqual(bits).ShouldBeTrue();
    }

    [Fact]
    public void CarriesRunThroughBytesOf255()
    {
        // Improbable bits next to certain ones drive the low end of the range across byte borders: 20,000 seeded streams of few bits.
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var sent = new List<(bool Uniform, uint Bits)>();
            var encoder = new RangeEncoder(31);
            var model = AdaptiveBit.Unknown;
            for (var i = 0; i < 60; i++)
            {
                var uniform = random.Next(3) == 0;
                // Runs of ones of uniform bits put the low end right below a carry.
                var bits = uniform ? (random.Next(2) == 0 ? 0xFFFFu : (uint)random.Next(65536)) : (uint)random.Next(2);
                sent.Add((uniform, bits));
                if (uniform)
                    encoder.EncodeUniform(bits, 16);
                else
                    encoder.Encode(ref model, bits);
            }

            var decoder = new RangeDecoder(encoder.Finish(), 31);
            model = AdaptiveBit.Unknown;
            foreach (var (uniform, bits) in sent)
            {
                if ((uniform ? decoder.DecodeUniform(16) : decoder.Decode(ref model)) != bits)
                    Assert.Fail($"Seed {seed} does not come back.");
            }
        }
    }

    [Fact]
    public void NothingTakesNoBytes() => new RangeEncoder(255).Finish().Length.ShouldBe(0);

    [Fact]
    public void ReadingBehindTheEndGivesBitsForEver()
    {
        var decoder = new RangeDecoder([0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 255);
        var model = AdaptiveBit.Unknown;

        for (var i = 0; i < 10_000; i++)
            decoder.Decode(ref model).ShouldBeLessThan(2u);
    }
}
