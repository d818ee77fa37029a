using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Stages;

namespace CompressTasks.Core.Tests.Stages;

/// <summary>Matrices for tests of the basis stages, and plain arithmetic on them.</summary>
internal static class BasisMatrices
{
    public static Matrix Random(int rows, int columns, int seed = 1) => Make(rows, columns, seed, (_, _) => 1);

    /// <summary>Uniform values in ±scale; float32, like the parameters of any stage before.</summary>
    public static Matrix Make(int rows, int columns, int seed, Func<int, int, double> scale)
    {
        var random = new Random(seed);
        var result = new Matrix(rows, columns);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
                result[i, j] = ((2 * random.NextDouble()) - 1) * scale(i, j);
        }

        return result.RoundToSingle();
    }

    public static Matrix Product(Matrix a, Matrix b)
    {
        var result = new Matrix(a.Rows, b.Columns);
        for (var i = 0; i < a.Rows; i++)
        {
            for (var j = 0; j < b.Columns; j++)
            {
                for (var k = 0; k < a.Columns; k++)
                    result[i, j] += a[i, k] * b[k, j];
            }
        }

        return result;
    }

    public static Matrix Sum(Matrix a, Matrix b) => new(a.Rows, a.Columns, [.. a.Values.Zip(b.Values, (x, y) => x + y)]);

    public static Matrix Copy(Matrix a) => new(a.Rows, a.Columns, [.. a.Values]);

    public static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];

    public static double LargestDifference(Matrix a, Matrix b)
    {
        (b.Rows, b.Columns).ShouldBe((a.Rows, a.Columns));
        return a.Values.Zip(b.Values, (x, y) => Math.Abs(x - y)).DefaultIfEmpty().Max();
    }

    public static double SumOfSquares(IEnumerable<double> values) => values.Sum(value => value * value);

    public static Level EncodeOne(IStage stage, Matrix input) =>
        stage.Encode(input, Ones(input.Columns), CancellationToken.None).ShouldHaveSingleItem();

    /// <summary>The level's decoder after a way through a chunk.</summary>
    public static IStageDecoder ThroughChunk(IStageDecoder decoder) => StageDecoders.Read(new ChunkReader(Chunk(decoder)));

    public static byte[] Chunk(IStageDecoder decoder)
    {
        var writer = new ChunkWriter();
        StageDecoders.Write(decoder, writer);
        return writer.Written.ToArray();
    }
}
