using CompressTasks.Artifacts;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.IO;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runtime;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using static CompressTasks.Core.Tests.Runtime.RunnableModel;

namespace CompressTasks.Core.Tests.Runtime;

/// <summary>ONNX Runtime uses large weights where they were decoded to, and sessions share them.</summary>
public sealed class InPlaceSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("initializers")]
    [InlineData("constants")]
    [InlineData("numbers")]
    [InlineData("tied")]
    [InlineData("branches")]
    [InlineData("small")]
    public void SessionsComputeTheBitsOfTheRestoredFile(string kind)
    {
        using var model = CompressedModel.Open(Compress(_folder, Graph(kind), minElements: 100));

        SessionOutputs.ShouldBeThoseOfTheRestoredFile(model, _folder["restored/m.onnx"], "m");
        using var session = model.CreateSession();
        // The branches of an If are where ONNX Runtime does not look for external data in memory.
        (session.GetType().Name == nameof(ExternalDataSession)).ShouldBe(kind is not ("branches" or "small"));
    }

    [Theory]
    [InlineData("initializers", 2)]
    [InlineData("constants", 1)]
    [InlineData("numbers", 1)]
    [InlineData("tied", 2)]
    [InlineData("branches", 2)]
    [InlineData("small", 0)]
    public void WhatIsMovedIsWhatTheModelHadAndAParserReadsTheRest(string kind, int moved)
    {
        var artifact = Compress(_folder, Graph(kind), minElements: 100);
        using var model = CompressedModel.Open(artifact);
        var whole = model.ToBytes();
        using var reader = ArtifactReader.Open(artifact);
        using var decoded = DecodedModel.DecodeMoved(reader, new());

        decoded.Join().ShouldBe(whole);
        decoded.Moved!.Count.ShouldBe(moved);
        var parsed = ModelProto.Parser.ParseFrom(decoded.Main);
        var inside = 0;
        foreach (var tensor in Tensors(parsed.Graph).Where(tensor => tensor.ExternalData.Count > 0))
        {
            var entries = tensor.ExternalData.ToDictionary(entry => entry.Key, entry => entry.Value);
            entries["location"].ShouldBe("model.data");
            var (offset, length) = (long.Parse(entries["offset"], null), int.Parse(entries["length"], null));
            (offset % 4096).ShouldBe(0);
            var elements = decoded.Externals[0].Slice(offset, length);
            if (kind == "numbers")
                tensor.FloatData.AddRange(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(elements).ToArray());
            else
                tensor.RawData = ByteString.CopyFrom(elements);
            tensor.ExternalData.Clear();
            tensor.ClearDataLocation();
            inside++;
        }

        inside.ShouldBe(moved);
        parsed.ShouldBe(ModelProto.Parser.ParseFrom(whole));
    }

    [Fact]
    public void TiedWeightsLieInOnePlace()
    {
        using var reader = ArtifactReader.Open(Compress(_folder, Graph("tied")));
        using var decoded = DecodedModel.DecodeMoved(reader, new());

        decoded.Externals.ShouldHaveSingleItem().Length.ShouldBe(4L * Inputs * OutputSize);
        decoded.Moved!.Tensors.Select(tensor => tensor.Place).ShouldBe([0, 0]);
    }

    [Fact]
    public async Task SessionsThatLiveShareWhatWasDecodedAndTheLastTakesItAway()
    {
        using var model = CompressedModel.Open(Compress(_folder, Graph("initializers")), new() { Threads = 1 });
        var (first, second, later) = (new Shares(), new Shares(), new Shares());
        var one = await model.CreateSessionAsync(progress: first);
        var before = SessionOutputs.Of(one, "m");

        var other = await model.CreateSessionAsync(progress: second);
        one.Dispose();
        one.Dispose();
        var after = SessionOutputs.Of(other, "m");
        other.Dispose();
        using var last = await model.CreateSessionAsync(progress: later);

        first.Values.Count.ShouldBe(model.Weights.Count);
        second.Values.ShouldBe([1.0], "there was nothing to decode");
        later.Values.ShouldBe(first.Values, "nothing was left");
        SessionOutputs.ShouldBeBitEqual(after, before);
        SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(last, "m"), before);
    }

    [Fact]
    public void WeightsGoWithTheLastOfThoseWhoKeepThem()
    {
        using var reader = ArtifactReader.Open(Compress(_folder, Graph("initializers")));
        var decoded = DecodedModel.DecodeMoved(reader, new());

        decoded.TryShare().ShouldBeTrue();
        decoded.Dispose();
        decoded.Externals[0].All.Length.ShouldBe((int)decoded.Externals[0].Length);
        decoded.Dispose();
        decoded.TryShare().ShouldBeFalse();
        Should.Throw<ObjectDisposedException>(() => decoded.Externals[0].All.Length);
    }

    [Fact]
    public void ThreadsMayMakeAndDisposeSessionsOfOneModelTogether()
    {
        using var model = CompressedModel.Open(Compress(_folder, Graph("initializers")));
        using var kept = model.CreateSession();
        var expected = SessionOutputs.Of(kept, "m");

        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            using var session = model.CreateSession();
            SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), expected);
        });
    }

    [Fact]
    public void AnOptimizedModelThatIsWrittenHasItsWeights()
    {
        using var model = CompressedModel.Open(Compress(_folder, Graph("initializers")));
        using var options = SessionOutputs.Options(GraphOptimizationLevel.ORT_ENABLE_EXTENDED);
        options.OptimizedModelFilePath = _folder["optimized.onnx"];

        using var session = model.CreateSession(options);

        using var written = new InferenceSession(File.ReadAllBytes(_folder["optimized.onnx"]));
        SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(written, "m"), SessionOutputs.Of(session, "m"));
    }

    [Theory]
    [InlineData("initializers")]
    [InlineData("constants")]
    [InlineData("numbers")]
    [InlineData("tied")]
    [InlineData("branches")]
    [InlineData("small")]
    public void SessionsThatSharePrepackedWeightsComputeTheSame(string kind)
    {
        using var container = new PrePackedWeightsContainer();
        var artifact = Compress(_folder, Graph(kind), minElements: 100);
        using var model = CompressedModel.Open(artifact, new() { PrePackedWeights = container });
        using var other = CompressedModel.Open(artifact, new() { PrePackedWeights = container });

        SessionOutputs.ShouldBeThoseOfTheRestoredFile(model, _folder["restored/m.onnx"], "m");
        using var first = model.CreateSession();
        using var second = model.CreateSession();
        using var third = other.CreateSession();
        SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(second, "m"), SessionOutputs.Of(first, "m"));
        SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(third, "m"), SessionOutputs.Of(first, "m"));
    }

    private static GraphProto Graph(string kind)
    {
        switch (kind)
        {
            case "initializers":
                return TwoLayers(Matrix("first", Inputs, Hidden, 1), Build.Raw("bias", Build.Values(Hidden)), Matrix("second", Hidden, OutputSize, 2));
            case "constants":
                return ConstantNode(Matrix("", Inputs, OutputSize, 3));
            case "numbers":
                var numbers = Matrix("w", Inputs, OutputSize, 6);
                numbers.FloatData.AddRange(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(numbers.RawData.Span).ToArray());
                numbers.ClearRawData();
                return Operation("MatMul", numbers);
            case "branches":
                return Branches(Matrix("first", Inputs, OutputSize, 1), Matrix("second", Inputs, OutputSize, 2));
            case "tied":
                var tied = Operation("MatMul", Matrix("once", Inputs, OutputSize, 4), Matrix("again", Inputs, OutputSize, 4));
                tied.Node[0].Input.RemoveAt(2);
                tied.Node[0].Output[0] = "left";
                var second = Build.Node("MatMul", "", "right");
                second.Input.AddRange(["x", "again"]);
                var sum = Build.Node("Add", "", "y");
                sum.Input.AddRange(["left", "right"]);
                tied.Node.AddRange([second, sum]);
                return tied;
            default:
                return TwoLayers(Matrix("first", Inputs, 10, 1), Build.Raw("bias", Build.Values(10)), Matrix("second", 10, OutputSize, 2));
        }
    }

    private static IEnumerable<TensorProto> Tensors(GraphProto graph) =>
    [
        .. graph.Initializer, .. graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.T is not null).Select(attribute => attribute.T),
        .. graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.G is not null).SelectMany(attribute => Tensors(attribute.G)),
    ];

    private sealed class Shares : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value) => Values.Add(value);
    }
}
