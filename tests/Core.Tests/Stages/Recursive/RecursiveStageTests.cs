using CompressTasks.Numerics;
using CompressTasks.Stages;
using CompressTasks.Stages.Haar;
using CompressTasks.Stages.Pca;
using CompressTasks.Stages.Recursive;

namespace CompressTasks.Core.Tests.Stages.Recursive;

public class RecursiveStageTests
{
    private static readonly PcaStage _pca = new(new() { Variance = 0.95, Weighting = PcaWeighting.None });

    [Fact]
    public void TheTowerOfPaper67HasItsParameterCounts()
    {
        // 512 × 8 amplitudes that vary along two axes of similar strength: 4,096 → 1,048 → 1,054.
        var result = Run(_pca, Amplitudes());
        result.Steps.Select(step => step.CumulativeParameters).ShouldBe([1048, 1054]);
        result.Steps.Select(step => step.IsKept).ShouldBe([true, false]);
        result.Steps[0].LevelRatio.ShouldBe(4096.0 / 1048);
        result.Steps[1].LevelRatio.ShouldBe(1048.0 / 1054);
        result.Steps[1].CumulativeRatio.ShouldBe(4096.0 / 1054);
        result.FixedPoint.ShouldBe(new FixedPoint(1, RecursionEnd.AllComponentsNeeded));
        result.FixedPoint.IsReached.ShouldBeTrue();
        result.Levels.ShouldHaveSingleItem().ShouldBeSameAs(result.Steps[0].Level);
    }

    [Fact]
    public void TheKeptLevelsDecodeToTheInput()
    {
        var input = Amplitudes();
        var levels = new RecursiveStage(_pca).Encode(input, BasisMatrices.Ones(8), CancellationToken.None);
        var decoded = levels[^1].Parameters;
        foreach (var level in levels.Reverse())
            decoded = level.Decoder.Decode(decoded);
        SquaredError.Between(input.Values, decoded.Values).R2.ShouldBeGreaterThan(0.95);
    }

    [Fact]
    public void NoiseWithoutStructureGivesNoLevelAtAll()
    {
        var result = Run(_pca, BasisMatrices.Random(512, 8));
        result.FixedPoint.ShouldBe(new FixedPoint(0, RecursionEnd.AllComponentsNeeded));
        result.Levels.ShouldBeEmpty();
        result.Steps.ShouldHaveSingleItem().CumulativeParameters.ShouldBe(4096 + 64 + 8);
        new RecursiveStage(_pca).Encode(BasisMatrices.Random(512, 8), BasisMatrices.Ones(8), CancellationToken.None).ShouldBeEmpty();
    }

    [Fact]
    public void ALevelThatGainsLessThanTheLeastGainIsTriedAndNotKept()
    {
        // Haar drops 10 % and pays 3 % for positions: 3,072 → 2,861 saves 6.9 %.
        var input = BasisMatrices.Random(128, 24);
        Run(new HaarStage(0.9), input).Steps[0].CumulativeParameters.ShouldBe(2765 + 96);
        Run(new HaarStage(0.9), input).Steps[0].IsKept.ShouldBeTrue();
        var strict = new RecursiveStage(new HaarStage(0.9), minGain: 0.07).Run(input, BasisMatrices.Ones(24), CancellationToken.None);
        strict.FixedPoint.ShouldBe(new FixedPoint(0, RecursionEnd.GainTooSmall));
    }

    [Fact]
    public void TheLevelLimitIsNoFixedPoint()
    {
        var result = new RecursiveStage(_pca, maxLevels: 1).Run(Amplitudes(), BasisMatrices.Ones(8), CancellationToken.None);
        result.FixedPoint.ShouldBe(new FixedPoint(1, RecursionEnd.LevelLimit));
        result.FixedPoint.IsReached.ShouldBeFalse();
    }

    [Fact]
    public void SeveralLevelsAddUpTheirBasesAndMeans()
    {
        // Half of the columns each time, rounded: 400 × 10 → 5 of 10 columns → 3 of 5 (2.5 rounded) → 2 of 3 (1.5 rounded) → 1 of 2 → 1 of 1.
        var halving = new PcaStage(new() { Keep = 0.5, Weighting = PcaWeighting.None });
        var result = new RecursiveStage(halving, minGain: 0).Run(BasisMatrices.Random(400, 10), BasisMatrices.Ones(10), CancellationToken.None);
        long[] sides = [60, 20, 9, 4, 2];
        long[] matrices = [2000, 1200, 800, 400, 400];
        result.Steps.Select(step => step.CumulativeParameters).ShouldBe(matrices.Select((matrix, i) => matrix + sides.Take(i + 1).Sum()));
        result.FixedPoint.ShouldBe(new FixedPoint(4, RecursionEnd.AllComponentsNeeded));
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(8, 0)]
    [InlineData(0, 0)]
    public void AnEmptyMatrixHasNothingToGain(int rows, int columns)
    {
        var result = Run(_pca, new Matrix(rows, columns));
        result.Levels.ShouldBeEmpty();
        result.FixedPoint.Level.ShouldBe(0);
    }

    [Fact]
    public void AConstantMatrixIsItsMean()
    {
        var result = Run(_pca, new Matrix(20, 3, [.. Enumerable.Repeat(0.1, 60)]));
        result.Levels.ShouldHaveSingleItem().ParameterCount.ShouldBe(3);
    }

    [Fact]
    public void ArgumentsOutOfRangeAreRefused()
    {
        Should.Throw<ArgumentException>(() => new RecursiveStage(new RecursiveStage(_pca)));
        Should.Throw<ArgumentException>(() => new RecursiveStage(_pca, maxLevels: 0));
        Should.Throw<ArgumentException>(() => new RecursiveStage(_pca, minGain: 1));
        Should.Throw<ArgumentException>(() => new RecursiveStage(_pca, minGain: double.NaN));
    }

    private static RecursiveResult Run(IStage inner, Matrix input) =>
        new RecursiveStage(inner).Run(input, BasisMatrices.Ones(input.Columns), CancellationToken.None);

    private static Matrix Amplitudes()
    {
        var structure = BasisMatrices.Product(BasisMatrices.Random(512, 2, 1), BasisMatrices.Random(2, 8, 2));
        return BasisMatrices.Sum(structure, BasisMatrices.Make(512, 8, 3, (_, _) => 0.05)).RoundToSingle();
    }
}
