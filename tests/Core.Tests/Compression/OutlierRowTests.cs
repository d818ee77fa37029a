using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>Weights of Gaussian noise in which rows or columns differ in size, without a spec.</summary>
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

    /// <summary>
    /// A weight of which two fifths of the columns, or of the rows, are fifty times smaller than the others, as those of layers that were joined may
    /// be. At R² 0.999 of all values the error has 0.001 · 0.57, and what is small a mean square of 0.0004: all of it would be lost.
    /// </summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void WhatIsSmallBesideTheGreaterPartIsNotLost(bool rows, bool columns)
    {
        const int side = 128;
        var (original, decoded, outcome) = CompressMatrix(side, 0.999, (row, column) =>
            (rows && row % 7 < 3 ? 0.02 : 1) * (columns && column % 7 < 3 ? 0.02 : 1), stack: null);
        GroupR2Of(original, decoded, i => i / side).Min().ShouldBeGreaterThan(0.7);
        GroupR2Of(original, decoded, i => i % side).Min().ShouldBeGreaterThan(0.7);
        outcome.Diagnostics.ShouldBeEmpty();
    }

    /// <summary>The same where R² of all values is asked for: nearly nothing is left of them, and R² does not say it.</summary>
    [Fact]
    public void ATenthOfTheColumnsThatIsLostIsAWarning()
    {
        const int side = 128;
        var (original, decoded, outcome) = CompressMatrix(side, 0.999, (_, column) => column % 7 < 3 ? 0.02 : 1, "quantize: { r2: 0.999 }");
        GroupR2Of(original, decoded, i => i % side).Count(r2 => r2 < 0.5).ShouldBe(56);
        var warning = outcome.Diagnostics.ShouldHaveSingleItem();
        warning.Code.ShouldBe("CT4036");
        warning.Message.ShouldContain("W (R² 0.999");
    }

    /// <summary>A gate on random samples, as init writes it, sees as little of it as R² does.</summary>
    [Fact]
    public void RandomSamplesDoNotSayItEither()
    {
        var (_, _, outcome) = CompressMatrix(128, 0.999, (_, column) => column % 7 < 3 ? 0.02 : 1, "quantize: { r2: 0.999 }",
            "gate: { outputs: { samples: { random: {} }, r2: 0.5 } }");
        outcome.Accepted.ShouldBeTrue();
        outcome.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT4036");
    }

    /// <summary>A hundred and fifty times smaller: what training has left of channels that it gave up. They are not paid for, and nobody is warned.</summary>
    [Fact]
    public void DeadColumnsMayBeLost()
    {
        var (_, _, outcome) = CompressMatrix(128, 0.999, (_, column) => column % 7 < 3 ? 1.0 / 150 : 1, stack: null);
        outcome.Diagnostics.ShouldBeEmpty();
        outcome.Report.Weights.ShouldHaveSingleItem().R2.ShouldBeLessThan(0.9991);
    }

    private (double[] Original, double[] Decoded, CompressionOutcome Outcome) CompressMatrix(int side, double r2, Func<int, int, double> scale,
        string? stack, string gate = "")
    {
        var random = new Random(4);
        var values = Graphs.Matrix("W", side, side, i => (float)(scale(i / side, i % side) * Normal(random)));
        var path = _folder.Write("m.onnx", Graphs.Model([("x", [1, side])], [("y", ElementType.Float)], [values], "MatMul x,W -> y"));
        var spec = stack is null ? CompressionSpec.ForModel(path, r2)
            : CompressionSpec.Parse($$"""
                models: [ m.onnx ]
                rules: [ { weights: "**", stack: [ {{stack}} ] } ]
                {{gate}}
                """, _folder["compress.yml"]);
        return Run(spec, path, "W");
    }

    private (double[] Original, double[] Decoded, CompressionOutcome Outcome) Compress(int rows, int columns, Func<int, double> scale)
    {
        var random = new Random(4);
        var values = Graphs.Matrix("E", rows, columns, i => (float)(scale(i / columns) * Normal(random)));
        var path = _folder.Write("m.onnx", Graphs.Model([("ids", [-1])], [("y", ElementType.Float)], [values], "Gather E,ids -> y"));
        return Run(CompressionSpec.ForModel(path, 0.999), path, "E");
    }

    private (double[] Original, double[] Decoded, CompressionOutcome Outcome) Run(CompressionSpec spec, string path, string weight)
    {
        var outcome = Compressor.Run(spec, new CompressionOptions { Probe = false }, null, default).ShouldHaveSingleItem();
        outcome.Report.Weights.ShouldHaveSingleItem().Path.ShouldBe(weight);
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

    private static IEnumerable<double> RowR2(double[] original, double[] decoded, int columns) => GroupR2Of(original, decoded, i => i / columns);

    private static IEnumerable<double> GroupR2Of(double[] original, double[] decoded, Func<int, int> group) =>
        original.Zip(decoded).Index().GroupBy(value => group(value.Index), value => value.Item).Select(values =>
            1 - (values.Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)) / values.Sum(pair => pair.First * pair.First)));
}
