using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Runnable;

public sealed class BlockMatMulTests
{
    private const int Inputs = 40;
    private const int Columns = 24;

    /// <summary>40 inputs are a block of 32 and one of 8, or three of 16.</summary>
    [Theory]
    [InlineData(8, 32)]
    [InlineData(8, 16)]
    [InlineData(4, 32)]
    [InlineData(4, 16)]
    public void BlocksOfAWeightHaveScales(int bits, int block)
    {
        var model = Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, Columns)], "MatMul x,w -> y");
        using var run = new RewrittenRun(model, $"integer: {{ bits: {bits}, block: {block}, activations: none }}");
        run.Operators.ShouldBe(["MatMulNBits"]);
        var x = RewrittenRun.Noise(Inputs, 1);
        var expected = RewrittenRun.Product([.. x.Select(value => (double)value)], Unpacked(run, bits, block), 1, Inputs, Columns);

        // The kernel rounds inputs to 8 bits: of a block of values below 1, an error of at most 1/254 each.
        foreach (var level in DynamicMatMulTests.Levels)
        {
            var found = run.Run(level, RewrittenRun.Input("x", x, 1, Inputs));
            for (var i = 0; i < Columns; i++)
                ((double)found[i]).ShouldBe(expected[i], 0.05);
        }

        run.Optimized().ShouldHave("MatMulNBits");
    }

    [Fact]
    public void ValuesOfAGridComeBack()
    {
        var weight = RewrittenRun.Weight("w", 2, Inputs, Columns);
        float[] values = [.. Enumerable.Range(0, Inputs * Columns).Select(i => 0.25f * ((((i * 7) + (i / 16)) % 16) - 8))];
        weight.RawData = ByteString.CopyFrom(Build.Bytes(values));
        var model = Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)], [weight], "MatMul x,w -> y");
        using var run = new RewrittenRun(model, "integer: { bits: 4, block: 16, activations: none }");
        double[] expected = [.. values.Select(value => (double)value)];
        Unpacked(run, 4, 16).ShouldBe(expected, 1e-6);
    }

    /// <summary>Blocks that lie on one side of zero, and blocks on the other: with 16 steps around their middle they would have half of them.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void BlocksHaveZeroPointsWhereThatPays(int block)
    {
        var weight = RewrittenRun.Weight("w", 2, Inputs, Columns);
        var noise = RewrittenRun.Noise(Inputs * Columns, 4);
        float[] values = [.. noise.Select((value, i) => (i / Columns / block % 2 == 0 ? 1 : -1) * (Math.Abs(value) + (i % 7 == 0 ? -0.1f : 0)))];
        weight.RawData = ByteString.CopyFrom(Build.Bytes(values));
        var model = Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)], [weight], "MatMul x,w -> y");
        using var run = new RewrittenRun(model, $"integer: {{ bits: 4, block: {block}, activations: none }}", format: "both");
        run.Model.Graph.Node.ShouldHaveSingleItem().Input.ShouldBe(["x", "w_quantized", "w_scale", "w_zero_points"]);
        var unpacked = Unpacked(run, 4, block);
        var error = values.Zip(unpacked).Sum(pair => Math.Pow(pair.First - pair.Second, 2));

        // 15 steps over what a block has of values, and 16 over twice of that, by plain rounding: a quarter, about.
        var (fine, coarse) = (0.0, 0.0);
        for (var n = 0; n < Columns; n++)
        {
            for (var first = 0; first < Inputs; first += block)
            {
                var one = Enumerable.Range(first, Math.Min(block, Inputs - first)).Select(k => (double)values[(k * Columns) + n]).ToArray();
                var (from, to) = (Math.Min(0, one.Min()), Math.Max(0, one.Max()));
                fine += one.Sum(value => Math.Pow(value - (Math.Round(value / (to - from) * 15) * (to - from) / 15), 2));
                var step = Math.Max(to, -from) / 7.5;
                coarse += one.Sum(value => Math.Pow(value - (Math.Clamp(Math.Round(value / step), -8, 7) * step), 2));
            }
        }

        error.ShouldBeInRange(0, fine);
        fine.ShouldBeLessThan(0.5 * coarse);
        run.Outcome.Report.Weights.Single().R2.ShouldBe(1 - (error / values.Sum(value => Math.Pow(value - values.Average(), 2))), 1e-6);

        var x = RewrittenRun.Noise(Inputs, 1);
        var expected = RewrittenRun.Product([.. x.Select(value => (double)value)], unpacked, 1, Inputs, Columns);
        foreach (var level in DynamicMatMulTests.Levels)
        {
            var found = run.Run(level, RewrittenRun.Input("x", x, 1, Inputs));
            for (var i = 0; i < Columns; i++)
                ((double)found[i]).ShouldBe(expected[i], 0.05);
        }
    }

    /// <summary>
    /// As the operator is documented: of each output, blocks along the inputs, lower bits first, around half of the range, or around zero points that are
    /// packed the same way.
    /// </summary>
    private static double[] Unpacked(RewrittenRun run, int bits, int block)
    {
        var zeroPoints = run.Model.Graph.Initializer.FirstOrDefault(tensor => tensor.Name == "w_zero_points")?.RawData.ToByteArray();
        var packed = run.Model.Graph.Initializer.Single(tensor => tensor.Name == "w_quantized").RawData.ToByteArray();
        var scales = run.Scales("w");
        var blocks = (Inputs + block - 1) / block;
        var values = new double[Inputs * Columns];
        for (var n = 0; n < Columns; n++)
        {
            for (var k = 0; k < Inputs; k++)
            {
                var place = (n * blocks * block) + k;
                var stored = bits == 8 ? packed[place] : (packed[place / 2] >> (4 * (place % 2))) & 15;
                values[(k * Columns) + n] = scales[(n * blocks) + (k / block)] * (double)(stored - ZeroPoint(n, k / block, blocks));
            }
        }

        return values;

        int ZeroPoint(int n, int index, int blocks) =>
            zeroPoints is null ? 1 << (bits - 1) : (zeroPoints[(n * ((blocks + 1) / 2)) + (index / 2)] >> (4 * (index % 2))) & 15;
    }
}
