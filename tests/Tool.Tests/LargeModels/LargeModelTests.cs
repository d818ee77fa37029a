using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CompressTasks.Corpus;
using CompressTasks.Onnx;
using CompressTasks.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Xunit.Abstractions;

namespace CompressTasks.Tool.Tests.LargeModels;

/// <summary>What may break only with a model of more than 2 GB: every offset, every length, and memory.</summary>
[Trait("Speed", "Slow")]
public sealed class LargeModelTests(ITestOutputHelper output) : IDisposable
{
    private const int Alignment = 1 << 16;

    /// <summary>What a process takes however small its model is, garbage included.</summary>
    private const long Base = 250_000_000;

    private static readonly TimeSpan _patience = TimeSpan.FromHours(2);

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [LargeModelFact]
    public async Task AModelOfGigabytesGoesInAndOutWithMemoryForItsLargestWeightsOnly()
    {
        var weights = LargeModel.Write(_work.Folder, LargeModelFactAttribute.Mebibytes);
        var bytes = Bytes("model.onnx") + Bytes(LargeModel.Data);
        output.WriteLine($"model: {bytes / 1e6:0} MB, largest weight {weights.Max() / 1e6:0} MB, {Environment.ProcessorCount} threads");

        // As many weights are worked on at the same time as there are threads, at most the largest ones. Arrays take 5.25 times a weight's bytes to
        // encode and 4.25 times to decode; the rest is garbage.
        var atOnce = weights.OrderDescending().Take(Environment.ProcessorCount).Sum();
        var (encoding, decoding) = ((7 * atOnce) + Base, (5 * atOnce) + Base);
        await Run("compress", bytes, encoding, "model.onnx", "--r2", "0.99", "-o", "out", "-v", "quiet");
        output.WriteLine($"artifact: {Bytes("out/model.onnxz") / 1e6:0.0} MB, {8.0 * Bytes("out/model.onnxz") / (bytes / 4):0.000} bits per weight");
        await Run("verify", bytes, decoding, "verify", "out/model.onnxz", "--against", "model.onnx", "--r2", "0.99");

        await Run("restore", bytes, decoding, "restore", "out/model.onnxz", "-o", "same/model.onnx");
        Sha256("same/model.onnx").ShouldBe(Sha256("model.onnx"));
        Offsets("same/model.onnx").ShouldBe(Offsets("model.onnx"));
        Bytes($"same/{LargeModel.Data}").ShouldBe(Bytes(LargeModel.Data));
        File.Delete(_work[LargeModel.Data]);

        await Run("restore --alignment 64KiB", bytes, decoding, "restore", "out/model.onnxz", "-o", "aligned/model.onnx", "--alignment", "64KiB");
        Offsets("aligned/model.onnx").ShouldAllBe(offset => offset % Alignment == 0);
        Bytes($"aligned/{LargeModel.Data}").ShouldBeInRange(bytes - 100_000, bytes + (9 * Alignment));

        var opened = Open(bytes, (2 * bytes) + decoding);
        ShouldBeBitEqual(FromFile("same/model.onnx"), opened);
        ShouldBeBitEqual(FromFile("aligned/model.onnx"), opened);
    }

    [Fact]
    public async Task AWeightThatDoesNotFitIntoMemoryIsNamed()
    {
        LargeModel.Write(_work.Folder, mebibytes: 48);
        using var process = ToolProcess.Start(_work.Folder, new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x4000000" },
            "model.onnx", "--threads", "1", "-v", "quiet");
        var run = (await ToolProcess.Finish(process)).ShouldEndWith(1);
        run.Error.ShouldContain("model.onnx: error CT2016: There is not enough memory to compress weight 'embedding' of 16777216 bytes.");
        _work.Entries.ShouldBe(["model.onnx", LargeModel.Data]);
    }

    private IReadOnlyList<NamedTensor> Open(long bytes, long bound)
    {
        // ONNX Runtime's copy beside the decoded one, and what decoding takes.
        var before = MemoryWatch.Of(Environment.ProcessId);
        using var watch = new MemoryWatch(Environment.ProcessId);
        using var model = CompressedModel.Open(_work["out/model.onnxz"]);
        using var session = model.CreateSession(Options());
        Report("open", watch, bytes, bound, before);
        output.WriteLine($"session of the artifact: {(MemoryWatch.Of(Environment.ProcessId) - before) / 1e6:0} MB");
        return Outputs(session);
    }

    private IReadOnlyList<NamedTensor> FromFile(string path)
    {
        var before = MemoryWatch.Of(Environment.ProcessId);
        using var session = new InferenceSession(_work[path], Options());
        output.WriteLine($"session of {path}: {(MemoryWatch.Of(Environment.ProcessId) - before) / 1e6:0} MB");
        return Outputs(session);
    }

    private async Task Run(string step, long bytes, long bound, params string[] args)
    {
        using var process = ToolProcess.Start(_work.Folder, args);
        using var watch = new MemoryWatch(process.Id);
        (await ToolProcess.Finish(process, _patience)).ShouldEndWith(0);
        Report(step, watch, bytes, bound, before: 0);
    }

    private void Report(string step, MemoryWatch watch, long bytes, long bound, long before)
    {
        var (seconds, peak) = (watch.Elapsed.TotalSeconds, watch.Peak - before);
        output.WriteLine($"{step}: {seconds:0.0} s, {bytes / 1e6 / seconds:0.0} MB/s, peak {peak / 1e6:0} MB of {bound / 1e6:0} MB");
        peak.ShouldBeLessThanOrEqualTo(bound, step);
    }

    // One thread: the order in which sums are formed must not depend on the machine.
    private static SessionOptions Options() => new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };

    private static IReadOnlyList<NamedTensor> Outputs(InferenceSession session) =>
        OnnxRuntimeOutputs.Run(session,
            [new NamedTensor("ids", TensorElementType.Int64, [1, 4], MemoryMarshal.AsBytes<long>([0, 1, 1000, 2000]).ToArray())]);

    private static void ShouldBeBitEqual(IReadOnlyList<NamedTensor> actual, IReadOnlyList<NamedTensor> expected)
    {
        expected.ShouldNotBeEmpty();
        actual.Count.ShouldBe(expected.Count);
        actual.Zip(expected).ShouldAllBe(pair => pair.First.BitEquals(pair.Second));
    }

    private List<long> Offsets(string path)
    {
        using var model = OnnxModel.Open(_work[path]);
        return [.. model.Weights.Select(weight => weight.Offset)];
    }

    private long Bytes(string name) => new FileInfo(_work[name]).Length;

    private string Sha256(string name) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_work[name])));
}
