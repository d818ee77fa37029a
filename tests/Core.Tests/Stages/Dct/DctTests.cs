using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Numerics.Fourier;
using CompressTasks.Stages;
using CompressTasks.Stages.Dct;

namespace CompressTasks.Core.Tests.Stages.Dct;

public class DctTests
{
    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 41), 100, 257, 1000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void TheTransformIsOrthonormalAndInvertsForEveryLength(int length)
    {
        var transform = new DctTransform(length);
        var signal = BasisMatrices.Random(1, length).Values;
        double[] coefficients = [.. signal];
        transform.Forward(coefficients);
        BasisMatrices.SumOfSquares(coefficients).ShouldBe(BasisMatrices.SumOfSquares(signal), 1e-13 * (length + 1));
        transform.Inverse(coefficients);
        BasisMatrices.LargestDifference(new(1, length, coefficients), new(1, length, signal)).ShouldBeLessThan(1e-13);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void CoefficientsAreThoseOfThePlainFormula(int length)
    {
        var signal = BasisMatrices.Random(1, length).Values;
        double[] coefficients = [.. signal];
        new DctTransform(length).Forward(coefficients);
        for (var k = 0; k < length; k++)
            coefficients[k].ShouldBe(Enumerable.Range(0, length).Sum(j => signal[j] * Entry(k, j, length)), 1e-12);
    }

    [Theory]
    [InlineData(0.5, 64, 1536)]
    [InlineData(0.25, 32, 768)]
    [InlineData(0.001, 1, 24)]
    public void TheLowestFrequenciesAreKept(double keep, int rows, int parameters)
    {
        var input = BasisMatrices.Random(128, 24);
        var level = BasisMatrices.EncodeOne(new DctStage(keep), input);
        (level.Parameters.Rows, level.Parameters.Columns).ShouldBe((rows, 24));
        level.ParameterCount.ShouldBe(parameters);
        for (var k = 0; k < rows; k++)
            level.Parameters[k, 5].ShouldBe(Enumerable.Range(0, 128).Sum(j => input[j, 5] * Entry(k, j, 128)), 1e-6);
    }

    [Theory]
    [InlineData(30, 0.1, 3)] // 0.1 · 30 is a little more than 3 in binary.
    [InlineData(31, 0.1, 4)]
    [InlineData(10, 1, 10)]
    public void AShareIsRoundedUp(int rows, double keep, int expected) =>
        BasisMatrices.EncodeOne(new DctStage(keep), BasisMatrices.Random(rows, 2)).Parameters.Rows.ShouldBe(expected);

    [Theory]
    [InlineData(nameof(SignalAxis.Columns))]
    [InlineData(nameof(SignalAxis.Rows))]
    public void DroppedFrequenciesAreTheWholeError(string axisName)
    {
        var axis = Enum.Parse<SignalAxis>(axisName);
        var input = BasisMatrices.Random(25, 18);
        var all = BasisMatrices.EncodeOne(new DctStage(1, axis), input);
        BasisMatrices.LargestDifference(all.Decoder.Decode(all.Parameters), input).ShouldBeLessThan(1e-6);

        var half = BasisMatrices.EncodeOne(new DctStage(0.5, axis), input);
        (half.Parameters.Rows, half.Parameters.Columns).ShouldBe(axis == SignalAxis.Columns ? (13, 18) : (25, 9));
        var decoded = BasisMatrices.ThroughChunk(half.Decoder).Decode(half.Parameters);
        var error = BasisMatrices.SumOfSquares(decoded.Values.Zip(input.Values, (a, b) => a - b));
        error.ShouldBe(BasisMatrices.SumOfSquares(all.Parameters.Values) - BasisMatrices.SumOfSquares(half.Parameters.Values), 1e-4);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void SensitivityAlongTheRowsIsThatOfTheBasisSignals(int columns)
    {
        double[] sensitivity = [.. new double[] { 1, 5, 2, 0, 3, 7, 4, 6 }.Take(columns)];
        var level = new DctStage(1, SignalAxis.Rows).Encode(BasisMatrices.Random(3, columns), sensitivity, CancellationToken.None)[0];
        for (var k = 0; k < columns; k++)
        {
            var squares = Enumerable.Range(0, columns).Sum(j => Math.Pow(Entry(k, j, columns) * sensitivity[j], 2));
            level.Sensitivity[k].ShouldBe(Math.Sqrt(squares), 1e-12);
        }
    }

    [Fact]
    public void SensitivityDownTheColumnsIsUnchanged()
    {
        var level = new DctStage(0.5).Encode(BasisMatrices.Random(6, 3), [3, 1, 2], CancellationToken.None)[0];
        level.Sensitivity.ShouldBe([3, 1, 2]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 3)]
    [InlineData(3, 0)]
    [InlineData(1, 1)]
    public void EmptyAndSingleValuesPassUnchanged(int rows, int columns)
    {
        var input = BasisMatrices.Random(rows, columns);
        var level = BasisMatrices.EncodeOne(new DctStage(0.5), input);
        var decoded = BasisMatrices.ThroughChunk(level.Decoder).Decode(level.Parameters);
        BasisMatrices.LargestDifference(decoded, input).ShouldBeLessThan(1e-7);
    }

    [Fact]
    public void DamagedChunksAreRefused()
    {
        byte[][] damaged = [[4], [4, 0], [4, 2, 5], [4, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]];
        foreach (var chunk in damaged)
            Should.Throw<InvalidDataException>(() => StageDecoders.Read(new ChunkReader(chunk)));
    }

    [Fact]
    public void FrequenciesThatDoNotFitTheLengthAreRefused()
    {
        var decoder = new DctDecoder(5, SignalAxis.Columns);
        Should.Throw<InvalidDataException>(() => decoder.Decode(new Matrix(6, 2)));
        Should.Throw<InvalidDataException>(() => decoder.Decode(new Matrix(0, 2)));
        Should.Throw<InvalidDataException>(() => new DctDecoder(1 << 28, SignalAxis.Columns).Decode(new Matrix(1, 1000)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void AShareOutOfRangeIsRefused(double keep) => Should.Throw<ArgumentOutOfRangeException>(() => new DctStage(keep));

    private static double Entry(int k, int j, int n) =>
        Math.Sqrt((k == 0 ? 1.0 : 2.0) / n) * Math.Cos(Math.PI * (((2 * j) + 1) * k % (4 * n)) / (2 * n));
}
