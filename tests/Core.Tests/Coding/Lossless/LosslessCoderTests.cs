using CompressTasks.Coding.Lossless;

namespace CompressTasks.Core.Tests.Coding.Lossless;

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
            var chunk = LosslessEncoder.Encode(payload, elementSize);

            chunk.Length.ShouldBeLessThanOrEqualTo(payload.Length + 1);
            Decode(chunk, payload.Length).AsSpan().SequenceEqual(payload).ShouldBeTrue();
        }
    }

    [Fact]
    public void NotANumberInfinityAndNegativeZeroKeepTheirBits()
    {
        byte[] payload = [.. new[] { float.NaN, -float.NaN, float.PositiveInfinity, -0f, float.Epsilon }.SelectMany(BitConverter.GetBytes)];

        Decode(LosslessEncoder.Encode(payload, 4), payload.Length).ShouldBe(payload);
    }

    public static TheoryData<int, int> FloatTypes() => new() { { 2, 5 }, { 2, 8 }, { 4, 8 }, { 8, 11 } };

    [Theory]
    [MemberData(nameof(FloatTypes))]
    public void FloatsOfAllKindsComeBackInEveryType(int elementSize, int exponentBits)
    {
        foreach (var name in Samples.Names)
        {
            foreach (var (count, rowLength) in new[] { (1, 0), (2, 1), (999, 37), (20_000, 100), (20_000, 20_000) })
            {
                var payload = Samples.FloatBytes(Samples.Of(name, count), elementSize, exponentBits);

                var chunk = LosslessEncoder.Encode(payload, elementSize, exponentBits, rowLength);

                Decode(chunk, payload.Length).AsSpan().SequenceEqual(payload).ShouldBeTrue();
            }
        }
    }

    [Theory]
    [MemberData(nameof(FloatTypes))]
    public void EveryBitPatternComesBack(int elementSize, int exponentBits)
    {
        // Infinities, numbers that are none, zeros of both signs, subnormal numbers.
        var payload = new byte[30_000 * elementSize];
        new Random(elementSize).NextBytes(payload);
        for (var i = 0; i < 10_000 * elementSize; i += elementSize)
            payload.AsSpan(i, elementSize - 1).Fill((byte)(i % 3 == 0 ? 0 : 0xFF));

        var chunk = LosslessEncoder.Encode(payload, elementSize, exponentBits, 300);

        Decode(chunk, payload.Length).AsSpan().SequenceEqual(payload).ShouldBeTrue();
    }

    [Fact]
    public void ScalesOfRowsAndColumnsMakeFloatsCheaper()
    {
        // Two thirds of the columns are 2^-8 as large as the others: an exponent costs less than its entropy by about the entropy of the column's
        // scale.
        const int rows = 500;
        const int columns = 300;
        var random = new Random(11);
        var values = Enumerable.Range(0, rows * columns).Select(i => Samples.Gaussian(random) * (i % columns % 3 == 0 ? 1 : 1.0 / 256)).ToArray();
        var payload = Samples.FloatBytes(values, 4, 8);
        byte[] exponents = [.. Enumerable.Range(0, values.Length).Select(i => (byte)(BitConverter.ToUInt32(payload, 4 * i) >> 23))];

        var bits = LosslessEncoder.Encode(payload, 4, 8, columns).Length * 8.0 / values.Length;

        bits.ShouldBeLessThan(24
            + Samples.Entropy(exponents) - (0.8 * Samples.Entropy(Enumerable.Range(0, columns).Select(c => c % 3 == 0).ToArray())));
    }

    [Fact]
    public void Float32ThatWereFloat16CostWhatTheseCost()
    {
        var values = Samples.Of("student", 50_000).Select(v => (double)(Half)(v / 100)).ToArray();

        var wide = LosslessEncoder.Encode(Samples.FloatBytes(values, 4, 8), 4, 8).Length;

        wide.ShouldBeLessThan(LosslessEncoder.Encode(Samples.FloatBytes(values, 2, 5), 2, 5).Length + 1_000);
    }

    [Theory]
    [MemberData(nameof(FloatTypes))]
    public void MirroredAndNegatedRunsAreSaidOnce(int elementSize, int exponentBits)
    {
        // 8,000 values, then the same backwards with alternating signs, then the same once more.
        var once = Samples.Of("gaussian", 8_000);
        double[] values = [.. once, .. once.Reverse().Select((v, i) => i % 2 == 0 ? v : -v), .. once];
        var payload = Samples.FloatBytes(values, elementSize, exponentBits);

        var chunk = LosslessEncoder.Encode(payload, elementSize, exponentBits);

        chunk.Length.ShouldBeLessThan(LosslessEncoder.Encode(Samples.FloatBytes(once, elementSize, exponentBits), elementSize, exponentBits).Length
            + 2_100);
        Decode(chunk, payload.Length).AsSpan().SequenceEqual(payload).ShouldBeTrue();
    }

    [Fact]
    public void RunsDownTheColumnsAreFound()
    {
        // The columns of the second half are those of the first: nothing repeats along the rows.
        const int columns = 64;
        var random = new Random(5);
        var half = Enumerable.Range(0, columns / 2).Select(_ => Samples.Of("gaussian", 200, random.Next())).ToArray();
        var rows = Enumerable.Range(0, 200).SelectMany(r => Enumerable.Range(0, columns).Select(c => half[c % (columns / 2) * 5 % (columns / 2)][r]))
            .ToArray();
        var payload = Samples.FloatBytes(rows, 4, 8);

        var chunk = LosslessEncoder.Encode(payload, 4, 8, columns);

        chunk.Length.ShouldBeLessThan((int)(0.53 * payload.Length));
        Decode(chunk, payload.Length).AsSpan().SequenceEqual(payload).ShouldBeTrue();
    }

    [Fact]
    public void BlocksBeyondTheFirstComeBack()
    {
        var payload = new byte[(2 << 20) + 5];
        new Random(1).NextBytes(payload.AsSpan(0, 1 << 20));

        var chunk = LosslessEncoder.Encode(payload, 1);

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

        var bits = LosslessEncoder.Encode(payload, 4).Length * 8.0 / count;

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

        LosslessEncoder.Encode(payload, elementSize).Length.ShouldBeLessThan(500);
    }

    [Fact]
    public void SmallIntegersCostTheirEntropy()
    {
        var random = new Random(3);
        long[] values = [.. Enumerable.Range(0, 50_000).Select(_ => (long)random.Next(16))];
        byte[] payload = [.. values.SelectMany(BitConverter.GetBytes)];

        LosslessEncoder.Encode(payload, 8).Length.ShouldBeLessThan((int)(1.01 * 50_000 * 4 / 8) + 300);
    }

    [Fact]
    public void NeighboursThatPredictEachOtherAreUsed()
    {
        // A byte that is one more than the byte before: 8 bits of order-0 entropy, none given its predecessor.
        byte[] payload = [.. Enumerable.Range(0, 200_000).Select(i => (byte)i)];

        LosslessEncoder.Encode(payload, 1).Length.ShouldBeLessThan(10_000);
    }

    [Fact]
    public void NoiseIsStoredWithOneByteMore()
    {
        var payload = new byte[10_000];
        new Random(2).NextBytes(payload);

        LosslessEncoder.Encode(payload, 1).Length.ShouldBe(10_001);
    }

    [Fact]
    public void PayloadThatIsNoWholeNumberOfElementsIsRefused() =>
        Should.Throw<ArgumentException>(() => LosslessEncoder.Encode(new byte[6], 4));

    [Theory]
    [InlineData("gaussian")]
    [InlineData("sparse")]
    public void DamagedChunksAreRefusedOrDecodeToWrongBytes(string name)
    {
        var payload = Samples.Float32Bytes(Samples.Of(name, 2_000));

        Damage.Everywhere(LosslessEncoder.Encode(payload, 4), damaged => Decode(damaged, payload.Length));
    }

    [Theory]
    [InlineData("gaussian", 2, 5)]
    [InlineData("student", 4, 8)]
    [InlineData("alternating", 8, 11)]
    public void DamagedFloatsAndRunsAreRefusedOrDecodeToWrongBytes(string name, int elementSize, int exponentBits)
    {
        var values = Samples.Of(name, 1_500);
        foreach (var isRepeated in new[] { false, true })
        {
            var payload = Samples.FloatBytes(isRepeated ? [.. values, .. values.Reverse()] : values, elementSize, exponentBits);

            Damage.Everywhere(LosslessEncoder.Encode(payload, elementSize, exponentBits, 50), damaged => Decode(damaged, payload.Length));
        }
    }

    private static byte[] Decode(byte[] chunk, int length)
    {
        var payload = new byte[length];
        LosslessDecoder.Decode(chunk, payload);
        return payload;
    }
}
