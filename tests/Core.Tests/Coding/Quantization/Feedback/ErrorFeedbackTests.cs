using CompressTasks.Coding.Quantization.Feedback;

namespace CompressTasks.Core.Tests.Coding.Quantization.Feedback;

public sealed class ErrorFeedbackTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(7, 5, 1, 7)]
    [InlineData(70, 33, 1, 70)]
    [InlineData(100, 34, 2, 40)]
    [InlineData(65, 20, 1, 1)]
    [InlineData(330, 32, 2, 300)]
    public void TargetsAreTheRowsOwnValuesAndWhatEarlierRowsLost(int rows, int columns, int groups, int runLength)
    {
        var random = new Random(rows);
        var runs = ((rows - 1) / runLength) + 1;
        var matrices = Enumerable.Range(0, groups)
            .Select(_ => Enumerable.Range(0, runs).Select(run => Random(random, (int)Math.Pow(Math.Min(runLength, rows - (run * runLength)), 2)))
                .ToArray()).ToArray();
        var values = Random(random, rows * columns);
        var feedback = new ErrorFeedback(RowCouplings.Of(rows, runLength, matrices), columns);
        feedback.Begin(values);

        const double step = 0.25;
        var errors = new double[rows * columns];
        var distortion = 0.0;
        for (var row = 0; row < rows; row++)
        {
            var expected = Enumerable.Range(0, columns).Select(column =>
            {
                var target = values[(row * columns) + column];
                var run = row / runLength;
                var length = Math.Min(runLength, rows - (run * runLength));
                for (var j = run * runLength; j < row; j++)
                    target += matrices[column / (columns / groups)][run][((row - (run * runLength)) * length)
                        + j - (run * runLength)] * errors[(j * columns) + column];
                return target;
            }).ToArray();
            var found = feedback.Target(row).ToArray();
            found.ShouldBe(expected);

            var indices = found.Select(target => (int)Math.Round(target / step)).ToArray();
            feedback.Learn(row, values.AsSpan(row * columns, columns), indices, step);
            for (var column = 0; column < columns; column++)
            {
                errors[(row * columns) + column] = values[(row * columns) + column] - (indices[column] * step);
                distortion += Math.Pow(expected[column] - (indices[column] * step), 2);
            }
        }

        feedback.Distortion.ShouldBe(distortion, 1e-9 * Math.Max(1, distortion));
    }

    /// <summary>Tiles of several lengths, each seeing some columns after it; runs that end within the row.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(30, 30, 4)]
    [InlineData(37, 16, 5)]
    [InlineData(40, 7, 3)]
    public void ColumnsAimAtWhatTheColumnsBeforeThemLeft(int columns, int runLength, int tile)
    {
        const int rows = 3;
        const double step = 0.5;
        var random = new Random(columns);
        var runs = ((columns - 1) / runLength) + 1;
        var matrices = Enumerable.Range(0, runs)
            .Select(run => Random(random, (int)Math.Pow(Math.Min(runLength, columns - (run * runLength)), 2))).ToArray();
        var values = Random(random, rows * columns);
        var couplings = new ColumnCouplings(columns, runLength, matrices);
        var feedback = new ErrorFeedback(RowCouplings.Of(rows, 1, [[[0], [0], [0]]]), columns, couplings);
        feedback.Begin(values);
        for (var row = 0; row < rows; row++)
        {
            var indices = new int[columns];
            for (var first = 0; first < columns;)
            {
                var seen = Math.Min(tile + 2, couplings.EndOfRun(first) - first);
                var found = feedback.Aim(row, first, seen).ToArray();
                for (var i = 0; i < seen; i++)
                    found[i].ShouldBe(Expected(first + i, first), 1e-12);
                var length = Math.Min(tile, seen);
                for (var column = first; column < first + length; column++)
                {
                    // Off by one now and then, so that something is left.
                    indices[column] = (int)Math.Round(found[column - first] / step) + random.Next(2);
                }

                feedback.LearnColumns(row, first, indices.AsSpan(first, length), step);
                first += length;
            }

            feedback.Learn(row, values.AsSpan(row * columns, columns), indices, step);

            double Expected(int column, int before)
            {
                var start = column / runLength * runLength;
                var width = Math.Min(runLength, columns - start);
                return values[(row * columns) + column] + Enumerable.Range(start, Math.Max(0, before - start)).Sum(b =>
                    matrices[column / runLength][((column - start) * width) + b - start] * (values[(row * columns) + b] - (indices[b] * step)));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(37)]
    [InlineData(150)]
    public void AFactorizationMultipliesBackToItsMatrix(int n)
    {
        var random = new Random(n);
        var root = Random(random, n * (n + 3));
        var h = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                h[(i * n) + j] = Enumerable.Range(0, n + 3).Sum(k => root[(i * (n + 3)) + k] * root[(j * (n + 3)) + k]);
        }

        var factor = (double[])h.Clone();
        UdutFactorization.TryFactorize(factor, n).ShouldBeTrue();

        // U_il at row l, column i; the unit diagonal is not stored.
        double U(int i, int l) => i == l ? 1 : i < l ? factor[(l * n) + i] : 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                Enumerable.Range(0, n).Sum(l => U(i, l) * factor[(l * n) + l] * U(j, l)).ShouldBe(h[(i * n) + j], 1e-9 * n);
        }
    }

    /// <summary>Row by row from the last on, by the formula: the order in which every value has something taken off is fixed.</summary>
    [Fact]
    public void AFactorizationOfAnyThreadsHasTheBitsOfPlainLoops()
    {
        const int n = 200;
        var values = Random(new Random(9), n * n);
        var plain = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
                plain[(i * n) + j] = values[(i * n) + j] + (i == j ? n : 0);
        }

        double[][] found = [(double[])plain.Clone(), (double[])plain.Clone()];
        for (var j = n - 1; j >= 0; j--)
        {
            for (var i = 0; i < j; i++)
            {
                var share = plain[(j * n) + i] / plain[(j * n) + j];
                for (var k = 0; k <= i; k++)
                    plain[(i * n) + k] -= share * plain[(j * n) + k];
            }

            for (var i = 0; i < j; i++)
                plain[(j * n) + i] /= plain[(j * n) + j];
        }

        UdutFactorization.TryFactorize(found[0], n).ShouldBeTrue();
        UdutFactorization.TryFactorize(found[1], n, (count, piece) => Parallel.For(0, count, piece)).ShouldBeTrue();
        found[0].ShouldBe(plain);
        found[1].ShouldBe(plain);
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 2, 2, 1)]
    [InlineData(1, 0, 0, double.NaN)]
    [InlineData(1, 0, 0, double.PositiveInfinity)]
    public void WhatIsNotPositiveDefiniteIsRefused(double a, double b, double c, double d) =>
        UdutFactorization.TryFactorize([a, b, c, d], 2).ShouldBeFalse();

    private static double[] Random(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 2) - 1)];
}
