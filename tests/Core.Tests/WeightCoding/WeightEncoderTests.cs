using CompressTasks.Core.Tests.Compression;
using CompressTasks.Numerics;
using CompressTasks.Spec;
using CompressTasks.WeightCoding;
using CompressTasks.WeightCoding.Decoding;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Core.Tests.WeightCoding;

public class WeightEncoderTests
{
    private static readonly ElementType[] _types = [ElementType.Float, ElementType.Float16, ElementType.BFloat16, ElementType.Double];

    private static readonly long[][] _shapes = [[], [1], [300], [32, 24], [8, 3, 3, 3], [1, 40], [40, 1], [3, 300]];

    public static TheoryData<string> Stacks => [.. SampleStacks.Names];

    [Theory]
    [MemberData(nameof(Stacks))]
    public void EveryTypeAndShapeDecodesToWhatTheLevelsReport(string name)
    {
        var stack = SampleStacks.Named(name);
        foreach (var type in _types)
        {
            foreach (var shape in _shapes)
            {
                var what = $"{name} {type} [{string.Join(',', shape)}]";
                var payload = Payload(type, Noise((int)shape.Aggregate(1L, (product, dim) => product * dim)));
                var encoded = Encode(payload, type, shape, stack);
                var decoded = Decode(encoded, type, shape, payload.Length);
                var (original, values) = (Values(type, payload), Values(type, decoded));
                values.ShouldAllBe(value => double.IsFinite(value), what);
                Chunk.IsExact(encoded.Chunk).ShouldBe(encoded.KeptBecause is not null, what);
                if (encoded.KeptBecause is not null)
                {
                    decoded.ShouldBe(payload, what);
                    continue;
                }

                encoded.Levels[0].Name.ShouldBe("weights", what);
                encoded.Levels[0].Parameters.ShouldBe(original.Length, what);
                if (original.Length == 1)
                    continue; // One value has no variance: R² is not defined.
                var r2 = PlainR2.Of(original, values);

                // The last level is measured before its values are rounded to the weight's type; quantize and residual after it.
                var last = encoded.Levels.Last(level => level.Kept);
                var rounding = last.Name is "quantize" or "residual" || type == ElementType.Double ? 1e-9 : type == ElementType.Float ? 1e-5 : 0.02;
                // Rounding is relative, so where a stack is far off (R² of −20) the values that are rounded are that much larger.
                last.R2ToWeights.ShouldBe(r2, rounding * Math.Max(1, Math.Abs(r2)), what);
                if (SampleStacks.Target(name) is { } target)
                    r2.ShouldBeGreaterThanOrEqualTo(target - 1e-12, what);
            }
        }
    }

    /// <summary>20 values of 100 beside 3,980 of deviation about 0.1: at R² 0.99 of all values, the small ones are lost.</summary>
    [Fact]
    public void OfTheBulkSmallValuesSurviveBesideLargeOnes()
    {
        double[] values = [.. Noise(4000).Select((value, i) => i % 200 == 0 ? 100 : value)];
        var payload = Payload(ElementType.Float, values);
        SmallValuesR2(R2Measure.All).ShouldBeLessThan(0);
        SmallValuesR2(R2Measure.Bulk).ShouldBeGreaterThan(0.98);

        double SmallValuesR2(R2Measure of)
        {
            var stack = new StackSpec("quantize", [new QuantizeSpec.ToR2(0.99, new("compress.yml")) { Of = of }], new("compress.yml"));
            var encoded = Encode(payload, ElementType.Float, [40, 100], stack);
            var decoded = Values(ElementType.Float, Decode(encoded, ElementType.Float, [40, 100], payload.Length));
            return PlainR2.Of([.. values.Where((_, i) => i % 200 != 0)], [.. decoded.Where((_, i) => i % 200 != 0)]);
        }
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public void ValuesThatNoStackCanCodeAreKeptToTheBit(string name)
    {
        var stack = SampleStacks.Named(name);
        foreach (var type in _types)
        {
            foreach (var special in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
            {
                var values = Noise(96);
                values[50] = special;
                var payload = Payload(type, values);
                var encoded = Encode(payload, type, [8, 12], stack);
                encoded.KeptBecause.ShouldBe("contains NaN or infinity");
                Decode(encoded, type, [8, 12], payload.Length).ShouldBe(payload);
            }
        }
    }

    // The payload of a NaN carries bits that a conversion to double and back may change.
    [Fact]
    public void SignallingNaNsKeepTheirBits()
    {
        byte[] payload = [.. Enumerable.Repeat(new byte[] { 0x01, 0x00, 0x80, 0x7F }, 32).SelectMany(b => b)];
        var encoded = Encode(payload, ElementType.Float, [32], SampleStacks.Named("quantized"));
        Decode(encoded, ElementType.Float, [32], payload.Length).ShouldBe(payload);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public void ConstantWeightsAreKept(string name)
    {
        foreach (var value in new[] { 0.0, 0.5, -3.0 })
        {
            var payload = Payload(ElementType.Float, [.. Enumerable.Repeat(value, 512)]);
            var encoded = Encode(payload, ElementType.Float, [16, 32], SampleStacks.Named(name));
            var decoded = Decode(encoded, ElementType.Float, [16, 32], payload.Length);
            encoded.KeptBecause.ShouldBe("few distinct values, like a mask");
            decoded.ShouldBe(payload);
        }
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public void WeightsWithoutElementsAreKept(string name)
    {
        foreach (var shape in new long[][] { [0], [0, 5], [5, 0], [2, 0, 3] })
        {
            var encoded = Encode([], ElementType.Float, shape, SampleStacks.Named(name));
            encoded.KeptBecause.ShouldBe("has no elements");
            Decode(encoded, ElementType.Float, shape, 0).ShouldBeEmpty();
        }
    }

    // bfloat16 has 8 significant bits: a relative error of 2⁻⁹ at most, so rounding alone leaves 1 − R² near 2⁻¹⁸/3 ≈ 1.3e-6, just below the target's
    // 1e-5.
    [Theory]
    [InlineData("Float16", 0.999999)]
    [InlineData("BFloat16", 0.99999)]
    public void AResidualReachesItsTargetOnHalfPrecisionOrTheWeightIsKept(string typeName, double target)
    {
        var type = Enum.Parse<ElementType>(typeName);
        var stack = Inline(FormattableString.Invariant($"gaussian: {{ components: 2 }}, residual: {{ r2: {target} }}"));
        var payload = Payload(type, Noise(1024));
        var encoded = Encode(payload, type, [16, 64], stack);
        var decoded = Decode(encoded, type, [16, 64], payload.Length);
        PlainR2.Of(Values(type, payload), Values(type, decoded)).ShouldBeGreaterThanOrEqualTo(target);
    }

    [Fact]
    public void ATargetThatCannotBeMetKeepsTheWeightAndSaysWhy()
    {
        // A hundredth of a bit for each of eight values is not even one byte.
        var payload = Payload(ElementType.Float, Noise(8));
        var encoded = Encode(payload, ElementType.Float, [8], Inline("quantize: { bits: 0.01 }"));
        encoded.KeptBecause!.ShouldStartWith("target not met: ");
        Decode(encoded, ElementType.Float, [8], payload.Length).ShouldBe(payload);
    }

    // 64 Gaussians of three parameters for every block of eight columns, twice: 24 · 24 parameters a value.
    [Fact]
    public void AStackThatOnlyExpandsIsGivenUp()
    {
        var payload = Payload(ElementType.Float, Noise(64));
        var encoded = Encode(payload, ElementType.Float, [8, 8],
            Inline("gaussian: { components: 64, block: 8 }, gaussian: { components: 64, block: 8 }"));
        encoded.KeptBecause.ShouldBe("target not met: a parameter matrix of 192 × 192 is too large for 64 values");
        Decode(encoded, ElementType.Float, [8, 8], payload.Length).ShouldBe(payload);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public void ThreadsDoNotChangeAChunk(string name)
    {
        var payload = Payload(ElementType.Float, Noise(48 * 80));
        var one = WeightEncoder.Encode(payload, ElementType.Float, [48, 80], SampleStacks.Named(name), 1, CancellationToken.None);
        var four = WeightEncoder.Encode(payload, ElementType.Float, [48, 80], SampleStacks.Named(name), 4, CancellationToken.None);
        four.Chunk.ShouldBe(one.Chunk);
        four.Levels.ShouldBe(one.Levels);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public void ADamagedChunkIsRefusedOrDecodesToSomething(string name)
    {
        var payload = Payload(ElementType.Float, Noise(24 * 20));
        var chunk = Encode(payload, ElementType.Float, [24, 20], SampleStacks.Named(name)).Chunk;
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            byte[] damaged = i < 40 ? chunk[..random.Next(chunk.Length)] : [.. chunk];
            if (i >= 40)
                damaged[random.Next(Math.Min(damaged.Length, i < 120 ? 32 : damaged.Length))] ^= (byte)(1 << random.Next(8));
            try
            {
                WeightDecoder.Decode(damaged, ElementType.Float, [24, 20], new byte[payload.Length]);
            }
            catch (InvalidDataException)
            {
                // The only exception that the artifact's reader turns into a diagnostic.
            }
        }
    }

    [Fact]
    public void ALargeDoubleLeavesNoStackWithoutADefinedResult()
    {
        foreach (var name in SampleStacks.Names)
        {
            var values = Noise(64);
            values[7] = 1e300;
            var payload = Payload(ElementType.Double, values);
            var encoded = Encode(payload, ElementType.Double, [8, 8], SampleStacks.Named(name));
            var decoded = Decode(encoded, ElementType.Double, [8, 8], payload.Length);
            if (encoded.KeptBecause is not null)
                decoded.ShouldBe(payload, name);
        }
    }

    private static StackSpec Inline(string stages) =>
        CompressionSpec.Parse($"models: [ m ]\nstacks: {{ s: [ {stages} ] }}", "compress.yml").Stacks[0];

    private static EncodedWeight Encode(byte[] payload, ElementType type, long[] shape, StackSpec stack) =>
        WeightEncoder.Encode(payload, type, shape, stack, threads: 1, CancellationToken.None);

    private static byte[] Decode(EncodedWeight encoded, ElementType type, long[] shape, int length)
    {
        var payload = new byte[length];
        payload.AsSpan().Fill(0xAA);
        WeightDecoder.Decode(encoded.Chunk, type, shape, payload);
        return payload;
    }

    private static double[] Noise(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count)
            .Select(i => ((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 0.2) + (0.1 * Math.Cos(i / 5.0)))];
    }

    private static byte[] Payload(ElementType type, double[] values)
    {
        var payload = new byte[values.Length * type.BitsPerElement() / 8];
        ElementConversion.WriteValues(type, values, payload);
        return payload;
    }

    private static double[] Values(ElementType type, byte[] payload)
    {
        var values = new double[payload.Length * 8 / type.BitsPerElement()];
        ElementConversion.ReadValues(type, payload, values);
        return values;
    }
}
