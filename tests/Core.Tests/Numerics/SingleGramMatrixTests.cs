using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Numerics;

public sealed class SingleGramMatrixTests
{
    /// <summary>
    /// Rows are brought below 2 by a power of two, and rounded; their sums, in their order, go into the matrix: the bits are those of plain loops.
    /// </summary>
    [Theory]
    [InlineData(16, 3, 0)]
    [InlineData(37, 256, 0)]
    [InlineData(150, 40, 0)]
    [InlineData(64, 40, 100)]
    [InlineData(33, 40, -140)]
    public void SumsHaveTheBitsOfPlainLoopsWhateverTheThreads(int n, int count, int exponent)
    {
        var random = new Random(n);
        var stride = n + 3;

        // From 1 to 2, times a power of two.
        var rows = Enumerable.Range(0, stride * count)
            .Select(_ => Math.ScaleB((random.NextDouble() + 1) * (1 - (2 * random.Next(2))), exponent)).ToArray();
        var (alone, together) = (new double[n * (n + 1) / 2], new double[n * (n + 1) / 2]);
        for (var batch = 0; batch < 2; batch++)
        {
            SingleGramMatrix.Add(rows, stride, count, alone, n);
            SingleGramMatrix.Add(rows, stride, count, together, n, (pieces, piece) => Parallel.For(0, pieces, piece));
        }

        for (var (i, at) = (0, 0); i < n; i++)
        {
            for (var j = 0; j <= i; j++, at++)
            {
                var (sum, exact) = (0f, 0.0);
                for (var r = 0; r < count; r++)
                {
                    var (x, y) = (rows[(r * stride) + i], rows[(r * stride) + j]);
                    sum += (float)Math.ScaleB(x, -exponent) * (float)Math.ScaleB(y, -exponent);
                    exact += x * y;
                }

                var expected = 2 * Math.ScaleB(sum, 2 * exponent);
                alone[at].ShouldBe(expected);
                together[at].ShouldBe(expected);
                Math.Abs(expected - (2 * exact)).ShouldBeLessThan(2e-5 * Math.ScaleB(count, 2 * exponent));
            }
        }
    }

    /// <summary>Where squares are out of range, or values no numbers, the triangle says what double precision says.</summary>
    [Theory]
    [InlineData(1e200)]
    [InlineData(1e-200)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0)]
    public void ValuesOfAnyKindAreWhatTheyAreInDoublePrecision(double value)
    {
        const int n = 20;
        var rows = Enumerable.Range(0, 2 * n).Select(i => value * (i + 1)).ToArray();
        var (single, whole) = (new double[n * (n + 1) / 2], new double[n * n]);
        SingleGramMatrix.Add(rows, n, 2, single, n);
        GramMatrix.Add(rows, n, 2, whole, n);
        single.ShouldBe([.. Enumerable.Range(0, n).SelectMany(row => whole[(row * n)..((row * n) + row + 1)])]);
    }
}
