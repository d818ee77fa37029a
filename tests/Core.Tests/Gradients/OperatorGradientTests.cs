using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Gradients;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Gradients;

/// <summary>
/// The gradient of Σ cotangent · output by each operand, as ONNX Runtime computes it from the backward graph, against central differences of what
/// ONNX Runtime makes of the operator: nothing here knows what an operator does.
/// </summary>
public sealed class OperatorGradientTests
{
    private const float Difference = 1 / 64f;

    /// <summary>
    /// Operator, opset, shapes of the operands, attributes, and constant inputs that follow. Of operands with @ the gradient is not asked
    /// for; those with + are positive.
    /// </summary>
    private const string Table =
        """
        Add 17 | 2,3,4 ; 3,1
        Add 9 | 3,1 ; 2,3,4
        Add 17 | 4 ; 4
        Sum 13 | 2,3 ; 3 ; 2,1
        Sub 17 | 2,3 ; 2,3
        Sub 9 | 3 ; 2,1
        Mul 17 | 2,3,4 ; 1,4
        Mul 9 | 1 ; 2,5
        Div 17 | 2,3 ; 3
        Div 9 | 1,3 ; 2,1
        Pow 17 | 2,5 | | f:2
        Pow 9 | 2,5 | | f:3
        Neg 17 | 3,4
        Exp 17 | 3,4
        Log 17 | 3,4
        Sqrt 17 | 3,4
        Abs 17 | 3,4
        Reciprocal 17 | 3,4
        Sin 17 | 3,4
        Cos 17 | 3,4
        Identity 17 | 3,4
        Relu 17 | 3,4
        Relu 8 | 3,4
        LeakyRelu 17 | 3,4 | alpha=0.2f
        LeakyRelu 9 | 3,4
        LeakyRelu 8 | 3,4
        Elu 17 | 3,4 | alpha=0.7f
        Softplus 17 | 3,4
        Sigmoid 17 | 3,4
        Tanh 17 | 3,4
        Erf 17 | 3,4
        Gelu 20 | 3,4
        HardSigmoid 17 | 3,4 | alpha=0.3f beta=0.4f
        HardSigmoid 9 | 3,4
        HardSwish 17 | 3,4
        Clip 9 | 3,4 | min=-0.4f max=0.7f
        Clip 17 | 3,4 | | f:-0.4 f:0.7
        MatMul 17 | 5,7 ; 7,4
        MatMul 9 | 2,3,5,7 ; 7,4
        MatMul 17 | 2,1,5,3 ; 4,3,2
        MatMul 17 | 7 ; 7,4
        MatMul 17 | 2,5,7 ; 7
        MatMul 17 | 7 ; 7
        Gemm 17 | 5,7 ; 7,4 ; 4
        Gemm 9 | 7,5 ; 7,4 ; 5,4 | transA=1 alpha=0.5f beta=2f
        Gemm 17 | 5,7 ; 4,7 ; 5,1 | transB=1 alpha=2f
        Gemm 13 | 7,5 ; 4,7 | transA=1 transB=1
        Softmax 17 | 2,3,4
        Softmax 17 | 2,3,4 | axis=1
        Softmax 9 | 2,3,4
        Softmax 11 | 2,3,4 | axis=-1
        LogSoftmax 17 | 2,5
        LogSoftmax 9 | 2,2,3 | axis=1
        Reshape 17 | 2,3,4 | | i:4,-1
        Flatten 17 | 2,3,4 | axis=2
        Squeeze 17 | 2,1,3 | | i:1
        Squeeze 9 | 2,1,3 | axes=1
        Unsqueeze 17 | 2,3 | | i:1
        Unsqueeze 9 | 2,3 | axes=0,3
        Transpose 17 | 2,3,4
        Transpose 9 | 2,3,4 | perm=1,2,0
        Expand 17 | 3,1 | | i:2,3,4
        Concat 17 | 2,3 ; 2,1 ; 2,4 | axis=-1
        Concat 9 | 1,3 ; 2,3 | axis=0
        Slice 17 | 5,6 | | i:1,5 i:4,0 i:0,1 i:1,-2
        Slice 9 | 5,6 | starts=1,-3 ends=4,6 axes=0,1
        Slice 10 | 5,6 | | i:2 i:5 i:0
        Gather 17 | 5,3 | axis=0 | i:4,-1,0
        Gather 9 | 2,5,3 | axis=1 | i:1,1
        Gather 17 | 2,5,3 | axis=1 | s:2
        ReduceMean 17 | 2,3,4 | axes=1 keepdims=0
        ReduceMean 9 | 2,3,4 | axes=-1
        ReduceMean 18 | 2,3,4 | | i:1,2
        ReduceSum 17 | 2,3,4 | | i:0,2
        ReduceSum 9 | 2,3,4 | keepdims=0
        GlobalAveragePool 17 | 2,3,4,5
        AveragePool 17 | 1,2,6,7 | kernel_shape=2,3 strides=2,2
        AveragePool 8 | 1,3,4,4 | kernel_shape=4,4
        AveragePool 11 | 1,2,5,5 | kernel_shape=3,3 strides=1,2 pads=1,1,1,1 count_include_pad=1
        MaxPool 17 | 1,2,6,7 | kernel_shape=2,3 strides=2,3
        MaxPool 9 | 1,2,5,4 | kernel_shape=2,2 strides=3,2
        MaxPool 8 | 1,1,7,8 | kernel_shape=3,3 strides=2,2 pads=1,1,0,0
        MaxPool 17 | 2,1,5,6 | kernel_shape=3,2 strides=1,2 pads=1,0,1,1 dilations=2,1
        MaxPool 17 | 1,2,6,4 | kernel_shape=2,2 strides=2,2 ceil_mode=1
        MaxPool 12 | 1,2,9 | kernel_shape=4 strides=2 auto_pad=SAME_UPPER
        Resize 15 | 1,2,3,4 | mode=linear coordinate_transformation_mode=half_pixel | e: e: i:1,2,6,4
        Resize 11 | 2,1,4,5 | mode=nearest coordinate_transformation_mode=asymmetric nearest_mode=floor | r: r:1,1,2,3
        Resize 13 | 1,1,6,5 | mode=cubic coordinate_transformation_mode=align_corners cubic_coeff_a=-0.5f | e: e: i:1,1,4,7
        Resize 18 | 1,2,5,7 | mode=linear antialias=1 | e: e: i:1,2,3,4
        Conv 8 | 1,3,7,7 ; @2,3,3,3 | strides=2,2 pads=1,1,0,0
        Conv 17 | 2,3,9 ; @4,3,4 | strides=2 pads=2,1
        Conv 9 | 1,4,9,11 ; @6,2,3,2 | pads=1,0,2,1 strides=2,1 dilations=1,3 group=2
        Conv 17 | 1,5,8,8 ; @10,1,3,3 | group=5 strides=2,2 pads=1,1,1,1
        Conv 17 | 1,2,8,7 ; @3,2,4,3 | auto_pad=SAME_UPPER strides=2,3
        Conv 17 | 1,2,8,7 ; @3,2,4,3 | auto_pad=SAME_LOWER strides=1,2
        Conv 17 | 1,2,8,7 ; @3,2,4,3 | auto_pad=VALID strides=2,3
        ConvTranspose 17 | 1,4,3,5 ; @4,3,2,2 | strides=2,2
        ConvTranspose 11 | 1,4,3,5 ; @4,2,3,3 | strides=2,1 pads=1,0,1,1 output_padding=1,0 group=2
        BatchNormalization 17 | 2,3,4 ; @3 ; @3 ; @3 ; @+3
        BatchNormalization 8 | 2,3,4,2 ; @3 ; @3 ; @3 ; @+3 | epsilon=0.1f
        BatchNormalization 9 | 2,3,4,2 ; @3 ; @3 ; @3 ; @+3 | epsilon=0.1f
        InstanceNormalization 17 | 2,3,5 ; @3 ; @3
        LayerNormalization 17 | 2,3,4 ; @4 ; @4
        LayerNormalization 17 | 2,3,4 ; @3,4 ; @3,4 | axis=1 epsilon=0.01f
        """;

    public static TheoryData<string> Cases { get; } = [.. Table.Split('\n', StringSplitOptions.TrimEntries)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientsAreWhatDifferencesTend(string row)
    {
        var parts = row.Split('|', StringSplitOptions.TrimEntries);
        var (type, opset) = (parts[0].Split(' ')[0], int.Parse(parts[0].Split(' ')[1]));
        var (operands, attributes, constants) = (parts[1], parts.ElementAtOrDefault(2) ?? "", parts.ElementAtOrDefault(3) ?? "");
        var node = Node(type, attributes);
        var graph = new GraphProto { Name = "g", Node = { node }, Output = { Build.ValueOfAnyShape("y", ElementType.Float) } };
        var values = new List<(string Name, long[] Shape, float[] Values)>();
        var varied = new List<string>();
        foreach (var (index, operand) in operands.Split(';', StringSplitOptions.TrimEntries).Index())
        {
            long[] shape = [.. operand.TrimStart('@', '+').Split(',').Select(long.Parse)];
            var isPositive = operand.Contains('+') || type is "Log" or "Sqrt" or "Reciprocal" or "Pow" || (type == "Div" && index == 1);
            values.Add(($"x{index}", shape, Numbers(shape, index, isPositive)));
            node.Input.Add($"x{index}");
            graph.Input.Add(Build.Value($"x{index}", ElementType.Float, shape));
            if (!operand.StartsWith('@'))
                varied.Add($"x{index}");
        }

        foreach (var (index, constant) in constants.Split(' ', StringSplitOptions.RemoveEmptyEntries).Index())
        {
            node.Input.Add(constant == "e:" ? "" : $"c{index}");
            if (constant != "e:")
                graph.Initializer.Add(Constant($"c{index}", constant));
        }

        GradientChecks.Check(graph, opset, values, varied, ["y"], Difference);
    }

    [Fact]
    public void EveryOperatorHasACase() =>
        OperatorGradients.Operators.Except(["Split", "Where", "Dropout", "Cast"])
            .Except(Table.Split('\n').Select(row => row.Trim().Split(' ')[0])).ShouldBeEmpty();

    [Theory]
    [InlineData(9, "2,3")]
    [InlineData(13, "3")]
    [InlineData(17, "2,1")]
    public void WhereGoesEitherWay(int opset, string second)
    {
        var node = Node("Where", "");
        node.Input.AddRange(["c", "a", "b"]);
        var graph = new GraphProto { Name = "g", Node = { node }, Output = { Build.ValueOfAnyShape("y", ElementType.Float) } };
        graph.Initializer.Add(new TensorProto
        {
            Name = "c",
            DataType = (int)ElementType.Bool,
            Dims = { 2, 3 },
            RawData = ByteString.CopyFrom(1, 0, 0, 1, 1, 0),
        });
        long[] shape = [.. second.Split(',').Select(long.Parse)];
        graph.Input.AddRange([Build.Value("a", ElementType.Float, 2, 3), Build.Value("b", ElementType.Float, shape)]);
        (string, long[], float[])[] values = [("a", [2, 3], Numbers([2, 3], 0, false)), ("b", shape, Numbers(shape, 1, false))];
        GradientChecks.Check(graph, opset, values, ["a", "b"], ["y"], Difference);
    }

    /// <summary>Also where nothing depends on one of the parts.</summary>
    [Theory]
    [InlineData(17, true)]
    [InlineData(17, false)]
    [InlineData(9, true)]
    public void SplitPutsThePartsTogether(int opset, bool usesAll)
    {
        var node = new NodeProto { OpType = "Split", Input = { "x" }, Output = { "p", "q", "r" }, Attribute = { GradientWriter.Integer("axis", 1) } };
        var graph = new GraphProto { Name = "g", Node = { node } };
        if (opset >= 13)
        {
            graph.Initializer.Add(Constant("c", "i:2,1,3"));
            node.Input.Add("c");
        }
        else
        {
            node.Attribute.Add(GradientWriter.Integers("split", [2, 1, 3]));
        }

        graph.Input.Add(Build.Value("x", ElementType.Float, 2, 6));
        string[] outputs = usesAll ? ["p", "q", "r"] : ["p", "r"];
        graph.Output.AddRange(outputs.Select(name => Build.ValueOfAnyShape(name, ElementType.Float)));
        GradientChecks.Check(graph, opset, [("x", [2, 6], Numbers([2, 6], 0, false))], ["x"], outputs, Difference);
    }

    /// <summary>Between the places where functions have corners, farther from them than the difference, and no two equal.</summary>
    internal static float[] Numbers(long[] shape, int seed, bool isPositive)
    {
        var random = new Random(seed + 1);
        var count = (int)shape.Aggregate(1L, (product, length) => product * length);
        var numbers = Enumerable.Range(0, count).Select(i => ((i + 0.5f) / count * 2.5f) - 1.25f).ToArray();
        random.Shuffle(numbers);
        return Array.ConvertAll(numbers, number => isPositive ? Math.Abs(number) + 0.5f : number + MathF.CopySign(1 / 32f, number));
    }

    private static NodeProto Node(string type, string attributes)
    {
        var node = new NodeProto { OpType = type, Output = { "y" } };
        foreach (var pair in attributes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('=')))
        {
            node.Attribute.Add(pair[1] switch
            {
                var text when text.EndsWith('f') => new AttributeProto { Name = pair[0], Type = 1, F = float.Parse(text[..^1]) },
                var text when char.IsLetter(text[0]) => new AttributeProto { Name = pair[0], Type = 3, S = ByteString.CopyFromUtf8(text) },
                var text when pair[0] is "axes" or "starts" or "ends" or "perm" or "pads" or "strides" or "dilations" or "kernel_shape"
                    or "output_padding" => GradientWriter.Integers(pair[0], text.Split(',').Select(long.Parse)),
                var text => GradientWriter.Integer(pair[0], long.Parse(text)),
            });
        }

        return node;
    }

    /// <summary>i: whole numbers, s: one of them without an axis, f: a number without an axis, r: numbers, e: an input that is left out.</summary>
    private static TensorProto Constant(string name, string text) => text[0] is 'f' or 'r'
        ? new()
        {
            Name = name,
            DataType = (int)ElementType.Float,
            Dims = { text[0] == 'f' ? Array.Empty<long>() : new[] { text.Length == 2 ? 0 : text.Split(',').LongLength } },
            FloatData = { text[2..].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(float.Parse) },
        }
        : new()
        {
            Name = name,
            DataType = (int)ElementType.Int64,
            Dims = { text[0] == 's' ? Array.Empty<long>() : new[] { text.Split(',').LongLength } },
            Int64Data = { text[2..].Split(',').Select(long.Parse) },
        };
}
