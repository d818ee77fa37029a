using CompressTasks.Coding.RangeCoding;
using CsCheck;

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
        // Improbable bits next to certain ones drive the low end of the range across byte borders;
        // runs of ones of uniform bits put it right below a carry.
        var uniform = Gen.Frequency((1, Gen.Const(0xFFFFu)), (1, Gen.UInt[0, 0xFFFF])).Select(bits => (IsUniform: true, Bits: bits));
        var modelled = Gen.UInt[0, 1].Select(bit => (IsUniform: false, Bits: bit));

        Gen.Frequency((1, uniform), (2, modelled)).Array[60].Sample(ComesBack, iter: 20_000);
    }

    private static bool ComesBack((bool IsUniform, uint Bits)[] sent)
    {
        var encoder = new RangeEncoder(31);
        var model = AdaptiveBit.Unknown;
        foreach (var (isUniform, bits) in sent)
        {
            if (isUniform)
                encoder.EncodeUniform(bits, 16);
            else
                encoder.Encode(ref model, bits);
        }

        var decoder = new RangeDecoder(encoder.Finish(), 31);
        model = AdaptiveBit.Unknown;
        foreach (var (isUniform, bits) in sent)
        {
            if ((isUniform ? decoder.DecodeUniform(16) : decoder.Decode(ref model)) != bits)
                return false;
        }

        return true;
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
