using CompressTasks.Coding.Quantization;
using CompressTasks.Coding.Quantization.Feedback;
using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Coding.Quantization;

public sealed class QuantizerTests
{
    public static TheoryData<string, int> Distributions()
    {
        var data = new TheoryData<string, int>();
        foreach (var name in Samples.Names)
        {
            foreach (var count in new[] { 1, 2, 100, 70_000 })
                data.Add(name, count);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Distributions))]
    public void DecodedValuesAreMultiplesOfHalfTheStep(string name, int count)
    {
        var values = Samples.Of(name, count);
        var step = Math.ScaleB(1, Math.ILogB(Math.Max(values.Max(Math.Abs), 1e-300)) - 10);

        var decoded = RoundTrip(values, QuantizeTarget.Step(step), NumericFormat.Float64, out var result);

        result.Step.ShouldBe(step);
        result.Error.Residual.ShouldBe(Residual(values, decoded), (1e-9 * Residual(values, decoded)) + 1e-300);
        // The mean is a multiple of a power of two, as the step is here.
        decoded.ShouldAllBe(value => Math.Round(value / (step / 8)) == value / (step / 8));
        // One quantizer alone errs by half its step at most; the worth of bits, λ = 0.3 Δ², can make up for 64 of them.
        decoded.Zip(values, (d, v) => Math.Abs(d - v)).Max().ShouldBeLessThan(2.5 * step);
    }

    [Theory]
    [InlineData("gaussian", 0.9)]
    [InlineData("gaussian", 0.99)]
    [InlineData("gaussian", 0.99999)]
    [InlineData("laplace", 0.5)]
    [InlineData("laplace", 0.99)]
    [InlineData("student", 0.9)]
    [InlineData("student", 0.999)]
    [InlineData("sparse", 0.99)]
    [InlineData("subnormal", 0.9)]
    [InlineData("shifted", 0.99)]
    [InlineData("ramp", 0.99)]
    public void R2TargetIsMetFromAboveAndWithin2In10000(string name, double target)
    {
        var values = Samples.Of(name, 20_000);

        var decoded = RoundTrip(values, QuantizeTarget.R2(target), NumericFormat.Float32, out var result);

        var mean = values.Average();
        var r2 = 1 - (Residual(values, decoded) / values.Sum(v => (v - mean) * (v - mean)));
        r2.ShouldBeInRange(target - 1e-12, target + 0.0002);
        result.Error.R2.ShouldBe(r2, 1e-9);
    }

    [Theory]
    [InlineData("outlier")]
    [InlineData("alternating")]
    public void R2TargetIsExceededWhenTheErrorJumps(string name)
    {
        // The outlier carries all variance: one index of it is right, the next too coarse. Alternating values are met at once.
        RoundTrip(Samples.Of(name, 5_000), QuantizeTarget.R2(0.99), NumericFormat.Float32, out var result);

        result.Error.R2.ShouldBeGreaterThanOrEqualTo(0.99);
    }

    [Theory]
    [InlineData((int)NumericFormat.Float32)]
    [InlineData((int)NumericFormat.Float16)]
    [InlineData((int)NumericFormat.BFloat16)]
    [InlineData((int)NumericFormat.Float64)]
    public void ErrorIsMeasuredAfterRoundingToTheFormat(int number)
    {
        var format = (NumericFormat)number;
        var values = Samples.Of("gaussian", 5_000).Select(v => format.Round(v)).ToArray();

        var decoded = RoundTrip(values, QuantizeTarget.R2(0.9999), format, out var result);

        decoded.ShouldAllBe(v => format.Round(v) == v);
        result.Error.Residual.ShouldBe(Residual(values, decoded), 1e-9 * Residual(values, decoded));
        result.Error.R2.ShouldBeInRange(0.9999, 0.99991);
    }

    [Theory]
    [InlineData("gaussian", 0.9, 0.96)]
    [InlineData("gaussian", 0.99, 0.96)]
    [InlineData("gaussian", 0.9999, 0.985)]
    [InlineData("laplace", 0.99, 0.97)]
    [InlineData("student", 0.9, 0.95)]
    [InlineData("sparse", 0.99, 1.02)]
    [InlineData("shifted", 0.99, 0.96)]
    public void ChunkIsAShareOfTheOrder0EntropyOfAUniformQuantizerOfTheSameError(string name, double target, double share)
    {
        var values = Samples.Of(name, 200_000);

        var bits = 8.0 * Quantizer.Encode(values, [], QuantizeTarget.R2(target), NumericFormat.Float32).Chunk!.Length / values.Length;

        bits.ShouldBeLessThan(share * UniformEntropy(values, target));
    }

    [Theory]
    [InlineData("rows", 0.6)]
    [InlineData("columns", 0.5)]
    [InlineData("scales", 0.7)]
    [InlineData("smooth", 0.5)]
    public void StructureOfATensorMakesTheChunkSmaller(string name, double share)
    {
        var values = Samples.Tensor(name, 40, 50, 60);

        var flat = Quantizer.Encode(values, [], QuantizeTarget.R2(0.99), NumericFormat.Float32).Chunk!.Length;
        var shaped = Quantizer.Encode(values, [40, 50, 60], QuantizeTarget.R2(0.99), NumericFormat.Float32).Chunk!.Length;

        shaped.ShouldBeLessThan((int)(share * flat));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void QuantizingStopsWithinAWeight(bool byRows)
    {
        var feedback = byRows ? new ErrorFeedback(RowCouplings.Of(20, 20, [[new double[400]]]), 30) : null;
        Should.Throw<OperationCanceledException>(() => Quantizer.Encode(Samples.Of("gaussian", 600), [20, 30], QuantizeTarget.Step(0.1),
            NumericFormat.Float32, feedback: feedback, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void IndicesOfAConstantCostAlmostNothing()
    {
        var result = Quantizer.Encode(Samples.Of("constant", 1_000_000), [], QuantizeTarget.Step(0.001), NumericFormat.Float32);

        // Four streams: 32 bytes of state each, and 0.003 bits of the models' floor for each of a million zeros.
        result.Chunk!.Length.ShouldBeLessThan(600);
    }

    [Fact]
    public void SmallTensorsDoNotPayForTables()
    {
        // 9 bytes of method and step, 2 of class and flags, 1 of length: 12; 4 that the coder ends with; and at most 6 bits for each of the 16
        // values.
        var result = Quantizer.Encode(Samples.Of("gaussian", 16), [], QuantizeTarget.R2(0.99), NumericFormat.Float32);

        result.Chunk!.Length.ShouldBeLessThanOrEqualTo(12 + 4 + 12);
    }

    [Fact]
    public void HugeIndicesSurvive()
    {
        double[] values = [0, 1, -1, (1 << 30) - 1, -((1 << 30) - 1), 12_345_678, -987_654_321, 31, -32, 33];

        var decoded = RoundTrip(values, QuantizeTarget.Step(2), NumericFormat.Float64, out _);

        decoded.Zip(values, (d, v) => Math.Abs(d - v)).Max().ShouldBeLessThan(4);
    }

    [Fact]
    public void IndicesBeyondTheBoundAreRefusedWithTheReason() =>
        Quantizer.Encode([0, -(1L << 31), 1L << 31], [], QuantizeTarget.Step(2), NumericFormat.Float64).Reason!.ShouldContain("2^31 levels");

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void ValueThatIsNotFiniteIsRefusedWithItsPlace(double bad)
    {
        var result = Quantizer.Encode([0, 1, bad, 3], [], QuantizeTarget.R2(0.9), NumericFormat.Float32);

        result.IsMet.ShouldBeFalse();
        result.Reason!.ShouldContain("value 2");
    }

    [Theory]
    [InlineData("constant", 1_000)]
    [InlineData("zeros", 1_000)]
    [InlineData("gaussian", 1)]
    public void R2OfEqualValuesIsRefused(string name, int count) =>
        Quantizer.Encode(Samples.Of(name, count), [], QuantizeTarget.R2(0.9), NumericFormat.Float32).Reason!.ShouldContain("all values are equal");

    [Fact]
    public void R2BeyondWhatTheFormatCanHoldIsRefused()
    {
        // bfloat16 has 8 significant bits: its error on these doubles is about 2^-9 relative, R² near 1 − 10^-6.
        var values = Samples.Of("gaussian", 1_000);

        var result = Quantizer.Encode(values, [], QuantizeTarget.R2(0.999_999_999), NumericFormat.BFloat16);

        result.Reason!.ShouldContain("rounded to the weight's format");
    }

    [Fact]
    public void SumsBeyondTheRangeOfDoublesAreRefused() =>
        Quantizer.Encode([1e200, -1e200], [], QuantizeTarget.R2(0.9), NumericFormat.Float64).Reason!.ShouldContain("too large");

    [Fact]
    public void NoValuesAreCodedAsNone()
    {
        RoundTrip([], QuantizeTarget.R2(0.9), NumericFormat.Float32, out var result).ShouldBeEmpty();

        result.Error.R2.ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2.5)]
    [InlineData(6)]
    public void BitsTargetIsMetByTheBytesOfTheChunk(double bits)
    {
        var values = Samples.Of("gaussian", 30_000);

        var result = Quantizer.Encode(values, [], QuantizeTarget.Bits(bits), NumericFormat.Float32);

        (result.Chunk!.Length * 8.0 / values.Length).ShouldBeInRange(bits - 0.01, bits);
    }

    [Fact]
    public void MoreBitsThanTheFinestStepNeedsGiveTheFinestStep()
    {
        var values = Samples.Of("ramp", 5_000);

        var decoded = RoundTrip(values, QuantizeTarget.Bits(64), NumericFormat.Float32, out var result);

        // 2^31 levels of each quantizer over at most ±1249.75.
        result.Step.ShouldBeInRange(1e-9, 1.001 * 1249.75 / (1 << 30));
        decoded.Zip(values, (d, v) => Math.Abs(d - v)).Max().ShouldBeLessThan(2.5 * result.Step);
    }

    [Fact]
    public void BitsThatNoChunkFitsIntoAreRefused() =>
        Quantizer.Encode(Samples.Of("gaussian", 8), [], QuantizeTarget.Bits(4), NumericFormat.Float32).IsMet.ShouldBeFalse();

    [Fact]
    public void PredictionIsAddedBackBeforeTheErrorIsMeasured()
    {
        var values = Samples.Of("gaussian", 10_000);
        var random = new Random(5);
        var prediction = values.Select(v => v + (Samples.Gaussian(random) * 0.001)).ToArray();
        const double allowed = 10_000 * 1e-8;

        var result = Quantizer.Encode(values, [], QuantizeTarget.SquaredError(allowed), NumericFormat.Float32, prediction);
        QuantizedChunk.Decode(result.Chunk, prediction, [], NumericFormat.Float32, prediction);

        Residual(values, prediction).ShouldBeInRange(0.998 * allowed, allowed);
        result.Error.Residual.ShouldBe(Residual(values, prediction), 1e-15);
    }

    [Fact]
    public void PredictionThatIsGoodEnoughLeavesOnlyZeros()
    {
        var values = Samples.Of("gaussian", 10_000);
        var prediction = values.Select(v => v + 1e-9).ToArray();

        var result = Quantizer.Encode(values, [], QuantizeTarget.SquaredError(1), NumericFormat.Float32, prediction);

        result.Chunk!.Length.ShouldBeLessThan(64);
    }

    [Fact]
    public void ExactPredictionMeetsATargetOfZero()
    {
        var values = Samples.Of("student", 100);

        Quantizer.Encode(values, [], QuantizeTarget.SquaredError(0), NumericFormat.Float32, values).Error.Residual.ShouldBe(0);
    }

    [Fact]
    public void TargetsThatMeanNothingAreRefused()
    {
        foreach (var r2 in new[] { 0, 1, -0.5, 2, double.NaN, -double.NaN })
            Should.Throw<ArgumentOutOfRangeException>(() => QuantizeTarget.R2(r2));
        foreach (var step in new[] { 0, -1, double.NaN, -double.NaN, double.PositiveInfinity })
            Should.Throw<ArgumentOutOfRangeException>(() => QuantizeTarget.Step(step));
        foreach (var bits in new[] { 0, -1, double.NaN, -double.NaN })
            Should.Throw<ArgumentOutOfRangeException>(() => QuantizeTarget.Bits(bits));
        foreach (var error in new[] { -1, double.NaN, -double.NaN })
            Should.Throw<ArgumentOutOfRangeException>(() => QuantizeTarget.SquaredError(error));
    }

    [Fact]
    public void SameValuesGiveTheSameBytes()
    {
        var values = Samples.Of("student", 100_000);

        Quantizer.Encode(values, [], QuantizeTarget.R2(0.99), NumericFormat.Float32).Chunk
            .ShouldBe(Quantizer.Encode(values, [], QuantizeTarget.R2(0.99), NumericFormat.Float32).Chunk);
    }

    [Fact]
    public void DamagedChunksAreRefusedOrDecodeToWrongValues()
    {
        var chunk = Quantizer.Encode(Samples.Of("student", 3_000), [], QuantizeTarget.R2(0.99), NumericFormat.Float32).Chunk!;

        Damage.Everywhere(chunk, damaged => QuantizedChunk.Decode(damaged, new double[3_000], [30, 100], NumericFormat.Float32));
    }

    private static double[] RoundTrip(double[] values, QuantizeTarget target, NumericFormat format, out QuantizeResult result)
    {
        result = Quantizer.Encode(values, [], target, format);
        result.Reason.ShouldBeNull();
        var decoded = new double[values.Length];
        QuantizedChunk.Decode(result.Chunk, decoded, [], format);
        return decoded;
    }

    /// <summary>The entropy of the nearest multiples of the step that has the error of an R², by bisection.</summary>
    private static double UniformEntropy(double[] values, double r2)
    {
        var mean = values.Average();
        var allowed = (1 - r2) * values.Sum(v => (v - mean) * (v - mean));
        var (low, high) = (0.0, 20 * Math.Sqrt(allowed / values.Length));
        for (var round = 0; round < 40; round++)
        {
            var middle = (low + high) / 2;
            if (Residual(values, [.. values.Select(v => Math.Round(v / middle) * middle)]) <= allowed)
                low = middle;
            else
                high = middle;
        }

        return Samples.Entropy([.. values.Select(v => Math.Round(v / low))]);
    }

    private static double Residual(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();
}
