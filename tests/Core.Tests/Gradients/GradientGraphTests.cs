using System.Runtime.InteropServices;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Gradients;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Gradients;

public sealed class GradientGraphTests
{
    private static readonly float[] _x = [0.3f, -0.7f, 1.1f, 0.4f, -0.2f, 0.9f];

    /// <summary>A tensor that goes several ways gets what comes back on all of them, and several outputs count together.</summary>
    [Fact]
    public void WhatComesBackOnSeveralWaysIsAddedUp()
    {
        var graph = Graphs.Model([("x", [2, 3])], [("y", ElementType.Float), ("z", ElementType.Float)], [],
            "Tanh x -> t", "Mul t,x -> a", "Add a,t -> y", "Exp t -> e", "Mul e,x -> z").Graph;
        GradientChecks.Check(graph, 17, [("x", [2, 3], _x)], ["x"], ["y", "z"], 1 / 64f);
    }

    /// <summary>Attention: products of activations, a mask from integers, a softmax.</summary>
    [Fact]
    public void ALayerOfAttentionHasItsGradients()
    {
        var graph = Graphs.Model([("x", [2, 3])], [("y", ElementType.Float)], [Graphs.Matrix("w", 3, 3, i => ((i * 5) % 7) / 7f)],
            "MatMul x,w -> q", "Transpose x -> k", "MatMul q,k -> s", "Softmax s -> p", "MatMul p,x -> y").Graph;
        GradientChecks.Check(graph, 17, [("x", [2, 3], _x)], ["x"], ["y"], 1 / 64f);
    }

    /// <summary>All numbers are such as float16 has.</summary>
    [Fact]
    public void AModelOfHalfPrecisionHasItsGradients()
    {
        var model = Graphs.Model([("x", [2, 3])], [("y", ElementType.Float)], [],
            "Cast x -> h", "MatMul h,w -> m", "Relu m -> r", "Mul r,w -> p", "Cast p -> y");
        model.Graph.Node[0].Attribute.Add(GradientWriter.Integer("to", (long)ElementType.Float16));
        model.Graph.Node[4].Attribute.Add(GradientWriter.Integer("to", (long)ElementType.Float));
        Half[] weights = [(Half)1, (Half)(-2), (Half)3, (Half)0.5f, (Half)1, (Half)(-1), (Half)2, (Half)4, (Half)(-3)];
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "w",
            DataType = (int)ElementType.Float16,
            Dims = { 3, 3 },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(weights)),
        });
        model.Graph.Node[3].Input[1] = "v";
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "v",
            DataType = (int)ElementType.Float16,
            Dims = { 3 },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(weights.AsSpan(0, 3))),
        });
        GradientChecks.Check(model.Graph, 17, [("x", [2, 3], [0.5f, -0.75f, 1, 0.25f, -0.5f, 1.5f])], ["x"], ["y"], 1 / 64f);
    }

    [Fact]
    public void WhatGoesThroughAnUnknownOperatorHasNoGradientAndTheRestHas()
    {
        var model = Graphs.Model([("x", [2, 3])], [("y", ElementType.Float)], [],
            "Exp x -> a", "Celu a -> b", "Exp b -> c", "Add a,c -> d", "Tanh d -> y");
        Known(model, "x", "a", "b", "c", "d").ShouldBe(["b", "c", "d"], ignoreOrder: true);
    }

    /// <summary>ONNX asks for nodes in their order; ONNX Runtime does not, and converters to half precision append casts.</summary>
    [Fact]
    public void NodesMayStandBehindThoseThatReadThem()
    {
        var model = Graphs.Model([("x", [2, 3])], [("y", ElementType.Float)], [], "Exp x -> a", "Tanh c -> y", "Neg a -> b", "Sigmoid b -> c");
        GradientChecks.Check(model.Graph, 17, [("x", [2, 3], _x)], ["x"], ["y"], 1 / 64f);
        NodeOrder.Of(model.Graph).Select(node => node.OpType).ShouldBe(["Exp", "Neg", "Sigmoid", "Tanh"]);
    }

    [Fact]
    public void WhatABranchReadsHasNoGradient()
    {
        var model = Graphs.Model([("x", [2, 3])], [("y", ElementType.Float)], [], "Exp x -> a", "Tanh a -> b", "Add b,i -> y");
        var inner = new NodeProto { OpType = "Neg", Input = { "b" }, Output = { "n" } };
        var branch = new GraphProto { Node = { inner }, Output = { new ValueInfoProto { Name = "n" } } };
        var attribute = new AttributeProto { Name = "then_branch", G = branch };
        model.Graph.Node.Insert(2, new NodeProto { OpType = "If", Input = { "c" }, Output = { "i" }, Attribute = { attribute } });
        model.Graph.Node.Insert(2, new NodeProto { OpType = "Constant", Output = { "c" } });
        Known(model, "a", "b", "y").ShouldBe(["y"]);
    }

    /// <summary>An operator of another domain may mean anything.</summary>
    [Fact]
    public void AFunctionOfTheModelIsUnknown()
    {
        var model = Graphs.Model([("x", [2, 3])], [("y", ElementType.Float)], [], "Exp x -> a", "Tanh a -> y");
        model.Graph.Node[1].Domain = "local";
        Known(model, "x", "a").ShouldBeEmpty();
    }

    [Fact]
    public void WholeNumbersAreNoWayBack()
    {
        var model = Graphs.Model([("x", [2, 3])], [("y", ElementType.Float)], [], "Exp x -> a", "ArgMax a -> i", "Cast i -> f", "Add a,f -> y");
        model.Graph.Node[2].Attribute.Add(GradientWriter.Integer("to", 1));
        Known(model, "a").ShouldBe(["a"]);
    }

    [Fact]
    public void OpsetsThatAreTooOldHaveNone()
    {
        var model = Graphs.Model([("x", [2, 3])], [("y", ElementType.Float)], [], "Exp x -> a", "Tanh a -> y");
        model.OpsetImport[0].Version = 7;
        new GradientGraph(model, ["a"], ["y"]).Tensors.ShouldBeEmpty();
        Known(model, "a").ShouldBeEmpty();
    }

    private static IEnumerable<string> Known(ModelProto model, params string[] wanted)
    {
        var graph = new GradientGraph(model, wanted, ["y"]);
        return graph.Build(graph.Tensors.ToDictionary(tensor => tensor, _ => (IReadOnlyList<long>)[2, 3])).Gradients.Keys;
    }
}
