using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Core.Tests.Runnable;

public sealed class ChannelAffineTests
{
    private const string Stage = "integer: { activations: static }";
    private const string Gate = "gate: { outputs: { samples: { random: { count: 8, seed: 3 } }, r2: 0.98 } }";
    private const float Epsilon = 0.5f;
    private static readonly float[] _weights = [127, 64, -3, 20, -127, 9, 100, -50];
    private static readonly float[] _scale = [3, -6];
    private static readonly float[] _shift = [0.25f, -0.5f];
    private static readonly float[] _mean = [1, 2];
    private static readonly float[] _variance = [1.75f, 8.5f];

    /// <summary>Normalization, products and sums behind a convolution are in its scales and its bias, and it is fused.</summary>
    [Fact]
    public void NothingIsLeftBehindAConvolution()
    {
        var model = Graphs.Model([("x", [1, 3, 8, 8])], [("y", ElementType.Float)],
            [
                RewrittenRun.Weight("first", 2, 16, 3, 3, 3), .. Statistics(16), RewrittenRun.Weight("second", 3, 8, 16, 3, 3),
                RewrittenRun.Weight("bias", 4, 8), RewrittenRun.Weight("factor", 5, 1, 8, 1, 1), RewrittenRun.Weight("number", 6),
            ],
            "Conv x,first -> a", "BatchNormalization a,scale,shift,mean,variance -> b", "Relu b -> c", "Conv c,second,bias -> d",
            "Mul factor,d -> e", "Add e,number -> y");
        using var run = new RewrittenRun(model, Stage, Gate);
        run.Outcome.Accepted.ShouldBeTrue(string.Join('\n', run.Outcome.Diagnostics.Select(diagnostic => diagnostic.Message)));
        run.Operators.ShouldNotContain("BatchNormalization");
        run.Operators.Intersect(["Mul", "Add"]).ShouldBeEmpty();
        run.Optimized().Node.Count(node => node.OpType == "QLinearConv").ShouldBe(2);
        run.Optimized().ShouldDequantizeForNoLayer();
        run.Model.Graph.Initializer.Select(tensor => tensor.Name).Intersect(["scale", "shift", "mean", "variance", "factor", "number", "bias"])
            .ShouldBeEmpty();

        // Signs of factors come and go: of the weights themselves nothing is lost but what rounding to 8 bits does.
        run.Outcome.Report.Weights.Count.ShouldBe(2);
        run.Outcome.Report.Weights.ShouldAllBe(weight => weight.R2 > 0.9999);
        var x = RewrittenRun.Input("x", RewrittenRun.Noise(3 * 8 * 8, 7), 1, 3, 8, 8);
        double[] original = [.. run.Original(x).Select(value => (double)value)];
        foreach (var level in DynamicMatMulTests.Levels)
            PlainR2.Of(original, [.. run.Run(level, x).Select(value => (double)value)]).ShouldBeGreaterThan(0.99, $"{level}");
    }

    /// <summary>a = scale / √(variance + ε): integers have its sign, scales its size, and the bias is shift + (bias − mean) · a.</summary>
    [Theory]
    [InlineData(17)]
    [InlineData(11)]
    public void NormalizationIsInScalesAndBias(int opset)
    {
        using var run = new RewrittenRun(Normalized(opset), Stage, Gate);
        double[] factors = [3 / Math.Sqrt(1.75 + Epsilon), -6 / Math.Sqrt(8.5 + Epsilon)];
        factors.ShouldBe([2, -2], 1e-6);
        run.Model.Graph.Initializer.Single(tensor => tensor.Name == "w_quantized").RawData.Select(value => (sbyte)value)
            .ShouldBe(_weights.Select((value, i) => (sbyte)(i < 4 ? value : -value)));
        run.Scales("w").ShouldBe([2, 2], 1e-5);
        if (opset >= 13)
            Floats(run, "b_offset").ShouldBe([0.25f + ((5 - 1) * 2), -0.5f + ((7 - 2) * -2)], 1e-5);
        else
            run.Optimized().ShouldHave("QLinearConv");
        run.Outcome.Report.Weights.ShouldAllBe(weight => weight.R2 == 1);
    }

    /// <summary>Who asks for what is between the layer and its normalization gets it.</summary>
    [Fact]
    public void AValueThatIsAnOutputStays()
    {
        var model = Normalized(17);
        model.Graph.Output.Add(Build.ValueOfAnyShape("a", ElementType.Float));
        using var run = new RewrittenRun(model, Stage, Gate);
        run.Operators.ShouldContain("BatchNormalization");
        run.Outcome.Report.Weights.ShouldAllBe(weight => weight.R2 == 1);
    }

    /// <summary>A factor along another axis than the channels is none of the layer.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(1, 4)]
    [InlineData(2, 1, 4, 4)]
    public void AProductAlongAnotherAxisStays(params int[] shape)
    {
        var model = Graphs.Model([("x", [1, 3, 4, 4])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, 4, 3, 1, 1), RewrittenRun.Weight("factor", 5, [.. shape.Select(length => (long)length)])],
            "Conv x,w -> a", "Mul a,factor -> y");
        if (shape.Length == 4)
        {
            model.Graph.Initializer[0].Dims[0] = 2;
            model.Graph.Initializer[0].RawData = Google.Protobuf.ByteString.CopyFrom(Build.Bytes(RewrittenRun.Noise(6, 2)));
        }

        using var run = new RewrittenRun(model, Stage, "gate: { outputs: { samples: { random: { count: 8, seed: 3 } }, r2: 0.9 } }");
        run.Operators.ShouldContain("Mul");
        run.Outcome.Accepted.ShouldBeTrue();
    }

    /// <summary>Opset 8 has an attribute that 10 has not: what is behind a sum is no business of a layer, and stays.</summary>
    [Fact]
    public void Opset8IsRaised()
    {
        var model = Normalized(8);
        model.Graph.Node.Single(node => node.Output[0] == "b").Output[0] = "sum";
        model.Graph.Node.Single(node => node.Output[0] == "sum").OpType = "Sum";
        model.Graph.Node.Single(node => node.Output[0] == "sum").Input.Clear();
        model.Graph.Node.Single(node => node.Output[0] == "sum").Input.Add("a");
        model.Graph.Node.Single(node => node.Output[0] == "sum").Attribute.Clear();
        var normalization = Build.Node("BatchNormalization", "n", "b");
        normalization.Input.AddRange(["sum", "scale", "shift", "mean", "variance"]);
        normalization.Attribute.Add(new AttributeProto { Name = "spatial", Type = 2, I = 1 });
        model.Graph.Node.Insert(2, normalization);
        using var run = new RewrittenRun(model, Stage, Gate);
        run.Model.OpsetImport.Single(opset => opset.Domain.Length == 0).Version.ShouldBe(10);
        run.Model.Graph.Node.Single(node => node.OpType == "BatchNormalization").Attribute.ShouldAllBe(attribute => attribute.Name != "spatial");
        run.Optimized().ShouldHave("QLinearConv");
        run.Outcome.Accepted.ShouldBeTrue();
    }

    private static float[] Floats(RewrittenRun run, string name)
    {
        var bytes = run.Model.Graph.Initializer.Single(tensor => tensor.Name == name).RawData;
        return [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToSingle(bytes.Span[(4 * i)..]))];
    }

    /// <summary>A convolution whose weights are the integers that they become, and its normalization by 2 and −2.</summary>
    private static ModelProto Normalized(int opset)
    {
        var model = Graphs.Model([("x", [1, 4, 4, 4])], [("y", ElementType.Float)],
            [
                Tensor("w", _weights, 2, 4, 1, 1), Tensor("bias", [5, 7], 2), Tensor("scale", _scale, 2), Tensor("shift", _shift, 2),
                Tensor("mean", _mean, 2), Tensor("variance", _variance, 2),
            ],
            "Conv x,w,bias -> a", "BatchNormalization a,scale,shift,mean,variance -> b", "Relu b -> y");
        model.OpsetImport[0].Version = opset;
        model.Graph.Node[1].Attribute.Add(new AttributeProto { Name = "epsilon", Type = 1, F = Epsilon });
        return model;
    }

    /// <summary>Statistics of channels, with signs of both kinds.</summary>
    private static IEnumerable<TensorProto> Statistics(int channels) =>
    [
        RewrittenRun.Weight("scale", 11, channels), RewrittenRun.Weight("shift", 12, channels), RewrittenRun.Weight("mean", 13, channels),
        Tensor("variance", [.. RewrittenRun.Noise(channels, 14).Select(value => 1 + (value * value))], channels),
    ];

    private static TensorProto Tensor(string name, float[] values, params long[] shape)
    {
        var tensor = Build.Raw(name, values);
        tensor.Dims.Clear();
        tensor.Dims.AddRange(shape);
        return tensor;
    }
}
