using System.Runtime.InteropServices;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Spec;
using static CompressTasks.Core.Tests.Outputs.Samples.SampleErrors;

namespace CompressTasks.Core.Tests.Outputs.Samples;

public sealed class RandomSamplesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ValuesAreInTheirRangeAndReachIntoAllOfIt()
    {
        var values = Floats(Create([Float("x", 1, 5000)], ranges: [new("x", 2, 5, At)]));
        values.ShouldAllBe(value => value >= 2 && value <= 5);
        (values.Min() < 2.01 && values.Max() > 4.99).ShouldBeTrue();
        // Mean 3.5, standard deviation of the mean 3/√(12 · 5000) = 0.012.
        values.Average().ShouldBe(3.5f, 0.06f);
    }

    [Fact]
    public void WithoutARangeRealNumbersAreOnBothSidesOfZero()
    {
        var values = Floats(Create([Float("x", 1, 5000)]));
        values.ShouldAllBe(value => value >= -1 && value < 1);
        values.Average().ShouldBe(0, 0.05f);
    }

    [Fact]
    public void TheSeedDecides()
    {
        Floats(Create([Float("x", 4)], seed: 1)).ShouldBe(Floats(Create([Float("x", 4)], seed: 1)));
        Floats(Create([Float("x", 4)], seed: 2)).ShouldNotBe(Floats(Create([Float("x", 4)], seed: 1)));
    }

    // SplitMix64's published first output for seed 1234567.
    [Fact]
    public void TheGeneratorIsSplitMix64() => new SplitMix64(1234567).Next().ShouldBe(6457827717110365317UL);

    [Fact]
    public void EverySampleIsARunOfItsOwnAndDiffers()
    {
        var samples = Create([Float("x", -1, 3)], count: 3);
        samples.Summary.ShouldBe(new("random", null, null, 3));
        var runs = samples.Read(() => 64).Select(OneRun.Inputs).ToList();
        runs.Count.ShouldBe(3);
        runs.ShouldAllBe(run => run[0].Shape.SequenceEqual(new long[] { 1, 3 }));
        runs.Select(run => MemoryMarshal.Read<float>(run[0].Bytes)).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void OpenAxesFollowTheRules()
    {
        var shapes = Shapes([Float("image", -1, 3, -1, -1), Float("sequence", -1, -1, 8), Float("scalar")]);
        shapes["image"].ShouldBe([1, 3, 224, 224]);
        shapes["sequence"].ShouldBe([1, 16, 8]);
        shapes["scalar"].ShouldBeEmpty();
    }

    [Fact]
    public void AxesOfOneNameHaveOneLength()
    {
        ModelInput[] inputs = [new("a", ElementType.Float, [-1, -1], ["batch", "time"]),
            new("b", ElementType.Float, [2, -1, 128], ["", "batch", ""]), new("c", ElementType.Float, [-1], ["time"])];
        Shapes(inputs)["b"].ShouldBe([2, 1, 128]);
        Shapes(inputs)["c"].ShouldBe([16]);
        var given = Shapes(inputs, new InputShapeSpec("c", [5], At));
        given["a"].ShouldBe([1, 5]);
    }

    [Theory]
    [InlineData(0, 0, 9)]
    [InlineData(1, 0, 3)]
    [InlineData(-1, 0, 3)]
    public void IndicesStayWithinTheAxisThatIsGathered(int axis, int lowest, int highest)
    {
        var gather = Build.Node("Gather", "g", "y", new AttributeProto { Name = "axis", Type = 2, I = axis });
        gather.Input.AddRange(["table", "cast"]);
        var cast = Build.Node("Cast", "c", "cast");
        cast.Input.Add("i");
        var table = Build.Tensor("table", ElementType.Float, 10, 4);
        table.RawData = Google.Protobuf.ByteString.CopyFrom(new byte[160]);
        var values = Longs(
            Create([new("i", ElementType.Int64, [2000], [""])], model: new GraphProto { Node = { cast, gather }, Initializer = { table } }));
        (values.Min(), values.Max()).ShouldBe((lowest, highest));
    }

    [Fact]
    public void AWeightInAConstantNodeBoundsIndicesToo()
    {
        var constant = Build.Node("Constant", "w", "table", new AttributeProto { Name = "value", Type = 4, T = Build.Raw("", 1, 2, 3) });
        var gather = Build.Node("Gather", "g", "y");
        gather.Input.AddRange(["table", "i"]);
        var graph = new GraphProto { Node = { constant, gather } };
        IndexBounds.Find(graph, "i").ShouldBe(3);
        IndexBounds.Find(graph, "j").ShouldBeNull();
    }

    [Fact]
    public void OtherWholeNumbersAreZeroOrOne()
    {
        var values = Longs(Create([new("i", ElementType.Int64, [100], [""])]));
        values.Distinct().Order().ShouldBe([0, 1]);
    }

    [Fact]
    public void AWholeNumberThatChoosesABranchIsOneOfThoseThatHaveOne()
    {
        var graph = Branching();
        BranchValues.Find(graph, "sr").ShouldBe([16000, 8000]);
        var values = Longs(Create([new("sr", ElementType.Int64, [], [])], count: 40, model: graph));
        values.Distinct().Order().ShouldBe([8000, 16000]);
        Longs(Create([new("sr", ElementType.Int64, [], [])], ranges: [new("sr", 5, 5, At)], model: graph)).ShouldBe([5]);
        Longs(Create([new("sr", ElementType.Int64, [100], [""])], model: graph)).ShouldAllBe(value => value == 0 || value == 1);
    }

    [Fact]
    public void WhatNoBranchDependsOnHasNoBranchValues()
    {
        var graph = Branching();
        graph.Node.RemoveAt(graph.Node.Count - 1);
        BranchValues.Find(graph, "sr").ShouldBeEmpty();
        BranchValues.Find(Branching(), "other").ShouldBeEmpty();
    }

    [Fact]
    public void TheOneOpenAxisOfAStateIsTheBatch()
    {
        var (x, state) = (Float("x", -1, -1), Float("state", 2, -1, 128));
        Create([x, state], outputs: [Float("stateN", -1, -1, -1)]).Read(() => 1).Select(run => string.Join('x', OneRun.Inputs(run)[1].Shape))
            .ShouldBe(["2x1x128"]);
        Create([x, state], shapes: [new("x", [3, 8], At)], outputs: [Float("stateN", -1, -1, -1)]).Read(() => 1)
            .Select(run => string.Join('x', OneRun.Inputs(run)[1].Shape)).ShouldBe(["2x3x128"]);
        Create([x, state]).Read(() => 1).Select(run => string.Join('x', OneRun.Inputs(run)[1].Shape)).ShouldBe(["2x16x128"]);
    }

    [Fact]
    public void WholeNumbersHaveBothEndsOfTheirRange()
    {
        var values = Longs(Create([new("i", ElementType.Int64, [500], [""])], ranges: [new("i", -2, 2, At)]));
        values.Distinct().Order().ShouldBe([-2, -1, 0, 1, 2]);
    }

    [Theory]
    [InlineData(0, 256)]
    [InlineData(-1, 3)]
    [InlineData(0, 1.5)]
    public void ARangeThatTheTypeDoesNotHoldIsRefused(double lowest, double highest) =>
        Message("CT1501", () => Create([new("i", ElementType.UInt8, [1], [""])], ranges: [new("i", lowest, highest, At)]));

    [Fact]
    public void UnknownInputsAreAnsweredWithTheNearest()
    {
        Message("CT1505", () => Create([Float("image", 1)], ranges: [new("imgae", 0, 1, At)])).ShouldContain("did you mean \"image\"?");
        Message("CT1505", () => Create([Float("image", 1)], shapes: [new("other", [1], At)])).ShouldContain("its inputs are \"image\"");
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(1, 4, 2)]
    public void AShapeThatTheModelCannotHaveIsRefused(params int[] shape) =>
        Message("CT1507", () => Create([Float("x", -1, 4)], shapes: [new("x", [.. shape.Select(length => (long)length)], At)]))
            .ShouldContain("the model wants [?, 4]");

    [Fact]
    public void ASampleThatNoArrayHoldsIsRefused() =>
        Message("CT1507", () => Create([Float("x", -1, -1, -1)], shapes: [new("x", [int.MaxValue, int.MaxValue, int.MaxValue], At)]))
            .ShouldContain("smaller than 2 GiB");

    [Fact]
    public void StringsCannotBeMadeUp()
    {
        using var model = Model(new GraphProto { Name = "g" });
        Message("CT1512", () => SampleSources.Open(Spec(), ".", [new("s", ElementType.String, [1], [""])], [], model))
            .ShouldContain("\"s\" is of string");
    }

    /// <summary>If (sr == 16000), else if (8000 == sr) inside of the branch.</summary>
    private static GraphProto Branching()
    {
        var constant = Build.Node("Constant", "k", "rate", new AttributeProto
        {
            Name = "value",
            Type = 4,
            T = new TensorProto { DataType = (int)ElementType.Int64, RawData = Google.Protobuf.ByteString.CopyFrom(BitConverter.GetBytes(16000L)) },
        });
        var equal = Build.Node("Equal", "e", "is");
        equal.Input.AddRange(["sr", "rate"]);
        var cast = Build.Node("Cast", "c", "sr32");
        cast.Input.Add("sr");
        var inner = Build.Node("Equal", "e8", "is8");
        inner.Input.AddRange(["narrow", "sr32"]);
        var not = Build.Node("Not", "n", "not8");
        not.Input.Add("is8");
        var innerIf = Build.Node("If", "if8", "z");
        innerIf.Input.Add("not8");
        var outerIf = Build.Node("If", "if", "y",
            new AttributeProto { Name = "else_branch", Type = 5, G = new GraphProto { Node = { inner, not, innerIf } } });
        outerIf.Input.Add("is");
        return new GraphProto
        {
            Name = "g",
            Initializer = { new TensorProto { Name = "narrow", DataType = (int)ElementType.Int32, Dims = { 1 }, Int32Data = { 8000 } } },
            Node = { constant, equal, cast, outerIf },
        };
    }

    private static ModelInput Float(string name, params long[] shape) => new(name, ElementType.Float, shape, [.. shape.Select(_ => "")]);

    private static float[] Floats(RandomSamples samples) =>
        [.. samples.Read(() => 1).Select(OneRun.Inputs).SelectMany(run => MemoryMarshal.Cast<byte, float>(run[0].Bytes).ToArray())];

    private static long[] Longs(RandomSamples samples) =>
        [.. samples.Read(() => 1).Select(OneRun.Inputs).SelectMany(run => MemoryMarshal.Cast<byte, long>(run[0].Bytes).ToArray())];

    private static RandomSamplesSpec Spec(int seed = 1, int count = 1, InputShapeSpec[]? shapes = null, InputRangeSpec[]? ranges = null) =>
        new(seed, count, shapes ?? [], ranges ?? [], At);

    private static Dictionary<string, IReadOnlyList<long>> Shapes(ModelInput[] inputs, params InputShapeSpec[] given) =>
        RandomShapes.Resolve(Spec(shapes: given), inputs);

    private OnnxModel Model(GraphProto graph) => OnnxModel.Open(_folder.Write("m.onnx", Build.Model(graph)));

    private RandomSamples Create(ModelInput[] inputs, int seed = 1, int count = 1, InputShapeSpec[]? shapes = null, InputRangeSpec[]? ranges = null,
        GraphProto? model = null, ModelInput[]? outputs = null)
    {
        using var opened = Model(model ?? new GraphProto { Name = "g" });
        return RandomSamples.Create(Spec(seed, count, shapes, ranges), inputs, opened, [], outputs);
    }
}
