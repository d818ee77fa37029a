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
    public async Task WithoutTheModelItIsCheckedToBeWhole()
    {
        await Compress();
        File.Delete(_work["m.onnx"]);
        (await ToolRun.InProcess("verify", _work["m.onnxz"])).ShouldEndWith(0).Output
            .ShouldContain("2 chunks, 0 of them lossless, decode to what was measured when it was made.");
        using var json = JsonDocument.Parse((await ToolRun.InProcess("verify", _work["m.onnxz"], "--json")).ShouldEndWith(0).Output);
        json.RootElement.GetProperty("chunks").GetInt32().ShouldBe(2);
        json.RootElement.GetProperty("bytes").GetInt64().ShouldBe(new FileInfo(_work["m.onnxz"]).Length);
    }

    [Fact]
    public async Task AModelHasNothingToBeCheckedByItself() => (await ToolRun.InProcess("verify", _work["m.onnx"])).ShouldEndWith(1).Error.ShouldBe(
        $"{_work["m.onnx"]}: error CT5018: a model has no checksums by which it could be known to be whole, as an artifact has; name the model that "
        + $"it was made from with --against, or look at what it stores with 'dotnet compress inspect'{Environment.NewLine}");

    [Fact]
    public async Task OneWrongByteIsFoundWithoutTheModel()
    {
        await Compress();
        var bytes = File.ReadAllBytes(_work["m.onnxz"]);
        for (var i = 0; i < bytes.Length; i += 97)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 4;
            File.WriteAllBytes(_work["m.onnxz"], damaged);
            (await ToolRun.InProcess("verify", _work["m.onnxz"])).ShouldEndWith(1).Error.ShouldContain("m.onnxz: error CT3");
        }
    }

    [Theory]
    [InlineData("--r2", "0.9")]
    [InlineData("--spec", "compress.yml")]
    [InlineData("--samples", "s.npz")]
    [InlineData("--output-r2", "0.9")]
    public async Task QualityTakesTheModel(string option, string value)
    {
        await Compress();
        (await ToolRun.InProcess("verify", _work["m.onnxz"], option, value)).ShouldEndWith(1).Error.ShouldContain($"error CT5018: {option} is about what was lost");
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

    [Fact]
    public async Task ASpecsGateJudgesAnArtifactThatIsThere()
    {
        File.Copy(TinyGpt.Model, _work["gpt.onnx"]);
        (await ToolRun.InProcess(_work["gpt.onnx"], "--r2", "0.9", "--no-probe")).ShouldEndWith(0);
        var spec = _work.Write("judge.yml", $$"""
            models: [ gone.onnx ]
            rules: []
            gate:
              maxBytes: 1 GB
              outputs: { samples: '{{TinyGpt.Validation}}', labels: targets, logits: true, lossIncrease: 0.5 }
              metrics: [ { name: bytes, run: [ stat, -c, "%s", "{model}" ], atMost: 1e9 } ]
            """);
        string[] verify = ["verify", _work["gpt.onnxz"], "--against", _work["gpt.onnx"], "--spec", spec];
        using var json = JsonDocument.Parse((await ToolRun.InProcess([.. verify, "--json"])).ShouldEndWith(0).Output);
        json.RootElement.GetProperty("gate").GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString())
            .ShouldBe(["maxBytes", "outputs.lossIncrease", "metrics.bytes.atMost"]);
        json.RootElement.GetProperty("metrics")[0].GetProperty("value").GetDouble().ShouldBe(new FileInfo(_work["gpt.onnx"]).Length);
        (await ToolRun.InProcess(verify)).ShouldEndWith(0).Output.ShouldContain("passed outputs.lossIncrease: asked 0.5, measured 0.");

        File.WriteAllText(spec, File.ReadAllText(spec).Replace("lossIncrease: 0.5", "lossIncrease: 0", StringComparison.Ordinal));
        var run = (await ToolRun.InProcess(verify)).ShouldEndWith(2);
        run.Error.ShouldContain($"{spec}(5,");
        run.Error.ShouldContain("error CT4012: ");
        run.Output.ShouldContain("failed outputs.lossIncrease: asked 0, measured 0.");
    }

    [Fact]
    public async Task ALossOfLogitsAsksWhetherTheyAreLogits()
    {
        File.Copy(TinyGpt.Model, _work["gpt.onnx"]);
        (await ToolRun.InProcess(_work["gpt.onnx"], "--r2", "0.9", "--no-probe")).ShouldEndWith(0);
        var spec = _work.Write("judge.yml", $$"""
            models: [ gone.onnx ]
            rules: []
            gate: { outputs: { samples: '{{TinyGpt.Validation}}', labels: targets, loss: 2 } }
            """);
        (await ToolRun.InProcess("verify", _work["gpt.onnxz"], "--against", _work["gpt.onnx"], "--spec", spec)).ShouldEndWith(1)
            .Error.ShouldContain("Its rows are no distributions: say logits: true if they are logits, or remove \"loss\" from gate.outputs.");
    }

    [Fact]
    public async Task ASpecTakesNoThresholdsBesideIt()
    {
        await Compress();
        (await Verify("--spec", "gone.yml", "--r2", "0.9")).ShouldEndWith(1).Error.ShouldContain("error CT5015: ");
        (await Verify("--spec", "gone.yml")).ShouldEndWith(1).Error.ShouldContain("error CT1001");
    }

    private async Task Compress() => (await ToolRun.InProcess(_work["m.onnx"], "--r2", "0.95")).ShouldEndWith(0);

    private Task<ToolRun> Verify(params string[] options) =>
        ToolRun.InProcess(["verify", _work["m.onnxz"], "--against", _work["m.onnx"], .. options]);
}
