using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Stages;
using CompressTasks.Stages.Haar;

namespace CompressTasks.Core.Tests.Stages.Haar;

public class HaarTests
{
    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 41), 100, 257, 1000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void TheTransformIsOrthonormalAndInvertsForEveryLength(int length)
    {
        var transform = new HaarTransform(length);
        var signal = BasisMatrices.Random(1, length).Values;
        double[] coefficients = [.. signal];
        transform.Forward(coefficients);
        BasisMatrices.SumOfSquares(coefficients).ShouldBe(BasisMatrices.SumOfSquares(signal), 1e-13 * (length + 1));
        transform.Inverse(coefficients);
        BasisMatrices.LargestDifference(new(1, length, coefficients), new(1, length, signal)).ShouldBeLessThan(1e-14);
    }

    /// <summary>A number for each sample, whatever the length: decoding takes memory in proportion to the weight.</summary>
    [Fact]
    public void ALongSignalNeedsOneNumberForEachSample()
    {
        const int Length = (1 << 20) + 1;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var transform = new HaarTransform(Length);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan((sizeof(double) * Length) + 10_000);

        // A constant signal is one coefficient.
        var signal = Enumerable.Repeat(1.0, Length).ToArray();
        transform.Forward(signal);
        signal[0].ShouldBe(Math.Sqrt(Length), 1e-9);
        signal.Skip(1).ShouldAllBe(coefficient => Math.Abs(coefficient) < 1e-9);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    public void PowersOfTwoGiveThePlainHaarMatrix(int length)
    {
        // Row 0 is constant; row 2^s + i is +, − on the i-th of 2^s equal intervals.
        var signal = BasisMatrices.Random(1, length).Values;
        double[] coefficients = [.. signal];
        new HaarTransform(length).Forward(coefficients);
        coefficients[0].ShouldBe(signal.Sum() / Math.Sqrt(length), 1e-14);
        for (var intervals = 1; intervals < length; intervals *= 2)
        {
            var width = length / intervals;
            for (var i = 0; i < intervals; i++)
            {
                var part = signal.Skip(i * width).ToArray();
                var expected = (part.Take(width / 2).Sum() - part.Skip(width / 2).Take(width / 2).Sum()) / Math.Sqrt(width);
                coefficients[intervals + i].ShouldBe(expected, 1e-14);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void AConstantSignalOfAnyLengthIsOneCoefficient(int length)
    {
        double[] signal = [.. Enumerable.Repeat(3.0, length)];
        new HaarTransform(length).Forward(signal);
        signal.Take(1).ShouldAllBe(value => Math.Abs(value - (3 * Math.Sqrt(length))) < 1e-12);
        signal.Skip(1).ShouldAllBe(value => Math.Abs(value) < 1e-13);
    }

    [Fact]
    public void AnOddLastSampleIsCarriedToTheNextApproximation()
    {
        // (1, 3), 5: the pair gives (1 + 3)/√2 and (1 − 3)/√2; then √(2/3), √(1/3) weigh the pair and the single sample.
        double[] signal = [1, 3, 5];
        new HaarTransform(3).Forward(signal);
        signal[0].ShouldBe(9 / Math.Sqrt(3), 1e-14);
        signal[1].ShouldBe((4 / Math.Sqrt(6)) - (5 * Math.Sqrt(2.0 / 3)), 1e-14);
        signal[2].ShouldBe(-2 / Math.Sqrt(2), 1e-14);
    }

    [Theory]
    [InlineData(0.9, 2765)]
    [InlineData(0.75, 2304)]
    [InlineData(0.5, 1536)]
    public void KeptCoefficientsAndABitmapAreCounted(double keep, int kept)
    {
        var level = BasisMatrices.EncodeOne(new HaarStage(keep), BasisMatrices.Random(128, 24));
        level.Parameters.Values.Count(value => value != 0).ShouldBe(kept);
        level.ParameterCount.ShouldBe(kept + (3072 / 32));
        level.Decoder.SideParameterCount.ShouldBe(0);
    }

    [Fact]
    public void ABitmapThatCostsMoreThanTheZerosSaveIsNotCounted() =>
        BasisMatrices.EncodeOne(new HaarStage(0.99), BasisMatrices.Random(128, 24)).ParameterCount.ShouldBe(3072);

    [Fact]
    public void TheLargestCoefficientsOfTheWholeMatrixAreKeptAndTiesAreBrokenByPosition()
    {
        // Pairs down the columns: sums and differences over √2. Column 0: (4, 2), column 1: (2, 2), column 2: (2, 0).
        var input = new Matrix(2, 3, [3, 2, 1, 1, 0, 1]);
        var level = BasisMatrices.EncodeOne(new HaarStage(0.5), input);
        var root = Math.Sqrt(2);
        double[] expected = [4 / root, 2 / root, 2 / root, 0, 0, 0];
        BasisMatrices.LargestDifference(level.Parameters, new(2, 3, expected)).ShouldBeLessThan(1e-6);
    }

    [Theory]
    [InlineData(nameof(SignalAxis.Columns))]
    [InlineData(nameof(SignalAxis.Rows))]
    public void AllCoefficientsReconstructToFloat32Rounding(string axisName)
    {
        var axis = Enum.Parse<SignalAxis>(axisName);
        var input = BasisMatrices.Random(37, 11);
        var level = BasisMatrices.EncodeOne(new HaarStage(1, axis), input);
        var decoded = BasisMatrices.ThroughChunk(level.Decoder).Decode(level.Parameters);
        BasisMatrices.LargestDifference(decoded, input).ShouldBeLessThan(1e-6);
        decoded.Values.ShouldBe(level.Decoder.Decode(level.Parameters).Values);
    }

    [Fact]
    public void TheAxisSaysWhatASignalIs()
    {
        var input = BasisMatrices.Random(6, 9);
        var down = BasisMatrices.EncodeOne(new HaarStage(0.5), input).Parameters;
        var along = BasisMatrices.EncodeOne(new HaarStage(1, SignalAxis.Rows), input.Transpose()).Parameters;
        var all = BasisMatrices.EncodeOne(new HaarStage(1), input).Parameters;
        along.Transpose().Values.ShouldBe(all.Values);
        down.Values.Zip(all.Values).ShouldAllBe(pair => pair.First == 0 || pair.First == pair.Second);
    }

    [Fact]
    public void SensitivityAlongTheRowsIsThatOfTheBasisSignals()
    {
        double[] sensitivity = [1, 5, 2, 0, 3, 7, 4];
        var level = new HaarStage(1, SignalAxis.Rows).Encode(BasisMatrices.Random(3, 7), sensitivity, CancellationToken.None)[0];
        for (var k = 0; k < 7; k++)
        {
            var basis = level.Decoder.Decode(new Matrix(1, 7) { [0, k] = 1 }).Values;
            level.Sensitivity[k].ShouldBe(Math.Sqrt(BasisMatrices.SumOfSquares(basis.Zip(sensitivity, (b, s) => b * s))), 1e-13);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 3)]
    [InlineData(3, 0)]
    [InlineData(1, 1)]
    public void EmptyAndSingleValuesPassUnchanged(int rows, int columns)
    {
        var input = BasisMatrices.Random(rows, columns);
        var level = BasisMatrices.EncodeOne(new HaarStage(0.5), input);
        level.Decoder.Decode(level.Parameters).Values.ShouldBe(input.Values);
    }

    [Fact]
    public void DamagedChunksAreRefused()
    {
        Should.Throw<InvalidDataException>(() => StageDecoders.Read(new ChunkReader(new byte[] { 3 })));
        Should.Throw<InvalidDataException>(() => StageDecoders.Read(new ChunkReader(new byte[] { 3, 2 })));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void AShareOutOfRangeIsRefused(double keep) => Should.Throw<ArgumentOutOfRangeException>(() => new HaarStage(keep));
}
