using CompressTasks.Numerics;
using CompressTasks.Stages.Pca;

namespace CompressTasks.Core.Tests.Stages.Pca;

public class ThinSvdTests
{
    [Theory]
    [InlineData(40, 6)]
    [InlineData(9, 9)]
    [InlineData(7, 10)]
    [InlineData(4, 12)]
    public void DirectionsOfVeryDifferentScaleAgreeWithAnEigendecompositionIn28Digits(int rows, int columns)
    {
        // Column scales from 1e-3 to 1e2, as amplitudes, centres and widths have.
        var matrix = BasisMatrices.Make(rows, columns, 7, (_, j) => Math.Pow(10, 2 - (5.0 * j / (columns - 1))));
        var (eigenvalues, eigenvectors) = DecimalEigenvalues.OfScatter(matrix);
        var svd = ThinSvd.Destructive(Centred(matrix), CancellationToken.None);

        svd.SingularValues.Length.ShouldBe(Math.Min(rows - 1, columns));
        for (var k = 0; k < svd.SingularValues.Length; k++)
        {
            var expected = Math.Sqrt(eigenvalues[k]);
            svd.SingularValues[k].ShouldBe(expected, expected * 1e-12);
            Math.Abs(svd.RightVectors.Row(k).ToArray().Zip(eigenvectors[k], (x, y) => x * y).Sum()).ShouldBe(1, 1e-12);
        }
    }

    [Theory]
    [InlineData(300, 50)]
    [InlineData(50, 300)]
    [InlineData(65, 64)]
    public void SingularValuesAgreeWithMathNet(int rows, int columns)
    {
        var matrix = BasisMatrices.Random(rows, columns);
        var expected = MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.Build.DenseOfRowMajor(rows, columns, matrix.Values).Svd(computeVectors: false).S;
        var svd = ThinSvd.Destructive(matrix, CancellationToken.None);
        svd.SingularValues.Length.ShouldBe(Math.Min(rows, columns));
        for (var k = 0; k < svd.SingularValues.Length; k++)
            svd.SingularValues[k].ShouldBe(expected[k], expected[0] * 1e-13);
    }

    [Theory]
    [InlineData(30, 8)]
    [InlineData(8, 30)]
    [InlineData(200, 100)]
    public void RightVectorsAreOrthonormalAndLeaveNothingOfTheMatrix(int rows, int columns)
    {
        var matrix = BasisMatrices.Random(rows, columns);
        var vectors = ThinSvd.Destructive(BasisMatrices.Copy(matrix), CancellationToken.None).RightVectors;
        var gram = BasisMatrices.Product(vectors, vectors.Transpose());
        BasisMatrices.LargestDifference(gram, Identity(vectors.Rows)).ShouldBeLessThan(1e-13);
        var projected = BasisMatrices.Product(BasisMatrices.Product(matrix, vectors.Transpose()), vectors);
        BasisMatrices.LargestDifference(projected, matrix).ShouldBeLessThan(1e-12);
    }

    [Fact]
    public void RankIsThatOfTheMatrix()
    {
        var rank3 = BasisMatrices.Product(BasisMatrices.Random(60, 3, 1), BasisMatrices.Random(3, 20, 2));
        ThinSvd.Destructive(BasisMatrices.Copy(rank3), CancellationToken.None).SingularValues.Length.ShouldBe(3);
        ThinSvd.Destructive(rank3.Transpose(), CancellationToken.None).SingularValues.Length.ShouldBe(3);
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    public void HugeAndTinyValuesNeitherOverflowNorVanish(double scale)
    {
        // Singular values of (3, 4; 0, 0; 0, 5): AᵀA = (9, 12; 12, 41) has the eigenvalues 25 ± 20.
        var matrix = new Matrix(3, 2, [3 * scale, 4 * scale, 0, 0, 0, 5 * scale]);
        var values = ThinSvd.Destructive(matrix, CancellationToken.None).SingularValues;
        (values[0] / scale).ShouldBe(Math.Sqrt(45), 1e-14);
        (values[1] / scale).ShouldBe(Math.Sqrt(5), 1e-14);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(5, 3)]
    public void AMatrixOfZerosHasNoSingularValues(int rows, int columns)
    {
        var svd = ThinSvd.Destructive(new Matrix(rows, columns), CancellationToken.None);
        svd.SingularValues.ShouldBeEmpty();
        (svd.RightVectors.Rows, svd.RightVectors.Columns).ShouldBe((0, columns));
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.64, 1)]
    [InlineData(0.65, 2)]
    [InlineData(0.96, 2)]
    [InlineData(0.97, 3)]
    [InlineData(1, 3)]
    public void ComponentsForAShareAreTheFewest(double share, int expected)
    {
        // Squares 64, 32 and 4 of 100.
        double[] values = [8, Math.Sqrt(32), 2];
        ThinSvd.ComponentsFor(share, values).ShouldBe(expected);
    }

    [Fact]
    public void ALargeMatrixGivesTheSameBitsTwice()
    {
        var first = ThinSvd.Destructive(BasisMatrices.Random(150, 70), CancellationToken.None);
        var second = ThinSvd.Destructive(BasisMatrices.Random(150, 70), CancellationToken.None);
        second.SingularValues.ShouldBe(first.SingularValues);
        second.RightVectors.Values.ShouldBe(first.RightVectors.Values);
    }

    [Fact]
    public void CancellationStopsTheSweeps()
    {
        Should.Throw<OperationCanceledException>(() => ThinSvd.Destructive(BasisMatrices.Random(4, 9), new CancellationToken(canceled: true)));
        Should.Throw<OperationCanceledException>(() => ThinSvd.Destructive(BasisMatrices.Random(9, 4), new CancellationToken(canceled: true)));
    }

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
