using CompressTasks.Artifacts;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Numerics;
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
    [InlineData("default location")]
    [InlineData("one name")]
    [InlineData("one name for a constant")]
    [InlineData("a constant's name")]
    [InlineData("tied")]
    [InlineData("branches")]
    [InlineData("small")]
    public void SessionsComputeTheBitsOfTheRestoredFile(string kind)
    {
        using var model = CompressedModel.Open(Compress(_folder, Graph(kind), minElements: 100));

        SessionOutputs.ShouldBeThoseOfTheRestoredFile(model, _folder["restored/m.onnx"], "m");
        using var session = model.CreateSession();
        // The branches of an If are where ONNX Runtime does not look for external data in memory.
        var isInPlace = kind is not ("branches" or "small") && !kind.Contains("name", StringComparison.Ordinal);
        (session.GetType().Name == nameof(ExternalDataSession)).ShouldBe(isInPlace);
        IsRestoredToExternalData(model);
    }

    [Theory]
    [InlineData("initializers", 2)]
    [InlineData("constants", 1)]
    [InlineData("numbers", 1)]
    [InlineData("default location", 1)]
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
            if (kind == "default location")
                tensor.DataLocation = 0;
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
    [InlineData("default location")]
    [InlineData("one name")]
    [InlineData("one name for a constant")]
    [InlineData("a constant's name")]
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

    /// <summary>
    /// Not the artifact's own either: what was moved is no file that a model may know of. It would be read from the folder that the process is in.
    /// </summary>
    [Theory]
    [InlineData(false, "model.data")]
    [InlineData(true, "model.data")]
    [InlineData(false, "/model.data")]
    [InlineData(false, "n.onnx.data")]
    public async Task AReferenceToTheExternalDataThatTensorsAreMovedToIsForeign(bool branches, string location)
    {
        var spy = Build.Tensor("z", ElementType.Float, 1, 1);
        spy.ExternalData.Add(new StringStringEntryProto { Key = "lxcation", Value = location });
        spy.DataLocation = 0;
        spy.FloatData.Add(1);
        var graph = Graph(branches ? "branches" : "initializers");
        graph.Initializer.Add(spy);
        var artifact = Compress(_folder, graph, minElements: 100);
        using (var reader = ArtifactReader.Open(artifact))
        {
            var skeleton = reader.ReadSkeleton();
            var key = skeleton.AsSpan().IndexOf("lxcation"u8);
            skeleton[key + 1] = (byte)'o';
            // Field 14, a varint.
            skeleton[key + skeleton.AsSpan(key).IndexOf([(byte)0x70, (byte)0]) + 1] = 1;
            using var writer = ArtifactWriter.Create(_folder["hostile.onnxz"]);
            foreach (var entry in reader.Entries)
                writer.Add(entry.Weight, reader.ReadChunk(entry));
            writer.Commit("tests", [.. reader.Files], skeleton);
        }

        using var model = CompressedModel.Open(_folder["hostile.onnxz"]);
        Foreign(() => model.CreateSession());
        Foreign(() => model.Restore(_folder["moved/n.onnx"], externalData: true));
        Foreign(() => model.ToBytes());
        (await Should.ThrowAsync<CompressException>(() => model.MaterializeAsync(new(_folder["cache"])))).Diagnostics[0].Code.ShouldBe("CT3014");
        Directory.Exists(_folder["moved"]).ShouldBeFalse();

        static void Foreign(Action act) => Should.Throw<CompressException>(act).Diagnostics[0].Code.ShouldBe("CT3014");
    }

    [Fact]
    public void AnOptimizedModelIsForSessionsWithoutOptionsOnly()
    {
        var cache = new ModelCache(_folder["cache"]);
        using var model = CompressedModel.Open(Compress(_folder, Graph("initializers")), new() { Cache = cache, CacheOptimized = true });

        using (var options = new SessionOptions())
        using (model.CreateSession(options))
            cache.List().Count.ShouldBe(1);
        using (model.CreateSession())
            cache.List().Count.ShouldBe(2);
    }

    /// <summary>What is moved to a file computes the same.</summary>
    private void IsRestoredToExternalData(CompressedModel model)
    {
        model.Restore(_folder["moved/m.onnx"], externalData: true);
        foreach (var level in SessionOutputs.Levels)
        {
            using var options = SessionOutputs.Options(level);
            using var expected = new InferenceSession(_folder["restored/m.onnx"], options);
            using var actual = new InferenceSession(_folder["moved/m.onnx"], options);
            SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(actual, "m"), SessionOutputs.Of(expected, "m"));
        }
    }

    private static GraphProto Graph(string kind)
    {
        switch (kind)
        {
            case "initializers":
                return TwoLayers(
                    Matrix("first", Inputs, Hidden, 1), Build.Raw("bias", Build.Values(Hidden)), Matrix("second", Hidden, OutputSize, 2));
            case "constants":
                return ConstantNode(Matrix("", Inputs, OutputSize, 3));
            case "numbers":
                var numbers = Matrix("w", Inputs, OutputSize, 6);
                numbers.FloatData.AddRange(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(numbers.RawData.Span).ToArray());
                numbers.ClearRawData();
                return Operation("MatMul", numbers);
            case "default location":
                var said = Matrix("w", Inputs, OutputSize, 7);
                said.DataLocation = 0;
                return Operation("MatMul", said);
            case "one name":
                var twice = Operation("MatMul", Matrix("w", Inputs, OutputSize, 8));
                twice.Initializer.Add(Matrix("w", Inputs, OutputSize, 9));
                return twice;
            case "one name for a constant":
                var both = ConstantNode(Matrix("", Inputs, OutputSize, 10));
                both.Initializer.Add(Matrix("w", Inputs, OutputSize, 11));
                return both;
            case "a constant's name":
                var named = ConstantNode(Matrix("", Inputs, OutputSize, 12));
                var other = ConstantNode(Matrix("", Inputs, OutputSize, 13)).Node[0];
                (other.Name, other.Output[0]) = ("w", "");
                named.Node.Insert(0, other);
                return named;
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
        .. graph.Initializer,
        .. graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.T is not null).Select(attribute => attribute.T),
        .. graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.G is not null).SelectMany(attribute => Tensors(attribute.G)),
    ];

    private sealed class Shares : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value) => Values.Add(value);
    }
}
