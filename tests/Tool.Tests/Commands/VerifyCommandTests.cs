using System.Text.Json;
using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests.Commands;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly Workspace _work = new();

    public VerifyCommandTests() => _work.WriteModel("m.onnx", ("a", 40, 50), ("b", 30, 60));

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task AWholeArtifactIsMeasured()
    {
        await Compress();
        var run = (await Verify()).ShouldEndWith(0);
        run.Output.ShouldContain($"{_work["m.onnxz"]}: whole; 2 weights coded with a loss, pooled R² 0.95");
        run.Error.ShouldBe("");
    }

    [Fact]
    public async Task TheFiguresAreAlsoJson()
    {
        await Compress();
        using var json = JsonDocument.Parse((await Verify("--json", "--threads", "1")).ShouldEndWith(0).Output);
        json.RootElement.GetProperty("worstWeightR2").GetDouble().ShouldBeInRange(0.95, 0.96);
        json.RootElement.GetProperty("weights").EnumerateArray().Select(w => w.GetProperty("path").GetString()).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task QualityBelowWhatIsAskedEndsWithTwo()
    {
        await Compress();
        var run = (await Verify("--r2", "0.97", "--json")).ShouldEndWith(2);
        run.Error.ShouldStartWith($"{_work["m.onnxz"]}: error CT5006: R² 0.95");
        run.Error.ShouldContain("is below the 0.97 that --r2 asks for (worst weight: ");
        JsonDocument.Parse(run.Output).Dispose();
        (await Verify("--r2", "0.9")).ShouldEndWith(0);
    }

    [Fact]
    public async Task AnotherModelIsRefused()
    {
        await Compress();
        _work.WriteModel("m.onnx", ("a", 40, 50), ("c", 30, 60));
        (await Verify()).ShouldEndWith(1).Error.ShouldContain("error CT3101:");
    }

    [Fact]
    public async Task AMissingModelIsSaid()
    {
        await Compress();
        (await ToolRun.InProcess("verify", _work["m.onnxz"], "--against", _work["gone.onnx"])).ShouldEndWith(1)
            .Error.ShouldContain("gone.onnx: error CT2001:");
    }

    [Fact]
    public async Task OutputsAreComparedOnSamples()
    {
        File.Copy(TinyGpt.Model, _work["gpt.onnx"]);
        (await ToolRun.InProcess(_work["gpt.onnx"], "--r2", "0.9", "--no-probe")).ShouldEndWith(0);
        string[] verify = ["verify", _work["gpt.onnxz"], "--against", _work["gpt.onnx"], "--samples", TinyGpt.Validation];
        using var json = JsonDocument.Parse((await ToolRun.InProcess([.. verify, "--output-r2", "0.5", "--json"])).ShouldEndWith(0).Output);
        var output = json.RootElement.GetProperty("outputs").GetProperty("outputs")[0];
        (output.GetProperty("name").GetString(), output.GetProperty("values").GetInt64()).ShouldBe(("logits", 32 * 128 * 63));
        output.GetProperty("r2").GetDouble().ShouldBeInRange(0.8, 0.99);
        var run = (await ToolRun.InProcess([.. verify, "--output-r2", "0.999"])).ShouldEndWith(2);
        run.Error.ShouldStartWith($"{_work["gpt.onnxz"]}: error CT5013: R² of the output logits is 0.");
    }

    [Fact]
    public async Task AnOutputR2TakesSamples()
    {
        await Compress();
        (await Verify("--output-r2", "0.9")).ShouldEndWith(1).Error.ShouldContain("error CT5012: --output-r2 goes with --samples");
    }

    private async Task Compress() => (await ToolRun.InProcess(_work["m.onnx"], "--r2", "0.95")).ShouldEndWith(0);

    private Task<ToolRun> Verify(params string[] options) =>
        ToolRun.InProcess(["verify", _work["m.onnxz"], "--against", _work["m.onnx"], .. options]);
}
