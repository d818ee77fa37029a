using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>Embeddings of Gaussian noise in which a few rows are far larger than the others, without a spec.</summary>
public sealed class OutlierRowTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Ten thousand times as large: a target of the bulk alone has all others become zero where these are more than a hundredth.</summary>
    [Theory]
    [InlineData(1000, 64, 1)]
    [InlineData(64, 1000, 1)]
    [InlineData(32, 512, 1)]
    [InlineData(1000, 64, 200)]
    public void NoRowIsLost(int rows, int columns, int outliers)
    {
        var (original, decoded, outcome) = Compress(rows, columns, row => row < outliers ? 1e4 : 1);
        RowR2(original, decoded, columns).Min().ShouldBeGreaterThan(0.95);
        outcome.Diagnostics.ShouldBeEmpty();
    }

    /// <summary>Rows of three orders of magnitude: R² of all values sees the largest ones only.</summary>
    [Fact]
    public void SmallRowsOfAnEmbeddingThatAreLostAreAWarning()
    {
        const int rows = 400, columns = 32;
        var (original, decoded, outcome) = Compress(rows, columns, row => Math.Pow(10, -3.0 * row / rows));
        var lost = RowR2(original, decoded, columns).Count(r2 => r2 < 0.5);
        lost.ShouldBeGreaterThan(rows / 100);
        var warning = outcome.Diagnostics.ShouldHaveSingleItem();
        warning.Code.ShouldBe("CT4034");
        warning.Message.ShouldContain($"{lost} of the {rows} rows of E (R² ");
    }

    private (double[] Original, double[] Decoded, CompressionOutcome Outcome) Compress(int rows, int columns, Func<int, double> scale)
    {
        var random = new Random(4);
        var values = Graphs.Matrix("E", rows, columns, i => (float)(scale(i / columns) * Normal(random)));
        var path = _folder.Write("m.onnx", Graphs.Model([("ids", [-1])], [("y", ElementType.Float)], [values], "Gather E,ids -> y"));
        var outcome = Compressor.Run(CompressionSpec.ForModel(path, 0.999), new CompressionOptions { Probe = false }, null, default)
            .ShouldHaveSingleItem();
        outcome.Report.Weights.ShouldHaveSingleItem().Path.ShouldBe("E");
        SpecRun.Restore(outcome.ArtifactPath, _folder["restored.onnx"]);
        return (Read(path), Read(_folder["restored.onnx"]), outcome);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double[] Read(string path)
    {
        using var model = OnnxModel.Open(path);
        var values = new double[model.Weights[0].Elements];
        model.ReadValues(model.Weights[0], values);
        return values;
    }

    private static IEnumerable<double> RowR2(double[] original, double[] decoded, int columns) =>
        original.Zip(decoded).Chunk(columns).Select(row =>
            1 - (row.Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)) / row.Sum(pair => pair.First * pair.First)));
}
