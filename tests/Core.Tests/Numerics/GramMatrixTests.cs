using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Numerics;

public sealed class GramMatrixTests
{
    /// <summary>The sum of each batch of rows is taken in their order, and added then: the bits are those of plain loops.</summary>
    [Theory]
    [InlineData(1, 5)]
    [InlineData(9, 128)]
    [InlineData(16, 3)]
    [InlineData(37, 128)]
    [InlineData(150, 40)]
    public void SumsHaveTheBitsOfPlainLoopsWhateverTheThreads(int n, int count)
    {
        var random = new Random(n);
        var stride = n + 3;
        var rows = Enumerable.Range(0, stride * count).Select(_ => random.NextDouble() - 0.3).ToArray();
        var (alone, together) = (new double[n * n], new double[n * n]);
        for (var batch = 0; batch < 2; batch++)
        {
            GramMatrix.Add(rows, stride, count, alone, n);
            GramMatrix.Add(rows, stride, count, together, n, (pieces, piece) => Parallel.For(0, pieces, piece));
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = 0.0;
                for (var r = 0; r < count; r++)
                    sum += rows[(r * stride) + i] * rows[(r * stride) + j];
                var expected = j > i ? 0 : sum + sum;
                alone[(i * n) + j].ShouldBe(expected);
                together[(i * n) + j].ShouldBe(expected);
            }
        }
    }
}
