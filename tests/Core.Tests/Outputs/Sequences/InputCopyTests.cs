using CompressTasks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;

namespace CompressTasks.Core.Tests.Outputs.Sequences;

public sealed class InputCopyTests
{
    [Fact]
    public void CachesThatAreJoinedWithThePastAreFoundInTheGraph()
    {
        var copies = InputCopyFinder.Find(ModelProto.Parser.ParseFrom(KeyValueDecoder.Plain(TinyGpt.Model)).Graph);
        copies.Count.ShouldBe(8);
        copies["present.2.value"].ShouldBe([new("past_key_values.2.value", 2, IsFirst: true, IsAlways: true)]);
    }

    [Fact]
    public void TheyAreFoundInBranches()
    {
        var copies = InputCopyFinder.Find(ModelProto.Parser.ParseFrom(KeyValueDecoder.Merged(TinyGpt.Model)).Graph);
        copies["present.3.key"].ShouldBe([new("past_key_values.3.key", 2, IsFirst: true, IsAlways: false)]);
        copies.ContainsKey("logits").ShouldBeFalse();
    }

    /// <summary>Up to IR version 3 they are among the inputs, and no run gives them: an output that is a weight is no copy of an input.</summary>
    [Fact]
    public void InitializersAreNoInputs()
    {
        var graph = Graph("Identity", "");
        InputCopyFinder.Find(graph).ShouldContainKey("y");
        graph.Initializer.Add(new TensorProto { Name = "x" });
        InputCopyFinder.Find(graph).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("ai.onnx", true)]
    [InlineData("my", false)]
    public void OperatorsOfOtherDomainsMayMeanAnything(string domain, bool isCopy) =>
        (InputCopyFinder.Find(Graph("Identity", domain)).Count == 1).ShouldBe(isCopy);

    [Theory]
    [InlineData(true, "1,2,3,4", "9,1,2,8,3,4", "9,8")]
    [InlineData(true, "9,1,8,3", "9,1,2,8,3,4", "2,4")]
    [InlineData(false, "1,2,3,4", "9,1,2,8,3,4", "9,8")]
    [InlineData(true, "7,1,8,3", "9,1,2,8,3,4", "9,1,2,8,3,4")]
    public void TheCopyIsCutOffWhereItIsOne(bool isFirst, string input, string output, string rest)
    {
        var isReallyFirst = isFirst && input != "1,2,3,4";
        var result = new InputCopy("x", -1, isReallyFirst, IsAlways: true).Without(Tensor("y", [2, 3], output), [Tensor("x", [2, 2], input)]);
        string.Join(',', result.Values()).ShouldBe(rest);
        result.Shape.ShouldBe([2, result.Bytes.Length / 8]);
    }

    [Fact]
    public void OfAWholeCopyNothingIsLeft()
    {
        var copy = new InputCopy("x", null, IsFirst: true, IsAlways: false);
        copy.Without(Tensor("y", [2], "1,2"), [Tensor("x", [2], "1,2")]).Bytes.ShouldBeEmpty();
        copy.Without(Tensor("y", [2], "1,3"), [Tensor("x", [2], "1,2")]).Values().ShouldBe([1, 3]);
    }

    private static TensorValue Tensor(string name, long[] shape, string values)
    {
        double[] numbers = [.. values.Split(',').Select(double.Parse)];
        var bytes = new byte[4 * numbers.Length];
        ElementConversion.WriteValues(ElementType.Float, numbers, bytes);
        return new(name, ElementType.Float, shape, bytes);
    }

    private static GraphProto Graph(string type, string domain)
    {
        var node = new NodeProto { OpType = type, Domain = domain };
        node.Input.Add("x");
        node.Output.Add("y");
        var graph = new GraphProto();
        graph.Input.Add(new ValueInfoProto { Name = "x" });
        graph.Output.Add(new ValueInfoProto { Name = "y" });
        graph.Node.Add(node);
        return graph;
    }
}
