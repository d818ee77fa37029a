using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runnable.Patterns;

namespace CompressTasks.Core.Tests.Runnable;

public sealed class StaticLayerTests
{
    private const string Stage = "integer: { activations: static }";
    private const string Gate = "gate: { outputs: { samples: { random: { count: 8, seed: 3 } }, r2: 0.98 } }";

    [Fact]
    public void AConvolutionalNetworkComputesWithIntegersThroughout()
    {
        using var run = new RewrittenRun(Network(opset: 17), Stage, Gate);
        run.Outcome.Accepted.ShouldBeTrue(string.Join('\n', run.Outcome.Diagnostics.Select(diagnostic => diagnostic.Message)));
        var optimized = run.Optimized();
        optimized.ShouldHave("QLinearConv", "QLinearAdd", "QGemm");
        optimized.ShouldDequantizeForNoLayer();
        optimized.Node.ShouldAllBe(node => node.OpType != "Relu" && node.OpType != "Conv" && node.OpType != "Gemm");
        LevelsAgree(run);
    }

    [Fact]
    public void BeforeOpset13TheOperatorsOfOnnxRuntimeServe()
    {
        using var run = new RewrittenRun(Network(opset: 11), Stage, Gate);
        run.Model.OpsetImport.Single(opset => opset.Domain.Length == 0).Version.ShouldBe(11);
        run.Outcome.Accepted.ShouldBeTrue(string.Join('\n', run.Outcome.Diagnostics.Select(diagnostic => diagnostic.Message)));
        var optimized = run.Optimized();
        optimized.ShouldHave("QLinearConv", "QGemm");
        optimized.ShouldDequantizeForNoLayer();
        LevelsAgree(run);
    }

    /// <summary>Opset 9 has no QLinearConv, and a Slice with attributes that opset 10 has not.</summary>
    [Fact]
    public void Opset9IsRaisedByOne()
    {
        var model = Network(opset: 9);
        model.Graph.Node.Single(node => node.Output[0] == "y").Output[0] = "all";
        model.Graph.Node.Single(node => node.Output[0] == "all").Input.Add("none");
        model.Graph.Initializer.Add(Onnx.Build.Raw("none", new float[10]));
        var slice = Onnx.Build.Node("Slice", "cut", "y");
        slice.Input.Add("all");
        foreach (var (name, value) in new[] { ("starts", 2L), ("ends", 9L), ("axes", 1L) })
            slice.Attribute.Add(new AttributeProto { Name = name, Type = 7, Ints = { value } });
        model.Graph.Node.Add(slice);
        using var run = new RewrittenRun(model, Stage, Gate);
        run.Model.OpsetImport.Single(opset => opset.Domain.Length == 0).Version.ShouldBe(10);
        run.Outcome.Accepted.ShouldBeTrue(string.Join('\n', run.Outcome.Diagnostics.Select(diagnostic => diagnostic.Message)));
        run.Optimized().ShouldHave("QLinearConv", "QGemm");
        LevelsAgree(run);
    }

    [Theory]
    [InlineData(9, "Upsample",
        "opset 9 has no QLinearConv, and its Upsample is another operator in opset 10; export the model with opset 13 or later")]
    [InlineData(7, "Relu", "opset 7 has no QLinearConv; export the model with opset 13 or later")]
    public void AnOpsetThatCannotBeRaisedLeavesLayersInFloat(int opset, string type, string reason)
    {
        var graph = new GraphProto();
        graph.Node.Add(Onnx.Build.Node(type, "n", "o"));
        var layer = Onnx.Build.Node("Conv", "c", "y");
        layer.Input.AddRange(["x", "w"]);
        new StaticLayer().Hindrance(new(layer, 0, 1, IsTransposed: false), [8, 8, 3, 3],
            new(new() { Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = opset } } })).ShouldBe(reason);
    }

    /// <summary>
    /// ONNX Runtime rounds the weight of a layer behind a DequantizeLinear to 8 bits with one scale for all of it; of these, the small one would be 0.
    /// The first two have to stay what they are, by a rule that leaves them out.
    /// </summary>
    [Theory]
    [InlineData(17, "Conv p,b,d -> q")]
    [InlineData(17, "Conv p,b -> q")]
    [InlineData(17, "MaxPool p -> pooled", "Conv pooled,b,d -> q")]
    [InlineData(17, "ConvTranspose p,b,d -> q")]
    [InlineData(10, "Conv p,b,d -> q")]
    [InlineData(10, "MaxPool p -> pooled", "Conv pooled,b,d -> q")]
    public void ALayerThatIsLeftInFloatComputesInFloat(int opset, params string[] middle)
    {
        var model = Graphs.Model([("x", [1, 3, 8, 8])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("a", 1, 2, 3, 3, 3), Values("b", [2, 2, 1, 1], 100, 1, -3, 0.25f), Values("d", [2], 0.5f, -0.5f), RewrittenRun.Weight("c", 3, 4, 2, 3, 3)],
            ["Conv x,a -> h", "Relu h -> p", .. middle, "Conv q,c -> y"]);
        foreach (var pool in model.Graph.Node.Where(node => node.OpType == "MaxPool"))
            Ints(model, pool.Output[0], "kernel_shape", 1, 1);
        model.OpsetImport[0].Version = opset;
        using var run = new RewrittenRun(model, Stage, Gate);
        run.Outcome.Report.Runnable!.Weights.Select(weight => weight.Path).ShouldBe(["a", "c"]);
        var optimized = run.Optimized();
        optimized.Node.Count(node => node.OpType == "QLinearConv").ShouldBe(2);
        var layer = optimized.Node.Single(node => node.OpType is "Conv" or "FusedConv" or "ConvTranspose");
        var kept = optimized.Initializer.Single(tensor => tensor.Name == layer.Input[1]);
        ((ElementType)kept.DataType).ShouldBe(ElementType.Float);
        optimized.Node.ShouldAllBe(node => node.Output.All(output => !layer.Input.Skip(1).Contains(output)));
    }

    [Fact]
    public void AMatMulNeedsNoRangeOfItsOutput()
    {
        var model = Graphs.Model([("x", [4, 40])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, 40, 24), RewrittenRun.Weight("v", 3, 24, 24)], "MatMul x,w -> h", "Tanh h -> t", "MatMul t,v -> y");
        using var run = new RewrittenRun(model, Stage, Gate);
        run.Optimized().ShouldHave("MatMulIntegerToFloat");
        run.Optimized().ShouldDequantizeForNoLayer();
    }

    [Fact]
    public void AGemmIsTheProductOfDequantizedValues()
    {
        var model = Graphs.Model([("x", [4, 40])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, 40, 24), RewrittenRun.Weight("b", 3, 24)], "Gemm x,w,b -> y");
        using var run = new RewrittenRun(model, Stage, Gate);
        var scale = BitConverter.ToSingle(run.Model.Graph.Initializer.Single(tensor => tensor.Name == "x_scale").RawData.Span);
        var zero = run.Model.Graph.Initializer.Single(tensor => tensor.Name == "x_zero_point").RawData[0];
        var x = RewrittenRun.Noise(4 * 40, 5);
        double[] quantized = [.. x.Select(value => (double)scale * (Math.Clamp(MathF.Round(value / scale) + zero, 0, 255) - zero))];
        var bias = RewrittenRun.Noise(24, 3);
        double[] expected = [.. RewrittenRun.Product(quantized, run.Dequantized("w", i => i % 24), 4, 40, 24)
            .Select((value, i) => value + bias[i % 24])];
        foreach (var level in DynamicMatMulTests.Levels)
        {
            var found = run.Run(level, RewrittenRun.Input("x", x, 4, 40));
            for (var i = 0; i < expected.Length; i++)
                ((double)found[i]).ShouldBe(expected[i], 2e-3);
        }
    }

    [Fact]
    public void WithoutSamplesThereAreNoRanges() =>
        Should.Throw<CompressException>(() => new RewrittenRun(Network(opset: 17), Stage)).Diagnostics[0].Code.ShouldBe("CT1035");

    private static void LevelsAgree(RewrittenRun run)
    {
        var x = RewrittenRun.Input("x", RewrittenRun.Noise(3 * 16 * 16, 7), 1, 3, 16, 16);
        double[] original = [.. run.Original(x).Select(value => (double)value)];
        foreach (var level in DynamicMatMulTests.Levels)
            PlainR2.Of(original, [.. run.Run(level, x).Select(value => (double)value)]).ShouldBeGreaterThan(0.95, $"{level}");
    }

    /// <summary>Two convolutions and a shortcut, pooled, and a classifier.</summary>
    private static ModelProto Network(int opset)
    {
        var model = Graphs.Model([("x", [1, 3, 16, 16])], [("y", ElementType.Float)],
            [
                RewrittenRun.Weight("first", 2, 16, 3, 3, 3), RewrittenRun.Weight("bias", 8, 16), RewrittenRun.Weight("second", 3, 16, 16, 3, 3),
                RewrittenRun.Weight("classes", 4, 10, 16),
            ],
            "Conv x,first,bias -> a", "Relu a -> b", "MaxPool b -> p", "Conv p,second -> c", "Add c,p -> d", "Relu d -> e",
            "GlobalAveragePool e -> f", "Flatten f -> g", "Gemm g,classes -> y");
        model.OpsetImport[0].Version = opset;
        Ints(model, "a", "pads", 1, 1, 1, 1);
        Ints(model, "c", "pads", 1, 1, 1, 1);
        Ints(model, "p", "kernel_shape", 2, 2);
        model.Graph.Node.Single(node => node.Output[0] == "y").Attribute.Add(new AttributeProto { Name = "transB", Type = 2, I = 1 });
        return model;
    }

    private static TensorProto Values(string name, long[] shape, params float[] values)
    {
        var tensor = Onnx.Build.Raw(name, values);
        tensor.Dims.Clear();
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    private static void Ints(ModelProto model, string output, string name, params long[] values) =>
        model.Graph.Node.Single(node => node.Output[0] == output).Attribute.Add(new AttributeProto { Name = name, Type = 7, Ints = { values } });
}
