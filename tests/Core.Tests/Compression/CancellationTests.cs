using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;

namespace CompressTasks.Core.Tests.Compression;

public sealed class CancellationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CancellationTests() =>
        _folder.Write("m.onnx", Build.Model([.. Enumerable.Range(0, 20).Select(i => Build.Raw($"w{i}", Build.Values(2000, i)))]));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NothingIsLeftBehind()
    {
        Should.Throw<OperationCanceledException>(() => RunAndCancelInTheMiddle());
        _folder.Entries.ShouldBe(["artifacts", "compress.yml", "m.onnx"], ignoreOrder: true);
    }

    [Fact]
    public void AnOlderArtifactStaysAsItWas()
    {
        _folder.Write("artifacts/m.onnxz", "the older one"u8.ToArray());
        _folder.Write("artifacts/m.report.json", "{}"u8.ToArray());
        Should.Throw<OperationCanceledException>(() => RunAndCancelInTheMiddle());
        File.ReadAllText(_folder["artifacts/m.onnxz"]).ShouldBe("the older one");
        File.ReadAllText(_folder["artifacts/m.report.json"]).ShouldBe("{}");
        _folder.Entries.ShouldBe(["artifacts", "artifacts/m.onnxz", "artifacts/m.report.json", "compress.yml", "m.onnx"]);
    }

    [Fact]
    public void ACancelledRestoreLeavesNoModel()
    {
        var artifact = SpecRun.Compress(_folder, "models: [ m.onnx ]\noutput: .\nreport: json").ArtifactPath;
        var before = _folder.Entries.ToList();
        using var source = new CancellationTokenSource();
        using var model = CompressTasks.Runtime.CompressedModel.Open(artifact);
        source.Cancel();
        Should.Throw<OperationCanceledException>(() => model.Restore(_folder["restored/m.onnx"], cancellationToken: source.Token));
        _folder.Entries.ShouldBe(before);
    }

    private void RunAndCancelInTheMiddle()
    {
        using var source = new CancellationTokenSource();
        var seen = 0;
        SpecRun.Compress(_folder, "models: [ m.onnx ]\nrules: [ { weights: '**', stack: [ quantize: { r2: 0.99 } ] } ]", 2, new ToldProgress(progress =>
        {
            if (progress is { Phase: CompressionPhase.Encoding, DoneBytes: > 0 } && Interlocked.Increment(ref seen) == 5)
                source.Cancel();
        }), source.Token);
    }
}
