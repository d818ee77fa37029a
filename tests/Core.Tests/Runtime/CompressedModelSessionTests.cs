using System.Text.RegularExpressions;
using CompressTasks.Artifacts;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runtime;
using CompressTasks.Threading;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using static CompressTasks.Core.Tests.Runtime.RunnableModel;

namespace CompressTasks.Core.Tests.Runtime;

public sealed partial class CompressedModelSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _artifact;

    public CompressedModelSessionTests()
    {
        _artifact = Compress(_folder,
            TwoLayers(Matrix("first", Inputs, Hidden, 1), Build.Raw("bias", Build.Values(Hidden)), Matrix("second", Hidden, OutputSize, 2)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PathStreamAndMemoryOpenTheSameModel()
    {
        var bytes = File.ReadAllBytes(_artifact);
        using var offset = new MemoryStream([1, 2, 3, .. bytes]) { Position = 3 };
        using var forward = new ForwardStream(bytes);
        using var file = File.OpenRead(_artifact);
        using var path = CompressedModel.Open(_artifact);
        using var expected = path.CreateSession();
        foreach (
            var model in new[] { CompressedModel.Open(offset), CompressedModel.Open(forward), CompressedModel.Open(file),
                CompressedModel.Open(bytes.AsMemory()), CompressedModel.Open((ReadOnlyMemory<byte>)bytes) })
        {
            using (model)
            {
                using var session = model.CreateSession();
                SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), SessionOutputs.Of(expected, "m"));
            }
        }

        file.CanRead.ShouldBeTrue("the caller's stream stays open");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnyNumberOfThreadsDecodesTheBytesOfTheRestoredFile(bool verifyHashes)
    {
        using var reader = ArtifactReader.Open(_artifact);
        using (var model = CompressedModel.Open(_artifact))
            model.Restore(_folder["restored.onnx"]);
        foreach (var threads in new int?[] { 1, 2, 7, null })
        {
            using var decoded = DecodedModel.Decode(reader,
                new CompressedModelOptions { Threads = threads, VerifyHashes = verifyHashes });
            decoded.Main.ShouldBe(File.ReadAllBytes(_folder["restored.onnx"]));
        }
    }

    [Fact]
    public async Task ASessionInTheBackgroundTellsHowFarItIs()
    {
        using var other = CompressedModel.Open(_artifact);
        using var expected = other.CreateSession();
        using var model = CompressedModel.Open(_artifact, new CompressedModelOptions { Threads = 1 });
        var shares = new Shares();

        using var session = await model.CreateSessionAsync(progress: shares);

        SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), SessionOutputs.Of(expected, "m"));
        // The largest weight first: 40 x 50 and 50 x 30 floats, and a bias that is part of the structure or has 50.
        shares.Values.Count.ShouldBe(model.Weights.Count);
        shares.Values[0].ShouldBe(4.0 * Inputs * Hidden / model.Weights.Sum(weight => weight.Bytes), 1e-12);
        shares.Values.ShouldBe(shares.Values.Order());
        shares.Values[^1].ShouldBe(1);
    }

    [Fact]
    public async Task ASessionInTheBackgroundCanBeCancelledBetweenWeights()
    {
        using var model = CompressedModel.Open(_artifact, new CompressedModelOptions { Threads = 1 });
        using var cancellation = new CancellationTokenSource();
        var shares = new Shares { Then = cancellation.Cancel };

        await Should.ThrowAsync<OperationCanceledException>(() => model.CreateSessionAsync(progress: shares, cancellationToken: cancellation.Token));

        shares.Values.Count.ShouldBe(1, "no weight is begun after that");
        await Should.ThrowAsync<OperationCanceledException>(() => model.CreateSessionAsync(cancellationToken: cancellation.Token));
        using var session = await model.CreateSessionAsync();
        session.OutputMetadata.Keys.ShouldBe(["y"]);
    }

    [Fact]
    public async Task WhatIsWrongIsSaidInTheTask()
    {
        using var model = CompressedModel.Open(Damaged("second"));
        (await Should.ThrowAsync<CompressException>(() => model.CreateSessionAsync())).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT3010");
    }

    [Fact]
    public void TheCallersOptionsDecide()
    {
        using var model = CompressedModel.Open(_artifact);
        using var options = new SessionOptions
        {
            OptimizedModelFilePath = _folder["optimized.onnx"],
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL
        };
        using var session = model.CreateSession(options);
        File.Exists(_folder["optimized.onnx"]).ShouldBeTrue();
    }

    [Fact]
    public void ADamagedWeightIsRefusedWithItsName()
    {
        using var model = CompressedModel.Open(Damaged("second"));
        var error = Should.Throw<CompressException>(() => model.CreateSession()).Diagnostics.ShouldHaveSingleItem();
        error.Code.ShouldBe("CT3010");
        error.Message.ShouldContain("'second'");
    }

    [Fact]
    public void TheChecksumIsComparedWithoutHashesToo()
    {
        using var model = CompressedModel.Open(Damaged("second"), new CompressedModelOptions { VerifyHashes = false });
        Should.Throw<CompressException>(() => model.CreateSession()).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT3010");
    }

    [Fact]
    public void AWeightWithOtherBitsThanItsHashIsRefusedUnlessHashesAreOff()
    {
        var artifact = WithAnotherHash("first");
        using var strict = CompressedModel.Open(artifact);
        Should.Throw<CompressException>(() => strict.CreateSession()).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT3011");
        Should.Throw<CompressException>(() => strict.Decode(strict.Weights.Single(w => w.Path == "first"))).Diagnostics[0].Code.ShouldBe("CT3011");

        using var intact = CompressedModel.Open(_artifact);
        using var expected = intact.CreateSession();
        using var lenient = CompressedModel.Open(artifact, new CompressedModelOptions { VerifyHashes = false });
        using var session = lenient.CreateSession();
        SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), SessionOutputs.Of(expected, "m"));
        lenient.Restore(_folder["lenient.onnx"]);
    }

    [Fact]
    public void WhatOnnxRuntimeRefusesIsSaidInItsOwnWords()
    {
        using var model = CompressedModel.Open(Compress(_folder, Operation("NoSuchOperator", Matrix("w", Inputs, OutputSize, 1))));
        var error = Should.Throw<CompressException>(() => model.CreateSession());
        var diagnostic = error.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe("CT3202");
        diagnostic.Message.ShouldContain("NoSuchOperator");
        error.InnerException.ShouldBeOfType<OnnxRuntimeException>();
    }

    [Fact]
    public void ExternalDataOfAModelThatIsRefusedLeavesNoFiles()
    {
        // A Constant node's external data has to be in a file, and ONNX Runtime names the model file that it refuses.
        _folder.Write("w.bin", Payload(Inputs, OutputSize, 1));
        using var model = CompressedModel.Open(Compress(_folder, ConstantNode(External("w", "w.bin", 0, Inputs, OutputSize), "NoSuchOperator")));
        var error = Should.Throw<CompressException>(() => model.CreateSession());
        error.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT3202");
        var folder = TemporarySessionFolder().Match(error.InnerException.ShouldBeOfType<OnnxRuntimeException>().Message);
        folder.Success.ShouldBeTrue(error.InnerException.Message);
        Path.GetFullPath(folder.Value).ShouldStartWith(Path.GetFullPath(Path.GetTempPath()));
        Directory.Exists(folder.Value).ShouldBeFalse();
    }

    [Fact]
    public void AFileLongerThanMemoryIsRefused()
    {
        using (var writer = ArtifactWriter.Create(_folder["huge.onnxz"]))
            writer.Commit("tests", [new ArtifactFile("m.onnx", 4), new ArtifactFile("w.bin", ArtifactFormat.LargestFile)], [1, 2, 3, 4]);
        using var model = CompressedModel.Open(_folder["huge.onnxz"]);
        Should.Throw<CompressException>(() => model.CreateSession()).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT3204");
    }

    [Fact]
    public void AClosedModelSaysSo()
    {
        var model = CompressedModel.Open(File.ReadAllBytes(_artifact));
        var weight = model.Weights[0];
        model.Dispose();
        Should.Throw<ObjectDisposedException>(() => model.CreateSession());
        Should.Throw<ObjectDisposedException>(() => model.Decode(weight));
        Should.Throw<ObjectDisposedException>(() => model.Restore(_folder["m2.onnx"]));
        Should.Throw<ObjectDisposedException>(() => model.Restore(Stream.Null));
        Should.Throw<ObjectDisposedException>(() => model.ToBytes());
        Should.Throw<ObjectDisposedException>(() => { _ = model.CreateSessionAsync(); });
        model.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void ThreadsMustBeAtLeastOne(int threads) =>
        Should.Throw<ArgumentOutOfRangeException>(() => CompressedModel.Open(_artifact, new CompressedModelOptions { Threads = threads }));

    [Fact]
    public void AnEmptyStreamIsNoArtifact()
    {
        using var empty = new MemoryStream();
        Should.Throw<CompressException>(() => CompressedModel.Open(empty)).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT3003");
    }

    private string Damaged(string weight)
    {
        var bytes = File.ReadAllBytes(_artifact);
        using (var reader = ArtifactReader.Open(_artifact))
            bytes[reader.Entries.Single(e => e.Weight.Path == weight).Chunk.Offset + 10] ^= 1;
        return _folder.Write("damaged.onnxz", bytes);
    }

    private string WithAnotherHash(string weight)
    {
        using var reader = ArtifactReader.Open(_artifact);
        using var writer = ArtifactWriter.Create(_folder["another.onnxz"]);
        foreach (var entry in reader.Entries)
            writer.Add(entry.Weight.Path == weight ? entry.Weight with { Hash = entry.Weight.Hash with { Lower = entry.Weight.Hash.Lower ^ 1 } } : entry.Weight,
                reader.ReadChunk(entry));
        writer.Commit(reader.Producer, reader.Files, reader.ReadSkeleton());
        return _folder["another.onnxz"];
    }

    [GeneratedRegex(@"\S*compresstasks-session-[^/\\\s]+")]
    private static partial Regex TemporarySessionFolder();

    private sealed class Shares : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public Action Then { get; init; } = () => { };

        public void Report(double value)
        {
            Values.Add(value);
            Then();
        }
    }

    /// <summary>A stream that can be read once, in small pieces.</summary>
    private sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1000)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1000));
    }
}
