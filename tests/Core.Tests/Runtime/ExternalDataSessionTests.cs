using CompressTasks.Core.Tests.Onnx;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runtime;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using static CompressTasks.Core.Tests.Runtime.RunnableModel;

namespace CompressTasks.Core.Tests.Runtime;

public sealed class ExternalDataSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>
    /// External data of a name that no other test has: by it this test's temporary folders are told from those of others and of other processes.
    /// </summary>
    private readonly string _data = $"{Guid.NewGuid():N}.bin";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SeveralExternalFilesAreUsedFromMemory()
    {
        using var model = TwoFiles("sub/v.bin");
        SessionOutputs.ShouldBeThoseOfTheRestoredFile(model, _folder["restored/m.onnx"], "m");
        using var session = model.CreateSession();
        TemporaryFolders().ShouldBeEmpty();
    }

    [Fact]
    public void ALocationMayBeSpelledInAnyWay()
    {
        using var model = TwoFiles("./sub//v.bin");
        SessionOutputs.ShouldBeThoseOfTheRestoredFile(model, _folder["restored/m.onnx"], "m");
        TemporaryFolders().ShouldBeEmpty();
    }

    [Fact]
    public void TiedWeightsOfOneExternalPlaceAreDecodedOnce()
    {
        _folder.Write("w.bin", Payload(Inputs, OutputSize, 1));
        var graph = Operation("MatMul", External("a", "w.bin", 0, Inputs, OutputSize));
        graph.Initializer.Add(External("tied", "w.bin", 0, Inputs, OutputSize));
        graph.Node[0].Output[0] = "once";
        graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "x", "tied" }, Output = { "again" } });
        graph.Node.Add(new NodeProto { OpType = "Add", Input = { "once", "again" }, Output = { "y" } });
        using var model = Open(graph);

        model.Weights.ShouldHaveSingleItem();
        SessionOutputs.ShouldBeThoseOfTheRestoredFile(model, _folder["restored/m.onnx"], "m");
    }

    [Fact]
    public void EqualWeightsInsideAndOutsideOfTheMainFileAreDecodedOnceAndCopied()
    {
        var payload = Payload(Inputs, OutputSize, 1);
        _folder.Write("w.bin", [0, 0, 0, 0, .. payload]);
        var inside = Build.Tensor("inside", ElementType.Float, Inputs, OutputSize);
        inside.RawData = ByteString.CopyFrom(payload);
        var graph = Operation("MatMul", External("outside", "w.bin", 4, Inputs, OutputSize));
        graph.Initializer.Add(inside);
        graph.Node[0].Output[0] = "once";
        graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "x", "inside" }, Output = { "again" } });
        graph.Node.Add(new NodeProto { OpType = "Sub", Input = { "once", "again" }, Output = { "y" } });
        using var model = Open(graph);

        model.Weights.ShouldHaveSingleItem();
        using var session = model.CreateSession();
        SessionOutputs.Of(session, "m")[0].Bytes.ShouldAllBe(b => b == 0);
    }

    [Fact]
    public void TheCallersOptionsServeManyModels()
    {
        using var options = SessionOutputs.Options(GraphOptimizationLevel.ORT_ENABLE_ALL);
        using var first = TwoFiles("sub/v.bin", seed: 1);
        using var second = TwoFiles("sub/v.bin", seed: 2);
        first.Restore(_folder["1/m.onnx"]);
        second.Restore(_folder["2/m.onnx"]);
        for (var round = 0; round < 2; round++)
        {
            foreach (var (model, restored) in new[] { (first, "1/m.onnx"), (second, "2/m.onnx") })
            {
                using var actual = model.CreateSession(options);
                using var expected = new InferenceSession(_folder[restored], options);
                SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(actual, "m"), SessionOutputs.Of(expected, "m"));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ASessionThatNeedsFilesDeletesThemWithItself(bool branches)
    {
        _folder.Write(_data, [.. Payload(Inputs, OutputSize, 1), .. Payload(Inputs, OutputSize, 2)]);
        var first = External("first", _data, 0, Inputs, OutputSize);
        using var model = Open(branches ? Branches(first, External("second", _data, 4 * Inputs * OutputSize, Inputs, OutputSize))
            : ConstantNode(first));

        SessionOutputs.ShouldBeThoseOfTheRestoredFile(model, _folder["restored/m.onnx"], "m");
        TemporaryFolders().ShouldBeEmpty();

        var session = model.CreateSession();
        TemporaryFolders().ShouldHaveSingleItem();
        session.Dispose();
        session.Dispose();
        TemporaryFolders().ShouldBeEmpty();
    }

    [Fact]
    public void ASessionOutlivesItsArtifact()
    {
        var model = TwoFiles("sub/v.bin");
        using var session = model.CreateSession();
        var before = SessionOutputs.Of(session, "m");
        model.Dispose();
        GC.Collect();
        SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), before);
    }

    private IEnumerable<string> TemporaryFolders() =>
        Directory.EnumerateDirectories(Path.GetTempPath(), "compresstasks-session-*")
            .Select(folder => Path.Combine(folder, "files")).Where(folder => File.Exists(Path.Combine(folder, _data)));

    // y = (x · first + bias) · second, the bias embedded, the others in a file each, with gaps.
    private CompressedModel TwoFiles(string location, int seed = 1)
    {
        _folder.Write(_data, [9, 9, 9, 9, .. Payload(Inputs, Hidden, seed)]);
        _folder.Write("sub/v.bin", [.. Payload(Hidden, OutputSize, seed + 100), 9, 9]);
        return Open(
            TwoLayers(External("first", _data, 4, Inputs, Hidden), Build.Raw("bias", Build.Values(Hidden)),
                External("second", location, 0, Hidden, OutputSize)));
    }

    private CompressedModel Open(GraphProto graph) => CompressedModel.Open(Compress(_folder, graph));
}
