using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Core.Tests.Runnable;

/// <summary>Every expected value is from dequantizing by hand and multiplying in double.</summary>
public sealed class DynamicMatMulTests
{
    private const int Rows = 3;
    private const int Inputs = 40;
    private const int Columns = 24;
    private const string Stage = "integer";

    private static readonly float[] _x = RewrittenRun.Noise(Rows * Inputs, 1);

    public static TheoryData<GraphOptimizationLevel> Levels =>
    [
        GraphOptimizationLevel.ORT_DISABLE_ALL, GraphOptimizationLevel.ORT_ENABLE_BASIC, GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
        GraphOptimizationLevel.ORT_ENABLE_ALL,
    ];

    /// <summary>Two products of 63 and 255 fit into 16 bits; with 15 steps on each side, a weight has 31 values.</summary>
    [Theory]
    [InlineData(7, 63)]
    [InlineData(5, 15)]
    public void FewerBitsAreOfEight(int bits, int most)
    {
        var model = Graphs.Model([("x", [4, 40])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, 40, 24)], "MatMul x,w -> y");
        using var run = new RewrittenRun(model, FormattableString.Invariant($"integer: {{ bits: {bits} }}"));
        var integers = run.Model.Graph.Initializer.Single(tensor => tensor.Name == "w_quantized").RawData.Select(value => (int)(sbyte)value).ToList();
        integers.Max(Math.Abs).ShouldBe(most);
        var x = RewrittenRun.Noise(4 * 40, 5);
        var expected = RewrittenRun.Product(RewrittenRun.DynamicallyQuantized(x), run.Dequantized("w", i => i % 24), 4, 40, 24);
        foreach (var level in Levels)
        {
            var found = run.Run(level, RewrittenRun.Input("x", x, 4, 40));
            for (var i = 0; i < expected.Length; i++)
                ((double)found[i]).ShouldBe(expected[i], 2e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void AMatMulComputesWithIntegers(GraphOptimizationLevel level)
    {
        using var run = new RewrittenRun(Model([RewrittenRun.Weight("w", 2, Inputs, Columns)], "MatMul x,w -> y"), Stage);
        Compare(run, level, run.Dequantized("w", i => i % Columns));
        run.Optimized().ShouldHave("DynamicQuantizeMatMul");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void ATransposedWeightIsStoredAsItWas(GraphOptimizationLevel level)
    {
        using var run = new RewrittenRun(Model([RewrittenRun.Weight("w", 2, Columns, Inputs)], "Transpose w -> t", "MatMul x,t -> y"), Stage);
        Compare(run, level, RewrittenRun.Transposed(run.Dequantized("w", i => i / Inputs), Columns, Inputs));
        run.Optimized().ShouldHave("DynamicQuantizeMatMul");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void ALeftFactorHasAScaleForEachRow(GraphOptimizationLevel level)
    {
        var model = Graphs.Model([("x", [Inputs, Rows])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Columns, Inputs)],
            "MatMul w,x -> y");
        using var run = new RewrittenRun(model, Stage);
        var expected = RewrittenRun.Product(run.Dequantized("w", i => i / Inputs), RewrittenRun.DynamicallyQuantized(_x), Columns, Inputs, Rows);
        Close(run.Run(level, RewrittenRun.Input("x", _x, Inputs, Rows)), expected);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void AStackOfMatricesHasScalesForEach(GraphOptimizationLevel level)
    {
        var model = Graphs.Model([("x", [2, Rows, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, 2, Inputs, Columns)],
            "MatMul x,w -> y");
        var x = RewrittenRun.Noise(2 * Rows * Inputs, 1);
        using var run = new RewrittenRun(model, Stage);
        var w = run.Dequantized("w", i => (i / (Inputs * Columns) * Columns) + (i % Columns));
        var quantized = RewrittenRun.DynamicallyQuantized(x);
        double[] expected = [.. Enumerable.Range(0, 2).SelectMany(b =>
            RewrittenRun.Product(quantized[(b * Rows * Inputs)..], w[(b * Inputs * Columns)..], Rows, Inputs, Columns))];
        Close(run.Run(level, RewrittenRun.Input("x", x, 2, Rows, Inputs)), expected);
        run.Optimized().ShouldDequantizeForNoLayer();
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void AGemmKeepsItsBias(GraphOptimizationLevel level)
    {
        var model = Model([RewrittenRun.Weight("w", 2, Columns, Inputs), RewrittenRun.Weight("b", 3, Columns)], "Gemm x,w,b -> y");
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "transB", Type = 2, I = 1 });
        using var run = new RewrittenRun(model, Stage);
        var bias = RewrittenRun.Noise(Columns, 3);
        double[] expected = [.. Expected(RewrittenRun.Transposed(run.Dequantized("w", i => i / Inputs), Columns, Inputs))
            .Select((value, i) => value + bias[i % Columns])];
        Close(run.Run(level, RewrittenRun.Input("x", _x, Rows, Inputs)), expected);
        run.Optimized().ShouldDequantizeForNoLayer();
    }

    [Fact]
    public void TiedWeightsAreStoredOnce()
    {
        var model = Graphs.Model([("x", [1])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Columns, Inputs)],
            "Cast x -> i", "Gather w,i -> h", "Transpose w -> t", "MatMul h,t -> y");
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "to", Type = 2, I = (long)ElementType.Int64 });
        using var run = new RewrittenRun(model, Stage);
        run.Model.Graph.Initializer.Count(tensor => tensor.DataType == (int)ElementType.Int8).ShouldBe(1);
        var w = run.Dequantized("w", i => i / Inputs);
        float[] row = [.. w[(5 * Inputs)..(6 * Inputs)].Select(value => (float)value)];
        var expected = RewrittenRun.Product(RewrittenRun.DynamicallyQuantized(row), RewrittenRun.Transposed(w, Columns, Inputs), 1, Inputs, Columns);
        foreach (var level in Levels)
            Close(run.Run(level, RewrittenRun.Input("x", [5], 1)), expected);
        run.Optimized().ShouldHave("DynamicQuantizeMatMul");
    }

    [Fact]
    public void EqualWeightsAreStoredOnce()
    {
        var model = Model([RewrittenRun.Weight("w", 2, Inputs, Columns), RewrittenRun.Weight("v", 2, Inputs, Columns)],
            "MatMul x,w -> a", "MatMul x,v -> b", "Add a,b -> y");
        using var run = new RewrittenRun(model, Stage);
        run.Model.Graph.Initializer.Count(tensor => tensor.DataType == (int)ElementType.Int8).ShouldBe(1);
        run.Outcome.Report.Coverage.Shared.Select(shared => (shared.Path, shared.With)).ShouldBe([("v", "w")]);
        Close(run.Run(GraphOptimizationLevel.ORT_ENABLE_ALL, RewrittenRun.Input("x", _x, Rows, Inputs)),
            [.. Expected(run.Dequantized("w", i => i % Columns)).Select(value => 2 * value)]);
    }

    [Fact]
    public void BeforeOpset11TheFusedOperatorIsUsed()
    {
        var model = Model([RewrittenRun.Weight("w", 2, Inputs, Columns)], "MatMul x,w -> y");
        model.OpsetImport[0].Version = 9;
        using var run = new RewrittenRun(model, Stage);
        run.Operators.ShouldBe(["DynamicQuantizeMatMul"]);
        run.Model.OpsetImport.Select(opset => (opset.Domain, opset.Version)).ShouldBe([("com.microsoft", 1), ("", 9)], ignoreOrder: true);
        Compare(run, GraphOptimizationLevel.ORT_ENABLE_ALL, run.Dequantized("w", i => i % Columns));
    }

    [Fact]
    public void TheReportHasTheErrorOfTheDequantizedValues()
    {
        using var run = new RewrittenRun(Model([RewrittenRun.Weight("w", 2, Inputs, Columns)], "MatMul x,w -> y"), Stage);
        double[] original = [.. RewrittenRun.Noise(Inputs * Columns, 2).Select(value => (double)value)];
        double[] restored = [.. run.Dequantized("w", i => i % Columns).Select(value => (double)(float)value)];
        run.Outcome.Report.Weights.ShouldHaveSingleItem().R2.ShouldBe(PlainR2.Of(original, restored), 1e-9);
        run.Outcome.Report.Runnable!.Weights.Select(weight => (weight.Path, weight.Stored)).ShouldBe([("w", "8 bits per channel, MatMulInteger")]);
    }

    private static ModelProto Model(TensorProto[] weights, params string[] nodes) =>
        Graphs.Model([("x", [-1, Inputs])], [("y", ElementType.Float)], weights, nodes);

    private static void Compare(RewrittenRun run, GraphOptimizationLevel level, double[] weight) =>
        Close(run.Run(level, RewrittenRun.Input("x", _x, Rows, Inputs)), Expected(weight));

    private static double[] Expected(double[] weight) => RewrittenRun.Product(RewrittenRun.DynamicallyQuantized(_x), weight, Rows, Inputs, Columns);

    private static void Close(float[] found, double[] expected)
    {
        found.Length.ShouldBe(expected.Length);
        for (var i = 0; i < found.Length; i++)
            ((double)found[i]).ShouldBe(expected[i], 1e-4, $"value {i}");
    }
}
