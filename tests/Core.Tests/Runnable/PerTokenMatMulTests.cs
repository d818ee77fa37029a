using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Corpus;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Core.Tests.Runnable;

/// <summary>Expected values are from dividing rows by their largest magnitude, quantizing them, and dequantizing weights by hand.</summary>
public sealed class PerTokenMatMulTests
{
    private const int Rows = 5;
    private const int Inputs = 40;
    private const int Columns = 24;
    private const string Stage = "integer: { activations: perToken }";

    /// <summary>Rows of 1, 10, 100 and 1000, and one of zeros.</summary>
    private static readonly float[] _x =
        [.. RewrittenRun.Noise(Rows * Inputs, 1).Select((value, i) => i / Inputs == Rows - 1 ? 0 : value * MathF.Pow(10, i / Inputs))];

    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(18)]
    [InlineData(21)]
    public void EachRowHasStepsOfItsOwn(int opset)
    {
        var model = Graphs.Model([("x", [Rows, Inputs])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Inputs, Columns)], "MatMul x,w -> y");
        model.OpsetImport[0].Version = opset;
        using var run = new RewrittenRun(model, Stage);
        run.Outcome.Report.Runnable!.Weights.ShouldHaveSingleItem().Stored.ShouldBe("8 bits per channel, MatMulInteger per token");
        var w = run.Dequantized("w", i => i % Columns);

        var expected = RewrittenRun.Product(Quantized(_x, Rows, Inputs), w, Rows, Inputs, Columns);
        foreach (var level in DynamicMatMulTests.Levels)
        {
            var found = run.Run(level, RewrittenRun.Input("x", _x, Rows, Inputs));
            for (var i = 0; i < expected.Length; i++)
                ((double)found[i]).ShouldBe(expected[i], 2e-6 * Math.Pow(10, i / Columns));
            found[^Columns..].ShouldAllBe(value => value == 0);
        }

        // With one range for all, steps are 2000/255: nothing is left of the first row.
        var together = RewrittenRun.Product(RewrittenRun.DynamicallyQuantized(_x), w, Rows, Inputs, Columns);
        together[..Columns].ShouldAllBe(value => Math.Abs(value) < 1e-9);
        var optimized = run.Optimized();
        optimized.ShouldHave("DynamicQuantizeMatMul", "ReduceMax", "Div");
        optimized.ShouldDequantizeForNoLayer();
    }

    /// <summary>Two layers take the same rows, which are quantized once; a left factor meets columns.</summary>
    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public void LayersOfOneInputShareWhatIsQuantized(int opset)
    {
        var model = Graphs.Model([("x", [Inputs, Inputs])], [("y", ElementType.Float), ("z", ElementType.Float), ("v", ElementType.Float)],
            [RewrittenRun.Weight("a", 2, Inputs, Columns), RewrittenRun.Weight("b", 3, Columns, Inputs), RewrittenRun.Weight("c", 4, Columns),
                RewrittenRun.Weight("d", 5, Columns, Inputs)],
            "MatMul x,a -> y", "Gemm x,b,c -> z", "MatMul d,x -> v");
        model.Graph.Node[1].Attribute.Add(new AttributeProto { Name = "transB", Type = 2, I = 1 });
        model.OpsetImport[0].Version = opset;
        using var run = new RewrittenRun(model, Stage);
        run.Operators.Count(type => type == "DynamicQuantizeLinear").ShouldBe(2);
        run.Operators.Count(type => type == "MatMulInteger").ShouldBe(3);
        var input = RewrittenRun.Input("x", RewrittenRun.Noise(Inputs * Inputs, 6), Inputs, Inputs);
        foreach (var level in DynamicMatMulTests.Levels)
        {
            foreach (var (original, found) in OnnxRuntimeOutputs.Run(run.OriginalPath, [input]).Zip(OnnxRuntimeOutputs.Run(run.Path, [input], level)))
                ResidualMatMulTests.R2(original.Bytes, found.Bytes).ShouldBeInRange(0.9998, 1);
        }
    }

    [Fact]
    public void BeforeOpset11ThereIsNone()
    {
        var model = Graphs.Model([("x", [Rows, Inputs])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Inputs, Columns)], "MatMul x,w -> y");
        model.OpsetImport[0].Version = 10;
        using var run = new RewrittenRun(model, Stage);
        run.Outcome.Report.Runnable!.Left.ShouldHaveSingleItem().Reason
            .ShouldBe("opset 10 has no DynamicQuantizeLinear; export the model with opset 11 or later");
    }

    [Theory]
    [InlineData("{ bits: 4, activations: perToken }")]
    [InlineData("{ block: 64, activations: perToken }")]
    public void ItIsNotForBlocks(string options)
    {
        var model = Graphs.Model([("x", [Rows, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, Columns)], "MatMul x,w -> y");
        Should.Throw<CompressException>(() => new RewrittenRun(model, $"integer: {options}")).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT1035");
    }

    /// <summary>
    /// Rows of the input lie three orders of magnitude apart, and count alike in the output. In steps of one range small rows are lost; in steps of each
    /// row they are not.
    /// </summary>
    [Fact]
    public void ASearchFindsItWhereRowsDiffer()
    {
        const int width = 512;
        const int rows = 64;
        var model = Graphs.Model([("x", [rows, width])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, width, width), Graphs.Matrix("s", rows, 1, i => i % 2 == 0 ? 1 : 1000)], "MatMul x,w -> h", "Mul h,s -> y");
        var x = RewrittenRun.Noise(4 * rows * width, 7).Select((value, i) => i / width % 2 == 0 ? 1000 * value : value).ToArray();
        var samples = Npz.File(("x", Npz.Array("<f4", $"4, {rows}, {width}", x)));
        using var run = new RewrittenRun(model, "integer: { for: outputs, prefer: size }", "gate: { outputs: { samples: s.npz, r2: 0.999 } }", "onnx", ("s.npz", samples));
        run.Outcome.Accepted.ShouldBeTrue();
        run.Outcome.Report.Runnable!.Search!.Layers.Single(layer => layer.Path == "w").Form.ShouldBe("8 bits, activations per token");
    }

    /// <summary>One channel is a hundred times as large as the others, in rows of different sizes: it is divided in front of the rows.</summary>
    [Fact]
    public void ChannelsAreEqualizedInFrontOfRows()
    {
        var model = Graphs.Model([("x", [Rows, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, Columns)], "MatMul x,w -> y");
        const string gate = "gate: { outputs: { samples: g.npz, r2: 0.5 } }";
        (string, byte[])[] files = [("c.npz", Samples(1)), ("g.npz", Samples(2))];
        using var equalized = new RewrittenRun(model, "integer: { activations: perToken, calibration: c.npz }", gate, "onnx", files);
        using var plain = new RewrittenRun(model, Stage, gate, "onnx", files);
        (1 - equalized.Outcome.Report.Outputs!.Pooled.R2!.Value).ShouldBeInRange(0, 0.2 * (1 - plain.Outcome.Report.Outputs!.Pooled.R2!.Value));
        equalized.Model.Graph.Node.Single(node => node.OpType == "Mul" && node.Input.Contains("x_equalization_token")).Input[0].ShouldBe("x");

        // What is read back has the factors undone.
        equalized.Outcome.Report.Weights.Single(weight => weight.Path == "w").R2.ShouldBeInRange(0.999, 1);

        static byte[] Samples(int seed)
        {
            var noise = RewrittenRun.Noise(16 * Rows * Inputs, seed);
            for (var i = 0; i < noise.Length; i++)
                noise[i] *= (1 + (i / Inputs % Rows)) * (i % Inputs == 5 ? 100 : 1);
            return Npz.File(("x", Npz.Array("<f4", $"16, {Rows}, {Inputs}", noise)));
        }
    }

    /// <summary>Each row over its largest magnitude, all in steps of one range, times that magnitude.</summary>
    private static double[] Quantized(float[] values, int rows, int width)
    {
        var largest = Enumerable.Range(0, rows).Select(row => values.AsSpan(row * width, width).ToArray().Max(MathF.Abs)).ToArray();
        float[] normalized = [.. values.Select((value, i) => largest[i / width] == 0 ? 0 : value / largest[i / width])];
        return [.. RewrittenRun.DynamicallyQuantized(normalized).Select((value, i) => value * largest[i / width])];
    }
}
