using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Core.Tests.Runtime;
using CompressTasks.Diagnostics;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>A search of minutes that then cannot write what it has found helps nobody.</summary>
public sealed class UnwritableOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("quantize: { r2: 0.99 }")]
    [InlineData("quantize: { for: outputs }")]
    [InlineData("integer: { bits: 8 }")]
    public void IsSaidBeforeAnythingIsCoded(string stage)
    {
        _folder.Write("file", []);
        _folder.Write("m.onnx", Build.Model(RunnableModel.Operation("MatMul", RunnableModel.Matrix("w", RunnableModel.Inputs, RunnableModel.OutputSize, 1))));
        var phases = new List<CompressionPhase>();
        var error = Should.Throw<CompressException>(() => SpecRun.Compress(_folder,
            $"models: [ m.onnx ]\noutput: file/out\nrules: [ {{ weights: '**', stack: [ {stage} ] }} ]\n"
                + "gate: { outputs: { samples: { random: { seed: 1, count: 4 } }, r2: 0.9 } }", progress: new ToldProgress(told => phases.Add(told.Phase))));
        var diagnostic = error.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe("CT3013");
        diagnostic.Location!.File.ShouldEndWith("m.onnxz");
        diagnostic.Message.ShouldContain("is a file and not a folder");
        phases.ShouldBeEmpty();
    }

    [Fact]
    public void NothingIsLeftWhereItWasTried()
    {
        _folder.Write("m.onnx", Build.Model(RunnableModel.Operation("MatMul", RunnableModel.Matrix("w", RunnableModel.Inputs, RunnableModel.OutputSize, 1))));
        SpecRun.Compress(_folder, "models: [ m.onnx ]\noutput: a/b\nrules: [ { weights: '**', stack: [ quantize: { r2: 0.99 } ] } ]\ngate: { r2: 0.9 }");
        Directory.GetFileSystemEntries(_folder[""]).Select(Path.GetFileName).Where(name => name!.EndsWith(".tmp", StringComparison.Ordinal)).ShouldBeEmpty();
        File.Exists(_folder["a/b/m.onnxz"]).ShouldBeTrue();
    }
}
