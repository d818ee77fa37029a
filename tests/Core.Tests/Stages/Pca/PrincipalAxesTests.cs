using CompressTasks.Numerics;
using CompressTasks.Stages.Pca;
using MathNet.Numerics;

namespace CompressTasks.Core.Tests.Stages.Pca;

public class PrincipalAxesTests
{
    [Theory]
    [InlineData(40, 6)]
    [InlineData(9, 9)]
    [InlineData(7, 10)]
    [InlineData(4, 12)]
    public void DirectionsOfVeryDifferentScaleAgreeWithAnEigendecompositionIn28Digits(int rows, int columns)
    {
        // Column scales from 1e-3 to 1e2, as amplitudes, centres and widths have:
        // eigenvalues from 1e-6 to 1e4, with errors of some 1e-15 of the largest.
        var matrix = BasisMatrices.Make(rows, columns, 7, (_, j) => Math.Pow(10, 2 - (5.0 * j / (columns - 1))));
        var (eigenvalues, eigenvectors) = DecimalEigenvalues.OfScatter(matrix);
        var axes = PrincipalAxes.Of(Centred(matrix), CancellationToken.None);
        var directions = axes.Directions(axes.Eigenvalues.Length);

        axes.Eigenvalues.Length.ShouldBe(Math.Min(rows - 1, columns));
        for (var k = 0; k < axes.Eigenvalues.Length; k++)
        {
            (axes.Eigenvalues[k] / axes.Eigenvalues[0]).ShouldBe(eigenvalues[k] / eigenvalues[0], 1e-14);
            Math.Abs(directions.Row(k).ToArray().Zip(eigenvectors[k], (x, y) => x * y).Sum()).ShouldBe(1, 1e-9);
        }
    }

    [Theory]
    [InlineData(30, 8)]
    [InlineData(8, 30)]
    [InlineData(200, 100)]
    [InlineData(300, 50)]
    [InlineData(50, 300)]
    [InlineData(65, 64)]
    public void AllDirectionsAreOrthonormalAndLeaveNothingOfTheMatrix(int rows, int columns)
    {
        var matrix = BasisMatrices.Random(rows, columns);
        var directions = PrincipalAxes.Of(BasisMatrices.Copy(matrix), CancellationToken.None).Directions(Math.Min(rows, columns));
        var gram = BasisMatrices.Product(directions, directions.Transpose());
        BasisMatrices.LargestDifference(gram, Identity(directions.Rows)).ShouldBeLessThan(1e-10);
        var projected = BasisMatrices.Product(BasisMatrices.Product(matrix, directions.Transpose()), directions);
        BasisMatrices.LargestDifference(projected, matrix).ShouldBeLessThan(1e-10);
    }

    [Fact]
    public void AsManyDirectionsAreKeptAsTheRank()
    {
        var rank3 = BasisMatrices.Product(BasisMatrices.Random(60, 3, 1), BasisMatrices.Random(3, 20, 2));
        PrincipalAxes.Of(BasisMatrices.Copy(rank3), CancellationToken.None).Eigenvalues.Length.ShouldBe(3);
        PrincipalAxes.Of(rank3.Transpose(), CancellationToken.None).Eigenvalues.Length.ShouldBe(3);
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    public void HugeAndTinyValuesNeitherOverflowNorVanish(double scale)
    {
        // AᵀA = (9, 12; 12, 41) of A = (3, 4; 0, 0; 0, 5) has the eigenvalues 25 ± 20.
        var matrix = new Matrix(3, 2, [3 * scale, 4 * scale, 0, 0, 0, 5 * scale]);
        var eigenvalues = PrincipalAxes.Of(matrix, CancellationToken.None).Eigenvalues;
        (eigenvalues[1] / eigenvalues[0]).ShouldBe(5.0 / 45, 1e-14);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(5, 3)]
    public void AMatrixOfZerosHasNoDirections(int rows, int columns)
    {
        var axes = PrincipalAxes.Of(new Matrix(rows, columns), CancellationToken.None);
        axes.Eigenvalues.ShouldBeEmpty();
        axes.Directions(0).Columns.ShouldBe(columns);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void NoDirectionCanBeToldBesideAValueThatIsNotFinite(double value)
    {
        var matrix = BasisMatrices.Random(9, 4);
        matrix.Values[5] = value;

        PrincipalAxes.Of(matrix, CancellationToken.None).Eigenvalues.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.64, 1)]
    [InlineData(0.65, 2)]
    [InlineData(0.96, 2)]
    [InlineData(0.97, 3)]
    [InlineData(1, 3)]
    public void DirectionsForAShareAreTheFewest(double share, int expected) => PrincipalAxes.CountFor(share, [64, 32, 4]).ShouldBe(expected);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void ThreadsOfMathNetDoNotMatterToTheLastBit(int threads)
    {
        var before = Control.MaxDegreeOfParallelism;
        var expected = Decompose();
        try
        {
            Control.MaxDegreeOfParallelism = threads;
            var found = Decompose();
            found.Eigenvalues.ShouldBe(expected.Eigenvalues);
            found.Directions(350).Values.ShouldBe(expected.Directions(350).Values);
        }
        finally
        {
            Control.MaxDegreeOfParallelism = before;
        }
    }

    [Fact]
    public void CancellationStopsBeforeTheDecomposition()
    {
        Should.Throw<OperationCanceledException>(() => PrincipalAxes.Of(BasisMatrices.Random(4, 9), new CancellationToken(canceled: true)));
        Should.Throw<OperationCanceledException>(() => PrincipalAxes.Of(BasisMatrices.Random(9, 4), new CancellationToken(canceled: true)));
    }

    private static PrincipalAxes Decompose() => PrincipalAxes.Of(BasisMatrices.Random(400, 350), CancellationToken.None);

    private static Matrix Identity(int size)
    {
        var result = new Matrix(size, size);
        for (var i = 0; i < size; i++)
            result[i, i] = 1;
        return result;
    }

    private static Matrix Centred(Matrix matrix)
    {
        var means = ColumnMeans.Of(matrix);
        var result = BasisMatrices.Copy(matrix);
        for (var i = 0; i < result.Rows; i++)
        {
            for (var j = 0; j < result.Columns; j++)
                result[i, j] -= means[j];
        }

        return result;
    }
}
