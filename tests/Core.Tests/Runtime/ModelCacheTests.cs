using System.Security.Cryptography;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Corpus;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runtime;
using Microsoft.ML.OnnxRuntime;
using static CompressTasks.Core.Tests.Runtime.RunnableModel;

namespace CompressTasks.Core.Tests.Runtime;

public sealed class ModelCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelCache _cache;

    public ModelCacheTests() => _cache = new(_folder["cache"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SessionsComputeTheBitsOfTheRestoredFileTheFirstTimeAndLater()
    {
        var artifact = Compress(_folder, Layers(1));
        using var restored = Restored(artifact);
        foreach (var level in (GraphOptimizationLevel?[])[null, .. SessionOutputs.Levels])
        {
            using var options = new SessionOptions();
            if (level is { } given)
                options.GraphOptimizationLevel = given;
            using var model = CompressedModel.Open(artifact, With(_cache));
            using var session = model.CreateSession(options);
            SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), SessionOutputs.Of(restored, "m"));
            _cache.List().ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task LargeWeightsLieAtTheBeginningOfPagesAndEqualOnesOnce()
    {
        var same = Matrix("first", 40, 50, 1);
        var graph = Layers(1);
        graph.Node.Add(Operator("MatMul", "again", "x", "copy"));
        graph.Output.Add(Build.Value("again", CompressTasks.Numerics.ElementType.Float, 1, 50));
        var copy = same.Clone();
        copy.Name = "copy";
        graph.Initializer.Add(copy);
        using var model = CompressedModel.Open(Compress(_folder, graph));

        var path = await model.MaterializeAsync(_cache);

        var tensors = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph.Initializer.ToDictionary(tensor => tensor.Name);
        long Number(string name, string key) => long.Parse(tensors[name].ExternalData.Single(entry => entry.Key == key).Value);
        // 8,000 and 6,000 bytes; the bias has 200.
        (Number("first", "offset") % 4096, Number("first", "length")).ShouldBe((0, 8000));
        (Number("second", "offset") % 4096, Number("second", "length")).ShouldBe((0, 6000));
        Number("copy", "offset").ShouldBe(Number("first", "offset"));
        Number("second", "offset").ShouldNotBe(Number("first", "offset"));
        tensors["bias"].DataLocation.ShouldBe(0);
        var data = File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path)!, tensors["first"].ExternalData[0].Value));
        foreach (var weight in model.Weights.Where(weight => tensors[weight.Path].DataLocation == 1))
            data.AsSpan((int)Number(weight.Path, "offset"), (int)weight.Bytes).SequenceEqual(model.Decode(weight)).ShouldBeTrue();
    }

    [Fact]
    public async Task ConstantsOfNodesAndOfBranchesAreMappedToo()
    {
        foreach (var (name, graph) in new[] { ("constant", ConstantNode(Matrix("", 40, 30, 1))),
            ("branches", Branches(Matrix("a", 40, 30, 1), Matrix("b", 40, 30, 2))) })
        {
            var artifact = Compress(_folder, graph);
            using var model = CompressedModel.Open(artifact);
            var path = await model.MaterializeAsync(_cache);
            using var session = new InferenceSession(path);
            using var restored = Restored(artifact);
            SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, name), SessionOutputs.Of(restored, name));
            new FileInfo(Path.Combine(Path.GetDirectoryName(path)!, "model.data")).Length.ShouldBeGreaterThanOrEqualTo(4800);
        }
    }

    [Fact]
    public async Task AModelWithExternalDataKeepsItsFiles()
    {
        File.WriteAllBytes(_folder["w.bin"], Payload(40, 50, 1));
        var artifact = Compress(_folder,
            TwoLayers(External("first", "w.bin", 0, 40, 50), Build.Raw("bias", Build.Values(50)), Matrix("second", 50, 30, 2)));
        using var model = CompressedModel.Open(artifact);
        var path = await model.MaterializeAsync(_cache);
        using var restored = Restored(artifact);
        using var session = new InferenceSession(path);
        SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), SessionOutputs.Of(restored, "m"));
        File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path)!, "w.bin")).ShouldBe(File.ReadAllBytes(_folder["restored/w.bin"]));
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("model.data")]
    [InlineData("manifest")]
    public async Task AFileThatIsDamagedIsMadeAgain(string file)
    {
        var artifact = Compress(_folder, Layers(1));
        using var model = CompressedModel.Open(artifact, With(_cache));
        var files = Path.GetDirectoryName(await model.MaterializeAsync())!;
        var path = file == "manifest" ? Path.Combine(Path.GetDirectoryName(files)!, file) : Path.Combine(files, file);
        var whole = File.ReadAllBytes(path);
        foreach (var damage in (Action[])[() => Flip(path), () => File.WriteAllBytes(path, whole[..^1]), () => File.WriteAllBytes(path, [.. whole, 0]),
            () => File.WriteAllBytes(path, []), () => File.Delete(path)])
        {
            damage();
            using var session = model.CreateSession();
            using var restored = Restored(artifact);
            SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), SessionOutputs.Of(restored, "m"));
            File.ReadAllBytes(path).ShouldBe(whole);
        }
    }

    [Fact]
    public async Task WhatIsThereIsNotDecodedAgain()
    {
        using var model = CompressedModel.Open(Compress(_folder, Layers(1)), With(_cache));
        var shares = new List<double>();
        var progress = new Told(shares.Add);
        var path = await model.MaterializeAsync(progress: progress);
        shares.Count.ShouldBe(model.Weights.Count);
        (await model.MaterializeAsync(progress: progress)).ShouldBe(path);
        using var session = await model.CreateSessionAsync(progress: progress);
        shares.Count.ShouldBe(model.Weights.Count);
    }

    [Fact]
    public async Task OtherArtifactsAreOtherModelsAndTheOldestGoWhenThereAreTooMany()
    {
        // Each is two pages, and a main file of less than one.
        var cache = new ModelCache(_folder["cache"]) { MaxBytes = 3 * 16384 };
        var paths = new List<string>();
        for (var seed = 1; seed <= 3; seed++)
        {
            using var model = CompressedModel.Open(Compress(_folder, Layers(seed)));
            paths.Add(await model.MaterializeAsync(cache));
            foreach (var (age, path) in paths.AsEnumerable().Reverse().Index())
                File.SetLastWriteTimeUtc(Path.Combine(Entry(path), "manifest"), DateTime.UtcNow.AddHours(-age));
        }

        cache.List().Select(model => model.Path).ShouldBe([paths[2], paths[1], paths[0]]);
        // The first is used, and is then not the one that was not used for longest.
        using (var model = CompressedModel.Open(Compress(_folder, Layers(1))))
            (await model.MaterializeAsync(cache)).ShouldBe(paths[0]);
        using (var model = CompressedModel.Open(Compress(_folder, Layers(4))))
            paths.Add(await model.MaterializeAsync(cache));
        cache.List().Select(model => model.Path).ShouldBe([paths[3], paths[0], paths[2]]);
        Path.Exists(Path.GetDirectoryName(paths[1])).ShouldBeFalse();
        cache.List().Sum(model => model.Bytes).ShouldBeLessThanOrEqualTo(cache.MaxBytes);
        cache.Clear();
        cache.List().ShouldBeEmpty();
        Directory.EnumerateFiles(cache.Folder, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task AModelLargerThanTheCacheIsNotWritten()
    {
        using var model = CompressedModel.Open(Compress(_folder, Layers(1)), With(new(_folder["cache"]) { MaxBytes = 1000 }));
        using var session = model.CreateSession();
        session.OutputMetadata.Keys.ShouldBe(["y"]);
        Directory.Exists(_folder["cache"]).ShouldBeFalse();
        (await Should.ThrowAsync<CompressException>(() => model.MaterializeAsync())).Diagnostics[0].Code.ShouldBe("CT3207");
    }

    /// <summary>A file where the folder would be: nobody can write there, root neither.</summary>
    [Fact]
    public async Task WhereNothingCanBeWrittenSessionsAreMadeWithout()
    {
        var artifact = Compress(_folder, Layers(1));
        _folder.Write("cache", []);
        using var model = CompressedModel.Open(artifact, With(_cache));
        using var session = model.CreateSession();
        using var restored = Restored(artifact);
        SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), SessionOutputs.Of(restored, "m"));
        (await Should.ThrowAsync<CompressException>(() => model.MaterializeAsync())).Diagnostics[0].Code.ShouldBe("CT3208");
    }

    [Fact]
    public void ADamagedArtifactLeavesNothing()
    {
        var bytes = File.ReadAllBytes(Compress(_folder, Layers(1)));
        // The first chunk lies after the header of 16 bytes.
        bytes[30] ^= 1;
        using var model = CompressedModel.Open(bytes.AsMemory(), With(_cache));
        Should.Throw<CompressException>(() => model.CreateSession()).Diagnostics[0].Code.ShouldBe("CT3010");
        _cache.List().ShouldBeEmpty();
        Directory.EnumerateFiles(_cache.Folder, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task AnOrdinaryModelStaysWhereItIsUnlessItIsInMemory()
    {
        Compress(_folder, Layers(1));
        using (var model = CompressedModel.Open(_folder["m.onnx"]))
            (await model.MaterializeAsync(_cache)).ShouldBe(_folder["m.onnx"]);
        _cache.List().ShouldBeEmpty();
        using (var model = CompressedModel.Open(File.ReadAllBytes(_folder["m.onnx"]).AsMemory()))
        {
            using var session = new InferenceSession(await model.MaterializeAsync(_cache));
            using var expected = new InferenceSession(_folder["m.onnx"]);
            SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), SessionOutputs.Of(expected, "m"));
        }
    }

    [Fact]
    public async Task OnlyTheOwnerMayLook()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var model = CompressedModel.Open(Compress(_folder, Layers(1)));
        var path = await model.MaterializeAsync(_cache);
        const UnixFileMode Others = (UnixFileMode)0x3F;
        (File.GetUnixFileMode(_cache.Folder) & Others).ShouldBe(UnixFileMode.None);
        (File.GetUnixFileMode(Entry(path)) & Others).ShouldBe(UnixFileMode.None);
    }

    [Fact]
    public async Task ThreadsThatStartTogetherGetOneCopy()
    {
        var artifact = Compress(_folder, Layers(1));
        var paths = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            using var model = CompressedModel.Open(artifact);
            return await model.MaterializeAsync(_cache);
        })));
        paths.Distinct().ShouldHaveSingleItem();
        _cache.List().ShouldHaveSingleItem();
        Directory.EnumerateFiles(_cache.Folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName)
            .ShouldBe(["manifest", "model.data", "model.onnx"], ignoreOrder: true);
    }

    /// <summary>An artifact says what its model's files are called, and may choose any names.</summary>
    [Theory]
    [InlineData("manifest")]
    [InlineData("model.onnx")]
    [InlineData("model.data")]
    [InlineData("files/manifest")]
    [InlineData("manifest/x")]
    public async Task ExternalDataMayHaveAnyName(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllBytes(_folder[name], Payload(40, 50, 1));
        var artifact = Compress(_folder, TwoLayers(External("first", name, 0, 40, 50), Build.Raw("bias", Build.Values(50)), Matrix("second", 50, 30, 2)));
        using var model = CompressedModel.Open(artifact);
        using var session = new InferenceSession(await model.MaterializeAsync(_cache));
        using var expected = model.CreateSession();
        SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), SessionOutputs.Of(expected, "m"));
        _cache.List().ShouldHaveSingleItem();
    }

    /// <summary>CRC-32C of nothing is 0; of the nine bytes that are on everybody's list, e3069283.</summary>
    [Theory]
    [InlineData("e3069283 9 ../../../outside.onnx")]
    [InlineData("e3069283 9 {0}")]
    [InlineData("e3069283 9 a/../../../../outside.onnx")]
    [InlineData("e3069283 9 ..\\outside.onnx")]
    [InlineData("e3069283 9 C:outside.onnx")]
    [InlineData("00000000 0 ")]
    [InlineData("00000000 0 /dev/zero")]
    [InlineData("00000000 0 a\0b")]
    [InlineData("00000000 9223372036854775807 a", "00000000 9223372036854775807 b")]
    public async Task AManifestThatIsNotOursIsNone(params string[] lines)
    {
        var artifact = Compress(_folder, Layers(1));
        using var model = CompressedModel.Open(artifact, With(_cache));
        var path = await model.MaterializeAsync();
        _folder.Write("outside.onnx", "123456789"u8.ToArray());
        File.WriteAllText(Path.Combine(Entry(path), "manifest"),
            $"compresstasks model 1\n{string.Concat(lines.Select(line => line.Replace("{0}", _folder["outside.onnx"], StringComparison.Ordinal) + "\n"))}");

        _cache.List().ShouldBeEmpty();
        using var session = model.CreateSession();
        using var restored = Restored(artifact);
        SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, "m"), SessionOutputs.Of(restored, "m"));
        _cache.List().ShouldHaveSingleItem().Path.ShouldBe(path);
    }

    [Fact]
    public async Task LinksAreNotFollowed()
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(_folder["victim/sub"]);
        _folder.Write("victim/precious.txt", [1]);
        Directory.CreateDirectory(_cache.Folder);
        Directory.CreateSymbolicLink(Path.Combine(_cache.Folder, new string('0', 64)), _folder["victim"]);
        var artifact = Compress(_folder, Layers(1));
        var key = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(artifact)));
        using var model = CompressedModel.Open(artifact, With(_cache));
        await model.MaterializeAsync();
        _cache.Clear();
        Directory.Delete(Path.Combine(_cache.Folder, key), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(_cache.Folder, key), _folder["victim"]);
        (await Should.ThrowAsync<CompressException>(() => model.MaterializeAsync())).Diagnostics[0].Code.ShouldBe("CT3208");
        model.CreateSession().Dispose();
        _cache.Clear();
        Directory.GetFileSystemEntries(_folder["victim"]).Select(Path.GetFileName).ShouldBe(["precious.txt", "sub"], ignoreOrder: true);
    }

    [Fact]
    public async Task NobodyWaitsAtAPipe()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var model = CompressedModel.Open(Compress(_folder, Layers(1)), With(_cache));
        var path = await model.MaterializeAsync();
        foreach (var pipe in (string[])[Path.Combine(Entry(path), "manifest"), path])
        {
            File.Delete(pipe);
            using (var made = System.Diagnostics.Process.Start("mkfifo", pipe))
                await made.WaitForExitAsync();
            (await model.MaterializeAsync().WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(path);
            new FileInfo(pipe).Length.ShouldBeGreaterThan(0);
        }
    }

    [NpmFact]
    public async Task RealModelsComputeTheSameFromTheCache()
    {
        foreach (var original in (string[])[TinyGpt.Model, .. NpmModels.All.Where(path => new FileInfo(path).Length < 20_000_000)])
        {
            var name = Path.GetFileNameWithoutExtension(original);
            using var plain = CompressedModel.Open(File.ReadAllBytes(original).AsMemory());
            using var options = SessionOutputs.Options(GraphOptimizationLevel.ORT_ENABLE_ALL);
            using var session = new InferenceSession(await plain.MaterializeAsync(_cache), options);
            using var expected = new InferenceSession(original, options);
            SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, name), SessionOutputs.Of(expected, name));
        }
    }

    private static string Entry(string path) => Path.GetDirectoryName(Path.GetDirectoryName(path))!;

    private static CompressedModelOptions With(ModelCache cache) => new() { Cache = cache };

    private static GraphProto Layers(int seed) =>
        TwoLayers(Matrix("first", 40, 50, seed), Build.Raw("bias", Build.Values(50)), Matrix("second", 50, 30, seed + 100));

    private static NodeProto Operator(string type, string output, params string[] inputs) =>
        new() { OpType = type, Input = { inputs }, Output = { output } };

    private InferenceSession Restored(string artifact)
    {
        using var model = CompressedModel.Open(artifact);
        model.Restore(_folder["restored/m.onnx"], overwrite: true);
        return new(_folder["restored/m.onnx"]);
    }

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(path, bytes);
    }

    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value)
        {
            lock (tell)
                tell(value);
        }
    }
}
