using CompressTasks.Coding;

namespace CompressTasks.Core.Tests.Coding;

public sealed class LosslessCoderTests
{
    public static TheoryData<string, int> Payloads()
    {
        var data = new TheoryData<string, int>();
        foreach (var name in Samples.Names)
        {
            foreach (var count in new[] { 0, 1, 3, 1_000, 20_000 })
                data.Add(name, count);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public void PayloadComesBackWhateverTheElementSize(string name, int count)
    {
        var payload = Samples.Float32Bytes(Samples.Of(name, 2 * count));
        foreach (var elementSize in new[] { 1, 2, 4, 8 })
        {
            var chunk = LosslessCoder.Encode(payload, elementSize);

            chunk.Length.ShouldBeLessThanOrEqualTo(payload.Length + 1);
            Decode(chunk, payload.Length).AsSpan().SequenceEqual(payload).ShouldBeTrue();
        }
    }

    [Fact]
    public void NotANumberInfinityAndNegativeZeroKeepTheirBits()
    {
        byte[] payload = [.. new[] { float.NaN, -float.NaN, float.PositiveInfinity, -0f, float.Epsilon }.SelectMany(BitConverter.GetBytes)];

        Decode(LosslessCoder.Encode(payload, 4), payload.Length).ShouldBe(payload);
    }

    [Fact]
    public void BlocksBeyondTheFirstComeBack()
    {
        var payload = new byte[(2 << 20) + 5];
        new Random(1).NextBytes(payload.AsSpan(0, 1 << 20));

        var chunk = LosslessCoder.Encode(payload, 1);

        chunk.Length.ShouldBeLessThan((1 << 20) + 1_000);
        Decode(chunk, payload.Length).AsSpan().SequenceEqual(payload).ShouldBeTrue();
    }

    [Theory]
    [InlineData("gaussian")]
    [InlineData("laplace")]
    [InlineData("student")]
    public void Float32CostsItsFractionAndTheEntropyOfItsExponent(string name)
    {
        const int count = 500_000;
        var payload = Samples.Float32Bytes(Samples.Of(name, count));
        byte[] exponents = [.. Enumerable.Range(0, count).Select(i => (byte)(BitConverter.ToUInt32(payload, 4 * i) >> 23))];

        var bits = LosslessCoder.Encode(payload, 4).Length * 8.0 / count;

        bits.ShouldBeLessThan(24 + Samples.Entropy(exponents) + 0.01);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void ConstantsShrinkToAlmostNothing(int elementSize)
    {
        byte[] element = [.. new byte[] { 0xCD, 0xCC, 0x4C, 0x3D, 0x9A, 0x99, 0xB9, 0x3F }.Take(elementSize)];
        byte[] payload = [.. Enumerable.Range(0, 100_000).SelectMany(_ => element)];

        LosslessCoder.Encode(payload, elementSize).Length.ShouldBeLessThan(500);
    }

    [Fact]
    public void SmallIntegersCostTheirEntropy()
    {
        var random = new Random(3);
        long[] values = [.. Enumerable.Range(0, 50_000).Select(_ => (long)random.Next(16))];
        byte[] payload = [.. values.SelectMany(BitConverter.GetBytes)];

        LosslessCoder.Encode(payload, 8).Length.ShouldBeLessThan((int)(1.01 * 50_000 * 4 / 8) + 300);
    }

    [Fact]
    public void NeighboursThatPredictEachOtherAreUsed()
    {
        // A byte that is one more than the byte before: 8 bits of order-0 entropy, none given its predecessor.
        byte[] payload = [.. Enumerable.Range(0, 200_000).Select(i => (byte)i)];

        LosslessCoder.Encode(payload, 1).Length.ShouldBeLessThan(10_000);
    }

    [Fact]
    public void NoiseIsStoredWithOneByteMore()
    {
        var payload = new byte[10_000];
        new Random(2).NextBytes(payload);

        LosslessCoder.Encode(payload, 1).Length.ShouldBe(10_001);
    }

    [Fact]
    public void PayloadThatIsNoWholeNumberOfElementsIsRefused() =>
        Should.Throw<ArgumentException>(() => LosslessCoder.Encode(new byte[6], 4));

    [Theory]
    [InlineData("gaussian")]
    [InlineData("sparse")]
    public void DamagedChunksAreRefusedOrDecodeToWrongBytes(string name)
    {
        var payload = Samples.Float32Bytes(Samples.Of(name, 2_000));

        Damage.Everywhere(LosslessCoder.Encode(payload, 4), damaged => Decode(damaged, payload.Length));
    }

    private static byte[] Decode(byte[] chunk, int length)
    {
        var payload = new byte[length];
        LosslessCoder.Decode(chunk, payload);
        return payload;
    }
}
