using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests.Commands;

/// <summary>A model and samples, without a spec.</summary>
public sealed class CompressSamplesTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task TheSmallestArtifactIsMadeThatHoldsOnSamples()
    {
        File.Copy(TinyGpt.Model, _work["gpt.onnx"]);
        var run = (await ToolRun.InProcess(
            _work["gpt.onnx"], "--samples", TinyGpt.Validation, "--calibration", TinyGpt.Calibration, "--output-r2", "0.99")).ShouldEndWith(0);
        run.Output.ShouldContain("passed outputs.r2: asked 0.99, measured 0.99");
        // docs/method.md, both sides: 0.40 MB.
        new FileInfo(_work["gpt.onnxz"]).Length.ShouldBeInRange(370_000, 440_000);
        (await ToolRun.InProcess("verify", _work["gpt.onnxz"], "--against", _work["gpt.onnx"], "--samples", TinyGpt.Validation, "--output-r2", "0.99"))
            .ShouldEndWith(0);
    }

    [Fact]
    public async Task ASpecSaysItItself()
    {
        _work.WriteModel("m.onnx", ("a", 40, 50));
        _work.Write("compress.yml", "models: [ m.onnx ]");
        (await ToolRun.InProcess(_work["compress.yml"], "--samples", "s.npz")).ShouldEndWith(1)
            .Error.ShouldContain("error CT5012: --samples is for a model without a spec");
        (await ToolRun.InProcess(_work["m.onnx"], "--calibration", "s.npz")).ShouldEndWith(1)
            .Error.ShouldContain("error CT5012: --calibration goes with --samples");
        (await ToolRun.InProcess(_work["m.onnx"], "--samples", "s.npz", "--r2", "0.9")).ShouldEndWith(1)
            .Error.ShouldContain("error CT5012: with --samples weights are as coarse as the outputs allow, so --r2 cannot be held beside it");
    }

    [Fact]
    public async Task SamplesThatAreNotThereAreSaid()
    {
        File.Copy(TinyGpt.Model, _work["gpt.onnx"]);
        (await ToolRun.InProcess(_work["gpt.onnx"], "--samples", _work["none.npz"])).ShouldEndWith(1).Error.ShouldEndWith("Check the path\n");
        (await ToolRun.InProcess(_work["gpt.onnx"], "--samples", _work.Write("one.npy", ""))).ShouldEndWith(1)
            .Error.ShouldContain("save it in an .npz");
    }
}
