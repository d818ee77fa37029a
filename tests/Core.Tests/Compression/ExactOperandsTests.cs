using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Core.Tests.Compression;

public sealed class ExactOperandsTests
{
    private const int Graph = 5;

    [Theory]
    [InlineData("BatchNormalization", 4)]
    [InlineData("Sqrt", 0)]
    [InlineData("Log", 0)]
    [InlineData("Reciprocal", 0)]
    [InlineData("Div", 1)]
    [InlineData("Pow", 0)]
    [InlineData("Pow", 1)]
    [InlineData("Floor", 0)]
    [InlineData("Less", 0)]
    [InlineData("DequantizeLinear", 1)]
    [InlineData("QuantizeLinear", 1)]
    [InlineData("QLinearConv", 4)]
    [InlineData("MatMulNBits", 2, "com.microsoft")]
    public void TakeNoError(string type, int input, string domain = "") => Found(Uses(type, input, domain)).ShouldBe([("w", type)]);

    [Theory]
    [InlineData("BatchNormalization", 1)]
    [InlineData("BatchNormalization", 3)]
    [InlineData("Div", 0)]
    [InlineData("MatMul", 1)]
    [InlineData("Conv", 1)]
    [InlineData("QuantizeLinear", 0)]
    [InlineData("Sqrt", 0, "of.somebody")]
    public void OthersTakeSome(string type, int input, string domain = "") => Found(Uses(type, input, domain)).ShouldBeEmpty();

    [Theory]
    [InlineData((int)ElementType.Int64, true)]
    [InlineData((int)ElementType.Bool, true)]
    [InlineData((int)ElementType.Float16, false)]
    public void WhatBecomesAnIndexOrATruthValue(int to, bool isExact)
    {
        var graph = Uses("Cast", 0);
        graph.Node[0].Attribute.Add(new AttributeProto { Name = "to", I = to });
        Found(graph).Count.ShouldBe(isExact ? 1 : 0);
    }

    [Fact]
    public void ThroughWhatOnlyMovesValuesOrAddsAConstant()
    {
        // sqrt(transpose(w) + epsilon)
        var graph = new GraphProto { Initializer = { Build.Raw("w", 1, 2), Build.Raw("epsilon", 1e-5f) } };
        Add(graph.Node, "Transpose", "t", "w");
        Add(graph.Node, "Add", "sum", "t", "epsilon");
        Add(graph.Node, "Sqrt", "y", "sum");
        Found(graph).ShouldBe([("epsilon", "Sqrt"), ("w", "Sqrt")]);
    }

    [Fact]
    public void ASquareOrANormTakesErrors()
    {
        // v / sqrt(sum(v²)): a normalized weight, of which no value need be exact.
        var graph = new GraphProto { Initializer = { Build.Raw("v", 1, 2), Build.Raw("two", 2) } };
        Add(graph.Node, "Pow", "squares", "v", "two");
        Add(graph.Node, "ReduceSum", "sum", "squares");
        Add(graph.Node, "Sqrt", "norm", "sum");
        Add(graph.Node, "Div", "y", "v", "norm");
        Found(graph).ShouldBe([("two", "Pow")]);
    }

    [Fact]
    public void InAndFromSubgraphs()
    {
        var branch = new GraphProto { Name = "then", Initializer = { Build.Raw("inside", 1, 2) } };
        branch.Output.Add(Build.Value("o", ElementType.Float, 2));
        Add(branch.Node, "Log", "a", "inside");
        Add(branch.Node, "Log", "o", "outside");
        var graph = new GraphProto { Initializer = { Build.Raw("outside", 1, 2) } };
        graph.Node.Add(Build.Node("If", "choose", "y", new AttributeProto { Name = "then_branch", Type = Graph, G = branch }));
        Found(graph).ShouldBe([("choose/then_branch/inside", "Log"), ("outside", "Log")]);
    }

    [Fact]
    public void ThroughFunctionsOfTheModel()
    {
        var model = Build.Model(Uses("Root", 0, "mine"));
        var function = new FunctionProto { Domain = "mine", Name = "Root", Input = { "p" }, Output = { "r" } };
        Add(function.Node, "Sqrt", "r", "p");
        model.Functions.Add(function);
        ExactOperands.Find(model).Keys.ShouldBe(["w"]);
    }

    /// <summary>A node of many inputs, of which one is the constant w.</summary>
    private static GraphProto Uses(string type, int input, string domain = "")
    {
        var graph = new GraphProto { Initializer = { Build.Raw("w", 1, 2) } };
        Add(graph.Node, type, "y", [.. Enumerable.Range(0, input + 2).Select(i => i == input ? "w" : $"x{i}")]);
        graph.Node[0].Domain = domain;
        return graph;
    }

    private static List<(string, string)> Found(GraphProto graph) =>
        [.. ExactOperands.Find(Build.Model(graph)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))];

    private static void Add(IList<NodeProto> nodes, string type, string output, params string[] inputs)
    {
        var node = Build.Node(type, "", output);
        node.Input.AddRange(inputs);
        nodes.Add(node);
    }
}
