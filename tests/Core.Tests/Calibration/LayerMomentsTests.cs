using CompressTasks.Calibration;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.WeightCoding;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Calibration;

/// <summary>
/// Moments H of a layer's inputs are right when tr(Eᵀ H E) is what ONNX Runtime's outputs differ by, squared and summed, once an error E is added to
/// the weight: nothing here knows how the layer works.
/// </summary>
public sealed class LayerMomentsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("5,7", "7,4")]
    [InlineData("2,3,7", "7,4")]
    [InlineData("7", "7,4")]
    public void MatMulByAWeight(string x, string w) => Check("MatMul", Shape(x), Shape(w), weightFirst: false);

    [Theory]
    [InlineData("4,7", "7,5")]
    [InlineData("4,7", "3,7,5")]
    [InlineData("4,7", "7")]
    public void MatMulOfAWeight(string w, string x) => Check("MatMul", Shape(x), Shape(w), weightFirst: true);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void GemmByAWeightEitherWayRound(bool transA, bool transB) =>
        Check("Gemm", transA ? [7, 5] : [5, 7], transB ? [4, 7] : [7, 4], weightFirst: false, Integer("transA", transA ? 1 : 0),
            Integer("transB", transB ? 1 : 0));

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void GemmOfAWeightEitherWayRound(bool transA, bool transB) =>
        Check("Gemm", transB ? [5, 7] : [7, 5], transA ? [7, 4] : [4, 7], weightFirst: true, Integer("transA", transA ? 1 : 0),
            Integer("transB", transB ? 1 : 0));

    [Fact]
    public void ConvolutionOfOneAxis() => Check("Conv", [2, 3, 11], [6, 3, 4], weightFirst: false, Integers("pads", 2, 1), Integers("strides", 2));

    [Fact]
    public void ConvolutionOfTwoAxesWithEveryAttribute() =>
        Check("Conv", [2, 4, 9, 11], [6, 2, 3, 2], weightFirst: false, Integers("pads", 1, 0, 2, 1), Integers("strides", 2, 1),
            Integers("dilations", 1, 3), Integer("group", 2), Integers("kernel_shape", 3, 2));

    [Fact]
    public void ConvolutionOfThreeAxes() => Check("Conv", [1, 2, 5, 6, 4], [3, 2, 2, 3, 2], weightFirst: false, Integers("strides", 1, 2, 1));

    [Fact]
    public void DepthwiseConvolution() =>
        Check("Conv", [1, 5, 8, 8], [10, 1, 3, 3], weightFirst: false, Integer("group", 5), Integers("pads", 1, 1, 1, 1));

    [Theory]
    [InlineData("SAME_UPPER")]
    [InlineData("SAME_LOWER")]
    [InlineData("VALID")]
    public void ConvolutionThatPadsItself(string padding) =>
        Check("Conv", [1, 2, 8, 7], [3, 2, 4, 3], weightFirst: false,
            new AttributeProto { Name = "auto_pad", Type = 3, S = ByteString.CopyFromUtf8(padding) }, Integers("strides", 2, 3));

    // Taps that do not overlap: otherwise the errors of several meet in one output, which no moments of inputs alone tell.
    [Fact]
    public void TransposedConvolutionWithoutOverlap() =>
        Check("ConvTranspose", [2, 4, 3, 5], [4, 3, 2, 2], weightFirst: false, Integers("strides", 2, 2));

    [Fact]
    public void ATransposeBeforeTheLayerIsSeenThrough()
    {
        var graph = Graph([5, 7], [4, 7], "MatMul", ["x", "t"], []);
        var transpose = Build.Node("Transpose", "t", "t", Integers("perm", 1, 0));
        transpose.Input.Add("w");
        graph.Node.Insert(0, transpose);
        Check(graph, [4, 7], Random([5, 7], 1));
    }

    [Fact]
    public void TwoLayersWithOneWeightAddTheirInputs()
    {
        var graph = Graph([5, 4], [4, 4], "MatMul", ["x", "w"], []);
        graph.Node[0].Output[0] = "first";
        var second = Build.Node("MatMul", "second", "second");
        second.Input.AddRange(["twice", "w"]);
        var twice = Build.Node("Add", "twice", "twice");
        twice.Input.AddRange(["x", "x"]);
        var both = Build.Node("Concat", "y", "y", Integer("axis", 1));
        both.Input.AddRange(["first", "second"]);
        graph.Node.AddRange([twice, second, both]);

        var x = Random([5, 4], 1);
        var doubled = x with { Name = "twice", Bytes = Build.Bytes([.. Floats(x).Select(value => 2 * value)]) };
        Check(graph, [4, 4], x, doubled);
    }

    [Fact]
    public void GatherCountsItsIndices()
    {
        var graph = Graph([6], [9, 4], "Gather", ["w", "x"], [], ElementType.Int64);
        var indices = new TensorValue("x", ElementType.Int64, [6], [.. new long[] { 3, 3, 8, 0, -1, 3 }.SelectMany(BitConverter.GetBytes)]);
        Check(graph, [9, 4], indices);
    }

    /// <summary>Against plain loops: a recurrent layer's outputs are not linear in its weights.</summary>
    [Theory]
    [InlineData("forward", false)]
    [InlineData("reverse", false)]
    [InlineData("bidirectional", false)]
    [InlineData("bidirectional", true)]
    public void RecurrentStatesAreThoseBeforeEachStep(string direction, bool batchFirst)
    {
        const int steps = 5, batch = 2, hidden = 3;
        var directions = direction == "bidirectional" ? 2 : 1;
        var node = Build.Node("LSTM", "l", "y", new AttributeProto { Name = "direction", S = ByteString.CopyFromUtf8(direction) },
            Integer("layout", batchFirst ? 1 : 0));
        node.Input.AddRange(["x", "w", "r", "", "", "h"]);
        var use = LinearUses.Find(new GraphProto { Node = { node } }, [("r", [directions, 4 * hidden, hidden])])["r"];
        use.Layout.ShouldBe(new LinearLayout(hidden, directions * 4 * hidden, InputsLast: true, directions));

        var y = Random(batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden], 2) with { Name = "y" };
        var h = Random(batchFirst ? [batch, directions, hidden] : [directions, batch, hidden], 3) with { Name = "h" };
        var moments = Moments(use);
        use.Inputs.ShouldHaveSingleItem().AddTo([y, h], moments, InputSampling.All).ShouldBeTrue();
        for (var d = 0; d < directions; d++)
        {
            var isReverse = direction == "reverse" || d == 1;
            var expected = new double[hidden, hidden];
            for (var b = 0; b < batch; b++)
            {
                for (var step = 0; step < steps; step++)
                {
                    var before = isReverse ? step + 1 : step - 1;
                    for (var i = 0; i < hidden; i++)
                    {
                        for (var j = 0; j < hidden; j++)
                            expected[i, j] += State(before, i) * State(before, j);
                    }

                    double State(int at, int unit) => at < 0 || at >= steps
                        ? Floats(h)[(((batchFirst ? (b * directions) + d : (d * batch) + b) * hidden) + unit)]
                        : Floats(y)[((batchFirst ? (((b * steps) + at) * directions) + d : (((at * directions) + d) * batch) + b) * hidden) + unit];
                }
            }

            var found = moments[d].TakeMatrices().ShouldHaveSingleItem();
            for (var i = 0; i < hidden; i++)
            {
                for (var j = 0; j <= i; j++)
                    found[(i * hidden) + j].ShouldBe(expected[i, j], 1e-9);
            }
        }
    }

    [Fact]
    public void ARecurrentLayersInputWeightMeetsEveryStep()
    {
        var node = Build.Node("GRU", "g", "y");
        node.Input.AddRange(["x", "w", "r"]);
        var use = LinearUses.Find(new GraphProto { Node = { node } }, [("w", [1, 9, 4])])["w"];
        use.Layout.ShouldBe(new LinearLayout(4, 9, InputsLast: true, Groups: 1));
        use.Inputs.ShouldHaveSingleItem().ShouldBe(new AxisInput("x", -1));
    }

    /// <summary>As PyTorch's exporter writes an LSTM whose gates are in its own order.</summary>
    [Fact]
    public void RecurrentWeightsMayBePutTogetherOfTheirGates()
    {
        var graph = new GraphProto
        {
            Initializer = { Whole("zero", 0), Whole("four", 4), Whole("twelve", 12), Whole("end", 16) },
            Node =
            {
                BranchingModel.Node("Slice w,four,end,zero -> b"), BranchingModel.Node("Slice w,zero,four -> a"),
                BranchingModel.Node("Concat b,a -> c", Integer("axis", 0)), BranchingModel.Node("Unsqueeze c,zero -> u"),
                BranchingModel.Node("LSTM x,u,u -> y"),
            },
        };
        var use = LinearUses.Find(graph, [("w", [16, 4])])["w"];
        use.Layout.ShouldBe(new LinearLayout(4, 16, InputsLast: true, Groups: 1));
        use.Inputs.Select(input => input.Key).ShouldBe([new AxisInput("x", -1).Key, new StateInput("y", "", false, [false]).Key]);
        use.Outputs.ShouldBeEmpty();
    }

    /// <summary>Rows of a matrix are inputs there.</summary>
    [Theory]
    [InlineData("MatMul x,a -> y", "zero")]
    [InlineData("Unsqueeze a,zero -> y", "zero")]
    [InlineData("LSTM x,a,r -> y", "one")]
    public void RowsThatAreNoGatesAreNotCalibrated(string reader, string axis)
    {
        var graph = new GraphProto
        {
            Initializer = { Whole("zero", 0), Whole("one", 1), Whole("four", 4) },
            Node = { BranchingModel.Node($"Slice w,zero,four,{axis} -> a"), BranchingModel.Node(reader) },
        };
        LinearUses.Find(graph, [("w", [16, 4])]).ShouldBeEmpty();
    }

    private static TensorProto Whole(string name, long value) =>
        new() { Name = name, DataType = (int)ElementType.Int64, Dims = { 1 }, Int64Data = { value } };

    [Theory]
    [InlineData("Einsum")]
    [InlineData("Mul")]
    public void OtherOperatorsAreNotCalibrated(string type)
    {
        var node = Build.Node(type, "n", "y");
        node.Input.AddRange(["x", "w"]);
        LinearUses.Find(new GraphProto { Node = { node } }, [("w", [4, 4])]).ShouldBeEmpty();
    }

    [Fact]
    public void AWeightThatIsTwoDifferentMatricesIsNotCalibrated()
    {
        var gather = Build.Node("Gather", "g", "e");
        gather.Input.AddRange(["w", "ids"]);
        var gemm = Build.Node("Gemm", "h", "y", Integer("transB", 1));
        gemm.Input.AddRange(["e", "w"]);
        LinearUses.Find(new GraphProto { Node = { gather, gemm } }, [("w", [9, 4])]).ShouldBeEmpty();
    }

    [Fact]
    public void AWeightThatABranchUsesTooIsNotCalibrated()
    {
        var outer = Build.Node("MatMul", "m", "y");
        outer.Input.AddRange(["x", "w"]);
        var inner = Build.Node("MatMul", "n", "z");
        inner.Input.AddRange(["x", "w"]);
        var branch = Build.Node("If", "i", "b",
            new AttributeProto { Name = "then_branch", G = new GraphProto { Node = { inner }, Output = { new ValueInfoProto { Name = "z" } } } });
        branch.Input.Add("c");
        LinearUses.Find(new GraphProto { Node = { outer, branch } }, [("w", [4, 4])]).ShouldBeEmpty();
    }

    [Fact]
    public void InputsOfAnotherLengthAreRefused() =>
        new AxisInput("x", -1).AddTo([Random([3, 5], 1)], [new SecondMoments(4, 4)], InputSampling.All).ShouldBeFalse();

    private void Check(string type, int[] x, int[] w, bool weightFirst, params AttributeProto[] attributes) =>
        Check(Graph(x, w, type, weightFirst ? ["w", "x"] : ["x", "w"], attributes), w, Random(x, 1));

    private void Check(GraphProto graph, int[] shape, params TensorValue[] tensors)
    {
        var weight = Random(shape, 5);
        var error = Random(shape, 6);
        var use = LinearUses.Find(graph, [("w", [.. shape.Select(length => (long)length)])])["w"];
        ((long)use.Layout.Inputs * use.Layout.Outputs).ShouldBe(shape.Aggregate(1L, (product, length) => product * length));
        var moments = Moments(use);
        foreach (var input in use.Inputs)
            input.AddTo([.. input.Tensors.Select(name => tensors.Single(tensor => tensor.Name == name))], moments, InputSampling.All).ShouldBeTrue();

        // tr(Eᵀ H E), group by group of outputs, by plain loops.
        var e = use.Layout.ToRows([.. Floats(error)]);
        var (k, m) = (use.Layout.Inputs, use.Layout.Outputs);
        var matrices = Array.ConvertAll(moments, group => group.TakeMatrices());
        var form = 0.0;
        for (var output = 0; output < m; output++)
        {
            var index = output / (m / use.Layout.Groups);
            var group = moments[index];
            for (var i = 0; i < k; i++)
            {
                for (var j = 0; j < k; j++)
                {
                    var (high, low) = (Math.Max(i, j), Math.Min(i, j));
                    var run = high / group.RunLength;
                    if (low / group.RunLength == run)
                        form += e[(i * m) + output] * e[(j * m) + output] * matrices[index][run][((high % group.RunLength) * group.LengthOf(run))
                            + (low % group.RunLength)];
                }
            }
        }

        var original = Run(graph, shape, Floats(weight), tensors[0]);
        var disturbed = Run(graph, shape, [.. Floats(weight).Zip(Floats(error), (a, b) => a + b)], tensors[0]);
        var difference = original.Zip(disturbed, (a, b) => Math.Pow(b - a, 2)).Sum();
        difference.ShouldBeGreaterThan(0.1);
        form.ShouldBe(difference, 1e-4 * difference);
    }

    private float[] Run(GraphProto graph, int[] shape, float[] weight, TensorValue input)
    {
        var whole = graph.Clone();
        var tensor = Build.Raw("w", weight);
        tensor.Dims.Clear();
        tensor.Dims.AddRange(shape.Select(length => (long)length));
        whole.Initializer.Add(tensor);
        var path = _folder.Write($"{Guid.NewGuid():N}.onnx", Build.Model(whole).ToByteArray());
        using var options = new Microsoft.ML.OnnxRuntime.SessionOptions { GraphOptimizationLevel = Microsoft.ML.OnnxRuntime.GraphOptimizationLevel.ORT_DISABLE_ALL };
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(path, options);
        using var value = Microsoft.ML.OnnxRuntime.OrtValue.CreateAllocatedTensorValue(Microsoft.ML.OnnxRuntime.OrtAllocator.DefaultInstance,
            (Microsoft.ML.OnnxRuntime.Tensors.TensorElementType)input.Type, [.. input.Shape]);
        input.Bytes.CopyTo(value.GetTensorMutableRawData());
        using var run = new Microsoft.ML.OnnxRuntime.RunOptions();
        using var outputs = session.Run(run, ["x"], [value], ["y"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static SecondMoments[] Moments(LinearUse use) =>
        [.. Enumerable.Range(0, use.Layout.Groups)
            .Select(_ => new SecondMoments(use.Layout.Inputs, use.Inputs.Any(input => input is IndexInput) ? 1 : 64))];

    private static GraphProto Graph(int[] x, int[] w, string type, string[] inputs, AttributeProto[] attributes,
        ElementType inputType = ElementType.Float)
    {
        var graph = new GraphProto
        {
            Name = "g",
            Input = { Build.Value("x", inputType, x.Select(length => (long)length)) },
            Output = { Build.ValueOfAnyShape("y", ElementType.Float) }
        };
        var node = Build.Node(type, "layer", "y", attributes);
        node.Input.AddRange(inputs);
        graph.Node.Add(node);
        return graph;
    }

    private static TensorValue Random(int[] shape, int seed)
    {
        var random = new Random(seed);
        return new("x", ElementType.Float, [.. shape.Select(length => (long)length)],
            Build.Bytes(
                [.. Enumerable.Range(0, shape.Aggregate(1, (product, length) => product * length)).Select(_ => (random.NextSingle() * 2) - 0.7f)]));
    }

    private static float[] Floats(TensorValue tensor) =>
        [.. Enumerable.Range(0, tensor.Bytes.Length / 4).Select(i => BitConverter.ToSingle(tensor.Bytes, 4 * i))];

    private static AttributeProto Integer(string name, long value) => new() { Name = name, Type = 2, I = value };

    private static AttributeProto Integers(string name, params long[] values) => new() { Name = name, Type = 7, Ints = { values } };

    private static int[] Shape(string text) => [.. text.Split(',').Select(int.Parse)];
}
