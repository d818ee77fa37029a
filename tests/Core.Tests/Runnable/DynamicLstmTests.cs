using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Runnable;

public sealed class DynamicLstmTests
{
    private const int Steps = 5;
    private const int Inputs = 24;
    private const int Hidden = 16;

    /// <summary>
    /// Weights that integers hold exactly, so that only activations are rounded: to 255 steps of the range of each, a step or so of the outputs.
    /// </summary>
    [Theory]
    [InlineData("forward", 1)]
    [InlineData("bidirectional", 2)]
    public void AnLstmComputesWithIntegers(string direction, int directions)
    {
        using var run = new RewrittenRun(Model(direction, directions), "integer");
        run.Outcome.Report.Runnable!.Weights.Select(weight => weight.Stored)
            .ShouldBe(["8 bits per channel, DynamicQuantizeLSTM", "8 bits per channel, DynamicQuantizeLSTM"]);
        var x = RewrittenRun.Noise(Steps * 2 * Inputs, 4);
        var input = RewrittenRun.Input("x", x, Steps, 2, Inputs);
        var expected = run.Original(input);
        expected.Max(Math.Abs).ShouldBeGreaterThan(0.3f);
        foreach (var level in DynamicMatMulTests.Levels)
        {
            var found = run.Run(level, input);
            found.Length.ShouldBe(expected.Length);
            found.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeInRange(1e-6f, 0.03f, level.ToString());
        }

        run.Optimized().ShouldHave("DynamicQuantizeLSTM");
    }

    [Fact]
    public void BothWeightsOrNone()
    {
        var model = Model("forward", 1);
        using var folder = new TemporaryFolder();
        folder.Write("m.onnx", model);
        var outcome = SpecRun.Compress(folder, """
            models: [ { path: m.onnx, format: onnx } ]
            rules: [ { weights: w, minElements: 8, stack: [ integer ] } ]
            """);
        outcome.Report.Runnable!.Left.ShouldHaveSingleItem().Reason.ShouldBe("the other weight of the LSTM stays in float");
    }

    /// <summary>Alone, neither could be.</summary>
    [Fact]
    public void ASearchDecidesAboutBothWeights()
    {
        using var run = new RewrittenRun(Model("forward", 1), "integer: { for: outputs, prefer: size }",
            "gate: { outputs: { samples: { random: { seed: 1, count: 2, shapes: { x: [ 5, 2, 24 ] } } }, r2: 0.9 } }");
        run.Operators.ShouldContain("DynamicQuantizeLSTM");
        var layer = run.Outcome.Report.Runnable!.Search!.Layers.ShouldHaveSingleItem();
        var tried = layer.Tried.Single(tried => tried.Form == "8 bits");
        tried.Loss!.Value.ShouldBeInRange(1e-9, 1);

        // Both weights, and a scale for each of their 64 channels.
        tried.SavedBytes.ShouldBe((3 * 64 * (24 + 16)) - (2 * 64 * 4));
    }

    [Fact]
    public void ALayoutThatOnnxRuntimeHasNoOperatorForStaysInFloat()
    {
        var model = Model("forward", 1);
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "layout", Type = 2, I = 1 });
        using var run = new RewrittenRun(model, "integer");
        run.Outcome.Report.Runnable!.Left.Select(left => left.Reason).Distinct()
            .ShouldBe(["the LSTM has its batch first, and ONNX Runtime has none of integers that does"]);
        run.Operators.ShouldBe(["LSTM"]);
    }

    private static ModelProto Model(string direction, int directions)
    {
        var model = Graphs.Model([("x", [-1, 2, Inputs])], [("y", ElementType.Float)],
            [Grid("w", 2, directions, 4 * Hidden, Inputs), Grid("r", 3, directions, 4 * Hidden, Hidden)], "LSTM x,w,r -> y");
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "hidden_size", Type = 2, I = Hidden });
        model.Graph.Node[0].Attribute.Add(new AttributeProto
        {
            Name = "direction",
            Type = 3,
            S = ByteString.CopyFromUtf8(direction),
        });
        return model;
    }

    /// <summary>Multiples of 1/64 up to 127/64, of which each channel has the largest.</summary>
    private static TensorProto Grid(string name, int seed, params long[] shape)
    {
        var random = new Random(seed);
        var tensor = RewrittenRun.Weight(name, seed, shape);
        var last = (int)shape[^1];
        float[] values = [.. Enumerable.Range(0, tensor.RawData.Length / 4).Select(i => (i % last == 0 ? 127 : random.Next(-40, 41)) / 64f)];
        tensor.RawData = ByteString.CopyFrom(Build.Bytes(values));
        return tensor;
    }
}
