using CompressTasks.Coding.Quantization;
using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Coding;

/// <summary>What holds for any shape and any distribution.</summary>
[Trait("Speed", "Slow")]
public sealed class QuantizerPropertyTests
{
    private static readonly NumericFormat[] _formats = [NumericFormat.Float32, NumericFormat.Float16, NumericFormat.BFloat16, NumericFormat.Float64];

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void DecodedErrorIsTheMeasuredOneAndMeetsTheTarget(int seed)
    {
        var random = new Random(seed);
        var name = Samples.Names[seed % Samples.Names.Length];
        var shape = Shape(random);
        var format = name is "outlier" or "subnormal" ? NumericFormat.Float32 : _formats[random.Next(4)];
        var values = Samples.Of(name, (int)shape.Aggregate((a, b) => a * b), seed).Select(v => format.Round(v)).ToArray();
        var allowed = Math.Pow(10, -random.Next(1, 5)) * values.Sum(v => v * v);

        var result = Quantizer.Encode(values, shape, QuantizeTarget.SquaredError(allowed), format);
        var decoded = new double[values.Length];
        QuantizedChunk.Decode(result.Chunk, decoded, shape, format);

        decoded.ShouldAllBe(v => format.Round(v) == v);
        result.Error.Residual.ShouldBe(SquaredError.Between(values, decoded).Residual);
        result.Error.Residual.ShouldBeLessThanOrEqualTo(allowed);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ChunkHasAtMostTheBitsThatWereAskedFor(int seed)
    {
        var random = new Random(seed);
        var shape = Shape(random);
        var values = Samples.Of(Samples.Names[seed % Samples.Names.Length], (int)shape.Aggregate((a, b) => a * b), seed);
        var bits = 1 + (6 * random.NextDouble()) + (500.0 / values.Length);

        var result = Quantizer.Encode(values, shape, QuantizeTarget.Bits(bits), NumericFormat.Float32);

        (8.0 * result.Chunk!.Length).ShouldBeLessThanOrEqualTo(bits * values.Length);
    }

    [Theory]
    [InlineData("gaussian", 1, 30_000)]
    [InlineData("gaussian", 30_000, 1)]
    [InlineData("laplace", 3, 10_000)]
    [InlineData("student", 100, 300)]
    [InlineData("outlier", 300, 100)]
    [InlineData("sparse", 2, 3, 5, 7, 11, 13)]
    public void R2IsMetFromAboveForAnyShape(string name, params int[] shape)
    {
        var values = Samples.Of(name, shape.Aggregate((a, b) => a * b));

        foreach (var target in new[] { 0.9, 0.99, 0.999 })
        {
            var error = Quantizer.Encode(values, [.. shape.Select(length => (long)length)], QuantizeTarget.R2(target), NumericFormat.Float32).Error;

            error.R2.ShouldBeInRange(target, name == "outlier" ? 1 : target + 0.0002);
        }
    }

    public static TheoryData<string, double> SmallWeights()
    {
        var data = new TheoryData<string, double>();
        foreach (var name in new[] { "gaussian", "laplace", "student", "sparse", "shifted" })
        {
            foreach (var target in new[] { 0.9, 0.95, 0.99 })
                data.Add(name, target);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(SmallWeights))]
    public void SmallWeightsMeetR2FromJustAbove(string name, double target)
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var count = 1_000 + (40 * new Random(seed).Next(26));
            long[] shape = seed % 2 == 0 ? [count] : [count / 40, 10, 4];

            var error = Quantizer.Encode(Samples.Of(name, count, seed), shape, QuantizeTarget.R2(target), NumericFormat.Float32).Error;

            error.R2.ShouldBeInRange(target, target + 0.0002, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.95)]
    public void FewValuesThatCarryTheVarianceMeetR2FromJustAbove(double target)
    {
        // As a layer of Silero VAD has it: four values of 24,576 make up 95 % of the sum of squares.
        var values = Samples.Of("gaussian", 24_576).Select(v => v * 5).ToArray();
        (values[100], values[5_000], values[9_000], values[20_000]) = (54.88, 13.26, -12.50, 8.09);

        var error = Quantizer.Encode(values, [128, 64, 3], QuantizeTarget.R2(target), NumericFormat.Float32).Error;

        error.R2.ShouldBeInRange(target, target + 0.0002);
    }

    [Theory]
    [InlineData("gaussian", 2)]
    [InlineData("laplace", 2)]
    [InlineData("student", 3.3)]
    public void SmallWeightsUseTheBitsThatTheyMayHave(string name, double bits)
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var values = Samples.Of(name, 1_000 + (40 * new Random(seed).Next(26)), seed);

            var chunk = Quantizer.Encode(values, [values.Length], QuantizeTarget.Bits(bits), NumericFormat.Float32).Chunk!;

            // A stream grows by words of four bytes: there is no room for another.
            ((bits * values.Length / 8) - chunk.Length).ShouldBeInRange(0, 4, $"seed {seed}");
        }
    }

    [Fact]
    public void ShapeThatDoesNotFitTheValuesIsTakenForAVector()
    {
        var values = Samples.Of("gaussian", 1_000);

        Quantizer.Encode(values, [7, 9], QuantizeTarget.R2(0.9), NumericFormat.Float32).Chunk
            .ShouldBe(Quantizer.Encode(values, [1_000], QuantizeTarget.R2(0.9), NumericFormat.Float32).Chunk);
    }

    private static long[] Shape(Random random) => random.Next(6) switch
    {
        0 => [1],
        1 => [random.Next(1, 20_000)],
        2 => [random.Next(1, 200), 1],
        3 => [1, random.Next(1, 200)],
        4 => [random.Next(1, 200), random.Next(1, 200)],
        _ => [random.Next(1, 40), random.Next(1, 40), random.Next(1, 6), random.Next(1, 6)],
    };
}
