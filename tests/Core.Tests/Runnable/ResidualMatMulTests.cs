using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Corpus;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Core.Tests.Runnable;

/// <summary>Expected values are from quantizing inputs, and what that loses of them, and from dequantizing weights by hand.</summary>
public sealed class ResidualMatMulTests
{
    private const int Rows = 3;
    private const int Inputs = 40;
    private const int Columns = 24;
    private const string Stage = "integer: { activations: residual }";

    private static readonly float[] _x = RewrittenRun.Noise(Rows * Inputs, 1);

    [Theory]
    [MemberData(nameof(DynamicMatMulTests.Levels), MemberType = typeof(DynamicMatMulTests))]
    public void WhatIsLostOfTheInputsIsMultipliedToo(GraphOptimizationLevel level)
    {
        var model = Graphs.Model([("x", [Rows, Inputs])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Inputs, Columns)], "MatMul x,w -> y");
        using var run = new RewrittenRun(model, Stage);
        run.Outcome.Report.Runnable!.Weights.ShouldHaveSingleItem().Stored.ShouldBe("8 bits per channel, MatMulInteger of residuals too");
        var w = run.Dequantized("w", i => i % Columns);

        // Of a first step of 1/255 of the range, the second is 1/255.
        var expected = RewrittenRun.Product([.. _x.Select(value => (double)value)], w, Rows, Inputs, Columns);
        var found = run.Run(level, RewrittenRun.Input("x", _x, Rows, Inputs));
        for (var i = 0; i < expected.Length; i++)
            ((double)found[i]).ShouldBe(expected[i], 2e-4);
        var once = RewrittenRun.Product(RewrittenRun.DynamicallyQuantized(_x), w, Rows, Inputs, Columns);
        once.Zip(expected).Max(pair => Math.Abs(pair.First - pair.Second)).ShouldBeGreaterThan(2e-3);
        var optimized = run.Optimized();
        optimized.Node.Select(node => node.OpType).Where(type => type.Contains("MatMul", StringComparison.Ordinal))
            .ShouldBe(["MatMulIntegerToFloat", "DynamicQuantizeMatMul"], ignoreOrder: true);
        optimized.ShouldDequantizeForNoLayer();
    }

    /// <summary>Two layers take the same input, which is quantized once; one is a Gemm with a bias and the weight transposed, the other a left factor.</summary>
    [Fact]
    public void LayersOfOneInputShareWhatIsQuantized()
    {
        var model = Graphs.Model([("x", [Inputs, Inputs])], [("y", ElementType.Float), ("z", ElementType.Float), ("v", ElementType.Float)],
            [RewrittenRun.Weight("a", 2, Inputs, Columns), RewrittenRun.Weight("b", 3, Columns, Inputs), RewrittenRun.Weight("c", 4, Columns),
                RewrittenRun.Weight("d", 5, Columns, Inputs)],
            "MatMul x,a -> y", "Gemm x,b,c -> z", "MatMul d,x -> v");
        model.Graph.Node[1].Attribute.Add(new AttributeProto { Name = "transB", Type = 2, I = 1 });
        using var run = new RewrittenRun(model, Stage);
        run.Operators.Count(type => type == "DynamicQuantizeLinear").ShouldBe(2);
        run.Operators.Count(type => type == "MatMulInteger").ShouldBe(6);
        var input = RewrittenRun.Input("x", RewrittenRun.Noise(Inputs * Inputs, 6), Inputs, Inputs);
        foreach (var level in DynamicMatMulTests.Levels)
        {
            foreach (var (original, found) in OnnxRuntimeOutputs.Run(run.OriginalPath, [input]).Zip(OnnxRuntimeOutputs.Run(run.Path, [input], level)))
                (1 - R2(original.Bytes, found.Bytes)).ShouldBeInRange(0, 1e-4);
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
        run.Outcome.Report.Notes.ShouldContain("No weight became one of another type: the graph is as it was, and as fast.");
    }

    [Theory]
    [InlineData("{ bits: 4, activations: residual }")]
    [InlineData("{ block: 64, activations: residual }")]
    public void ItIsNotForBlocks(string options)
    {
        var model = Graphs.Model([("x", [Rows, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, Columns)], "MatMul x,w -> y");
        Should.Throw<CompressException>(() => new RewrittenRun(model, $"integer: {options}")).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT1035");
    }

    /// <summary>
    /// One value of the input is a thousand times as large as the others and meets weights of zero: in one step of 8 bits nothing is left of the
    /// others, in two nearly all.
    /// </summary>
    [Fact]
    public void ASearchFindsItWhereEightBitsAreTooFew()
    {
        const int width = 512;
        var (w, x) = (RewrittenRun.Weight("w", 2, width, width), RewrittenRun.Noise(4 * 64 * width, 7));
        var values = RewrittenRun.Noise(width * width, 2);
        values.AsSpan(0, width).Clear();
        w.RawData = Google.Protobuf.ByteString.CopyFrom(Build.Bytes(values));
        for (var i = 0; i < x.Length; i += width)
            x[i] = 1000;
        var model = Graphs.Model([("x", [64, width])], [("y", ElementType.Float)], [w], "MatMul x,w -> y");
        var samples = Npz.File(("x", Npz.Array("<f4", $"4, 64, {width}", x)));
        using var run = new RewrittenRun(model, "integer: { for: outputs, prefer: size }", "gate: { outputs: { samples: s.npz, r2: 0.999 } }", "onnx", ("s.npz", samples));
        run.Outcome.Accepted.ShouldBeTrue();
        run.Outcome.Report.Runnable!.Search!.Layers.ShouldHaveSingleItem().Form.ShouldBe("8 bits, residual activations");
    }

    internal static double R2(byte[] original, byte[] found)
    {
        var (a, b) = (System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(original).ToArray(), System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(found).ToArray());
        var mean = a.Average(value => (double)value);
        return 1 - (a.Zip(b).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / a.Sum(value => Math.Pow(value - mean, 2)));
    }
}
