using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Stages;
using CompressTasks.Stages.Pca;

namespace CompressTasks.Core.Tests.Stages.Pca;

public class PcaStageTests
{
    private static readonly PcaOptions _two = new() { Components = 2, Weighting = PcaWeighting.None };

    [Theory]
    [InlineData(2, 328)]
    [InlineData(6, 936)]
    [InlineData(12, 1848)]
    public void ParameterCountsAreThoseOfPaper58(int components, long expected)
    {
        var level = Encode(BasisMatrices.Random(128, 24), _two with { Components = components });
        level.ParameterCount.ShouldBe(expected);
    }

    [Theory]
    [InlineData(0.5, 12)]
    [InlineData(0.25, 6)]
    [InlineData(0.1, 2)]
    [InlineData(0.01, 1)]
    [InlineData(1, 24)]
    public void KeepIsAShareOfTheColumnsRoundedToNearestAndAtLeastOne(double keep, int expected) =>
        Encode(BasisMatrices.Random(128, 24), new() { Keep = keep }).Parameters.Columns.ShouldBe(expected);

    [Fact]
    public void MoreComponentsThanColumnsAreAllOfThem() =>
        Encode(BasisMatrices.Random(128, 24), _two with { Components = 100 }).Parameters.Columns.ShouldBe(24);

    [Fact]
    public void VariancePicksTheFewestComponentsThatReachIt()
    {
        var input = BasisMatrices.Make(200, 10, 3, (_, j) => 1.0 / (1 + j));
        var (eigenvalues, _) = DecimalEigenvalues.OfScatter(input);
        var total = eigenvalues.Sum();
        var expected = Enumerable.Range(1, 10).First(n => eigenvalues.Take(n).Sum() >= 0.95 * total);
        expected.ShouldBeInRange(2, 9);
        Encode(input, new() { Variance = 0.95, Weighting = PcaWeighting.None }).Parameters.Columns.ShouldBe(expected);
    }

    [Theory]
    [InlineData(nameof(PcaWeighting.None), 40, 8)]
    [InlineData(nameof(PcaWeighting.Jacobian), 40, 8)]
    [InlineData(nameof(PcaWeighting.None), 6, 50)]
    [InlineData(nameof(PcaWeighting.Jacobian), 6, 50)]
    public void AllComponentsReconstructToFloat32Rounding(string weightingName, int rows, int columns)
    {
        var weighting = Enum.Parse<PcaWeighting>(weightingName);
        var input = BasisMatrices.Random(rows, columns);
        double[] sensitivity = [.. Enumerable.Range(0, columns).Select(j => Math.Pow(10, (j % 5) - 2))];
        var level = new PcaStage(new() { Keep = 1, Weighting = weighting }).Encode(input, sensitivity, CancellationToken.None)[0];

        // Scores up to √columns · 1, each rounded by 2^-24 of itself; in weighted space that is an error of the same size, divided by the
        // sensitivity.
        var decoded = level.Decoder.Decode(level.Parameters);
        for (var j = 0; j < columns; j++)
        {
            var unit = weighting == PcaWeighting.None ? 1 : sensitivity.Max() / sensitivity[j];
            for (var i = 0; i < rows; i++)
                decoded[i, j].ShouldBe(input[i, j], 4e-7 * Math.Sqrt(columns) * unit);
        }
    }

    [Fact]
    public void DroppedVarianceIsWhatR2Lacks()
    {
        // Rank 2 with unit noise: the error of two components is the sum of the eigenvalues that were dropped.
        var signal = BasisMatrices.Product(BasisMatrices.Random(128, 2, 1), BasisMatrices.Make(2, 24, 2, (i, _) => i == 0 ? 10 : 5));
        var input = BasisMatrices.Sum(signal, BasisMatrices.Make(128, 24, 3, (_, _) => 0.3)).RoundToSingle();
        var (eigenvalues, _) = DecimalEigenvalues.OfScatter(input);
        var level = Encode(input, _two);
        var decoded = level.Decoder.Decode(level.Parameters);
        SquaredError.Between(input.Values, decoded.Values).Residual.ShouldBe(eigenvalues.Skip(2).Sum(), 1e-6 * eigenvalues[0]);
        level.ParameterCount.ShouldBe(328);
    }

    [Fact]
    public void ScoresAreTheLeastSquaresProjectionOntoTheRoundedBasis()
    {
        // A large common offset makes the float32 mean wrong by up to 2^-24 · 1000: far more than the rounding of the scores, and projected away.
        var input = BasisMatrices.Make(50, 3, 4, (_, _) => 1e-3);
        for (var i = 0; i < input.Values.Length; i++)
            input.Values[i] += 1000.1;
        var level = Encode(input, _two with { Components = 3 });
        BasisMatrices.LargestDifference(level.Decoder.Decode(level.Parameters), input).ShouldBeLessThan(1e-9);
    }

    [Theory]
    [InlineData(nameof(PcaWeighting.None))]
    [InlineData(nameof(PcaWeighting.Jacobian))]
    public void RoundingOfTheBasisIsNotASystematicErrorOfTheScores(string weighting)
    {
        // A basis vector that rounding left 1e-8 too long makes every decoded row too long, unless its scores are that much shorter. Rounding the
        // scores themselves errs at random by up to 3e-8 of each, and by its mean over 20,000 rows 3e-10.
        var input = BasisMatrices.Make(20000, 5, 6, (_, j) => 1 + j);
        double[] sensitivity = [3, 1, 0.7, 0.1, 2];
        var stage = new PcaStage(new() { Components = 3, Weighting = Enum.Parse<PcaWeighting>(weighting) });
        var level = stage.Encode(input, sensitivity, CancellationToken.None)[0];
        var mean = level.Decoder.Decode(new Matrix(1, 3)).Values;
        var decoded = level.Decoder.Decode(level.Parameters);
        var (along, total) = (0.0, 0.0);
        for (var i = 0; i < input.Rows; i++)
        {
            for (var j = 0; j < input.Columns; j++)
            {
                var weight = weighting == nameof(PcaWeighting.None) ? 1 : sensitivity[j] * sensitivity[j];
                along += weight * (input[i, j] - decoded[i, j]) * (decoded[i, j] - mean[j]);
                total += weight * (decoded[i, j] - mean[j]) * (decoded[i, j] - mean[j]);
            }
        }

        (along / total).ShouldBe(0, 1e-9);
    }

    [Fact]
    public void JacobianWeightingSpendsTheErrorWhereSensitivityIsLeast()
    {
        // Two independent columns, the first of ten times the spread and a hundredth of the effect: one component goes to the second.
        var input = new Matrix(4, 2, [10, 1, -10, 1, 10, -1, -10, -1]);
        double[] sensitivity = [0.01, 1];
        var weighted = new PcaStage(new() { Components = 1 }).Encode(input, sensitivity, CancellationToken.None)[0];
        weighted.Decoder.Decode(weighted.Parameters).Values.ShouldBe([0, 1, 0, 1, 0, -1, 0, -1], 1e-12);
        weighted.Sensitivity.ShouldHaveSingleItem().ShouldBe(1, 1e-7);

        var plain = new PcaStage(_two with { Components = 1 }).Encode(input, sensitivity, CancellationToken.None)[0];
        plain.Decoder.Decode(plain.Parameters).Values.ShouldBe([10, 0, -10, 0, 10, 0, -10, 0], 1e-12);
        plain.Sensitivity.ShouldHaveSingleItem().ShouldBe(0.01, 1e-9);
    }

    [Fact]
    public void ScoreSensitivityPredictsTheEffectOfAnErrorInTheScore()
    {
        double[] sensitivity = [1, 2, 3, 4, 5];
        var level = new PcaStage(_two).Encode(BasisMatrices.Random(20, 5), sensitivity, CancellationToken.None)[0];
        for (var k = 0; k < 2; k++)
        {
            var unit = new Matrix(1, 2) { [0, k] = 1 };
            var effect = level.Decoder.Decode(unit).Values.Zip(level.Decoder.Decode(new Matrix(1, 2)).Values, (a, b) => a - b)
                .Zip(sensitivity, (d, s) => d * s);
            level.Sensitivity[k].ShouldBe(Math.Sqrt(BasisMatrices.SumOfSquares(effect)), 1e-12);
        }
    }

    [Fact]
    public void AColumnWithoutEffectIsLeftAtItsMean()
    {
        var input = new Matrix(3, 2, [1, 10, 2, 20, 3, 60]);
        var level = new PcaStage(new() { Components = 2 }).Encode(input, [1, 0], CancellationToken.None)[0];
        level.Parameters.Columns.ShouldBe(1);
        level.Decoder.Decode(level.Parameters).Values.ShouldBe([1, 30, 2, 30, 3, 30]);
    }

    [Fact]
    public void TheLargestEntryOfEachBasisVectorIsPositive()
    {
        var level = Encode(BasisMatrices.Random(60, 12), _two with { Components = 12 });
        var zero = level.Decoder.Decode(new Matrix(1, 12));
        for (var k = 0; k < 12; k++)
        {
            var vector = level.Decoder.Decode(new Matrix(1, 12) { [0, k] = 1 }).Values.Zip(zero.Values, (a, b) => a - b);
            vector.MaxBy(Math.Abs).ShouldBePositive();
        }
    }

    [Theory]
    [InlineData(0, 24)]
    [InlineData(1, 24)]
    [InlineData(7, 0)]
    [InlineData(0, 0)]
    public void EmptyMatricesAndSingleRowsAreTheirMean(int rows, int columns)
    {
        var input = BasisMatrices.Random(rows, columns);
        var level = Encode(input, _two);
        (level.Parameters.Rows, level.Parameters.Columns).ShouldBe((rows, 0));
        BasisMatrices.LargestDifference(BasisMatrices.ThroughChunk(level.Decoder).Decode(level.Parameters), input).ShouldBe(0);
    }

    [Fact]
    public void ConstantColumnsNeedNoComponents()
    {
        // 0.1f has no exact mean of three when it is summed up plainly.
        var input = new Matrix(3, 2, [0.1f, 7, 0.1f, 7, 0.1f, 7]);
        var level = Encode(input, _two);
        level.ParameterCount.ShouldBe(2);
        level.Decoder.Decode(level.Parameters).Values.ShouldBe(input.Values);
    }

    [Fact]
    public void ComponentsBeyondTheRankAreNotKept()
    {
        var input = BasisMatrices.Product(BasisMatrices.Random(30, 1, 1), BasisMatrices.Random(1, 6, 2));
        Encode(input, _two with { Components = 4 }).Parameters.Columns.ShouldBe(1);
    }

    [Fact]
    public void AWideMatrixIsDecomposedOnItsShortSide()
    {
        // 4,096³ operations would take minutes; 64² · 4,096 take milliseconds. Rows minus one directions are all there are.
        var level = Encode(BasisMatrices.Random(64, 4096), new() { Keep = 1 });
        level.Parameters.Columns.ShouldBe(63);
    }

    [Fact]
    public void AChunkBringsBackTheDecoder()
    {
        var level = Encode(BasisMatrices.Random(20, 5), _two);
        var read = BasisMatrices.ThroughChunk(level.Decoder).ShouldBeOfType<PcaDecoder>();
        read.SideParameterCount.ShouldBe((2 * 5) + 5);
        read.Decode(level.Parameters).Values.ShouldBe(level.Decoder.Decode(level.Parameters).Values);
    }

    [Fact]
    public void EveryShortenedChunkIsRefused()
    {
        var chunk = BasisMatrices.Chunk(Encode(BasisMatrices.Random(20, 5), _two).Decoder);
        for (var length = 0; length < chunk.Length; length++)
            Should.Throw<InvalidDataException>(() => StageDecoders.Read(new ChunkReader(chunk.AsMemory(0, length))));
    }

    [Fact]
    public void AMeanThatDoesNotFitTheBasisIsRefused()
    {
        var writer = new ChunkWriter();
        writer.Byte(2);
        writer.Matrix(new Matrix(2, 5));
        writer.Matrix(new Matrix(1, 4));
        Should.Throw<InvalidDataException>(() => StageDecoders.Read(new ChunkReader(writer.Written))).Message.ShouldContain("1 × 4");
    }

    [Fact]
    public void ScoresThatDoNotFitTheBasisAreRefused()
    {
        var decoder = Encode(BasisMatrices.Random(20, 5), _two).Decoder;
        Should.Throw<InvalidDataException>(() => decoder.Decode(new Matrix(20, 3)));
    }

    [Fact]
    public void EverythingStoredIsFloat32AndTheSameTwice()
    {
        var first = Encode(BasisMatrices.Random(70, 30), new() { Keep = 0.5 });
        var second = Encode(BasisMatrices.Random(70, 30), new() { Keep = 0.5 });
        first.Parameters.Values.ShouldAllBe(value => value == (float)value);
        second.Parameters.Values.ShouldBe(first.Parameters.Values);
        BasisMatrices.Chunk(second.Decoder).ShouldBe(BasisMatrices.Chunk(first.Decoder));
    }

    [Fact]
    public void TheInputIsNotChanged()
    {
        var input = BasisMatrices.Random(9, 20);
        Encode(input, _two);
        input.Values.ShouldBe(BasisMatrices.Random(9, 20).Values);
    }

    [Fact]
    public void ExactlyOneRuleInItsRangeIsExpected()
    {
        PcaOptions[] wrong =
        [
            new(), new() { Components = 2, Keep = 0.5 }, new() { Keep = 0.5, Variance = 0.5 }, new() { Components = 0 },
            new() { Keep = 0 }, new() { Keep = 1.01 }, new() { Keep = double.NaN }, new() { Variance = -1 }, new() { Variance = double.NaN },
        ];
        foreach (var options in wrong)
            Should.Throw<ArgumentException>(() => new PcaStage(options));
    }

    private static Level Encode(Matrix input, PcaOptions options) => BasisMatrices.EncodeOne(new PcaStage(options), input);
}
