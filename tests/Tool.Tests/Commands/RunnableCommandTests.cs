using System.Text.Json;
using CompressTasks.Tasks.Tests.Package;

namespace CompressTasks.Tool.Tests.Commands;

/// <summary>Commands that read results, on runnable models and on artifacts that decode to them.</summary>
public sealed class RunnableCommandTests : IDisposable
{
    private const string EightBits = "integer";
    private const string FourBits = "integer: { activations: none, bits: 4 }";

    private readonly Workspace _work = new();

    public RunnableCommandTests() => TinyModel.Write(_work["m.onnx"], seed: 1);

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task TwoRunnableModelsAreComparedByTheirBytesAndValues()
    {
        await Make("eight", EightBits);
        await Make("four", FourBits);

        var smaller = await Compare("eight/m.onnx", "four/m.onnx", exitCode: 0);
        Figure(smaller, "artifact").ShouldBe("better");
        smaller.GetProperty("weights")[0].GetProperty("verdict").GetString().ShouldBe("unknown");
        Figure(await Compare("four/m.onnx", "eight/m.onnx", exitCode: 2), "artifact").ShouldBe("worse");

        var same = await Compare("eight/m.onnx", "eight/m.onnx", exitCode: 0);
        same.GetProperty("weights")[0].GetProperty("path").GetString().ShouldBe("W");
        same.GetProperty("weights")[0].GetProperty("verdict").GetString().ShouldBe("same");
        same.GetProperty("candidate").GetProperty("kind").GetString().ShouldBe("model");
    }

    [Theory]
    [InlineData("m.onnx", "m.onnxz")]
    [InlineData("m.onnxz", "m.onnx")]
    [InlineData("m.report.json", "m.onnx")]
    [InlineData("m.onnx", "m.report.json")]
    public async Task ARunnableModelIsComparedWithItsArtifactAndItsReport(string baseline, string candidate)
    {
        await Make("out", EightBits);

        var comparison = await Compare($"out/{baseline}", $"out/{candidate}", exitCode: 0);

        Figure(comparison, "artifact").ShouldBe("same");
        var weight = comparison.GetProperty("weights").EnumerateArray().ShouldHaveSingleItem();
        weight.GetProperty("path").GetString().ShouldBe("W");
        weight.GetProperty("verdict").GetString().ShouldBe("unknown");
    }

    [Fact]
    public async Task FoldersOfRunnableModelsArePairedAndOtherModelsLeftOut()
    {
        await Make("eight", EightBits);
        await Make("four", FourBits);
        foreach (var folder in new[] { "eight", "four" })
        {
            File.Delete(_work[$"{folder}/m.report.json"]);
            File.Delete(_work[$"{folder}/m.onnxz"]);
        }

        File.Copy(_work["m.onnx"], _work["eight/original.onnx"]);

        (await Compare("eight", "four", exitCode: 0))[0].GetProperty("baseline").GetProperty("path").GetString().ShouldBe(_work["eight/m.onnx"]);
        (await ToolRun.InProcess("compare", _work["m.onnx"], _work["four/m.onnx"])).ShouldEndWith(1).Error.ShouldContain("error CT5008");
    }

    [Fact]
    public async Task ARunnableModelIsABaseline()
    {
        await Make("eight", EightBits);
        File.Delete(_work["eight/m.report.json"]);
        File.Delete(_work["eight/m.onnxz"]);

        (await Make("four", FourBits, "--baseline", _work["eight"], "-v", "minimal")).Output.ShouldContain("smaller than eight/m.onnx");
    }

    [Fact]
    public async Task AVerifiedModelIsNotCalledWhole()
    {
        await Make("out", EightBits);

        (await ToolRun.InProcess("verify", _work["out/m.onnx"], "--against", _work["m.onnx"])).ShouldEndWith(0).Output
            .ShouldContain("m.onnx: 1 weight coded with a loss, pooled R² 0.9999");
        (await ToolRun.InProcess("verify", _work["out/m.onnxz"], "--against", _work["m.onnx"])).ShouldEndWith(0).Output
            .ShouldContain("m.onnxz: whole; 1 weight coded with a loss, pooled R² 0.9999");
    }

    /// <summary>2,000 values of 4 bytes, nearly all of them beside the file that is named.</summary>
    [Fact]
    public async Task AVerifiedModelHasTheBytesOfItsExternalData()
    {
        _work.WriteExternalModel("x.onnx", "x.data", 40, 50);
        Directory.CreateDirectory(_work["copy"]);
        foreach (var name in new[] { "x.onnx", "x.data" })
            File.Copy(_work[name], _work[$"copy/{name}"]);
        var spec = _work.Write("gate.yml", "models: [ x.onnx ]\ngate: { maxBytes: 5000 }");

        (await ToolRun.InProcess("verify", _work["copy/x.onnx"], "--against", _work["x.onnx"], "--spec", spec)).ShouldEndWith(2).Error
            .ShouldContain("gate.yml(2,19): error CT4004");
    }

    [Theory]
    [InlineData("m.onnx", new[] { "W", "W" })]
    [InlineData("m.onnxz", new[] { "W" })]
    public async Task InspectTellsForWhatATensorStands(string file, string[] weights)
    {
        await Make("out", EightBits);

        var run = (await ToolRun.InProcess("inspect", _work[$"out/{file}"])).ShouldEndWith(0);
        run.Output.ShouldContain(", for W");
        run.Output.TrimEnd().ShouldEndWith("; a runnable model, in which others stand for 1 weight of the original");
        using var json = JsonDocument.Parse((await ToolRun.InProcess("inspect", _work[$"out/{file}"], "--json")).Output);
        json.RootElement.GetProperty("weights").EnumerateArray().Select(weight => weight.GetProperty("standsFor").GetString()).ShouldBe(weights);
    }

    [Fact]
    public async Task AnArtifactsTensorsAreLossless()
    {
        await Make("out", EightBits);

        (await ToolRun.InProcess("inspect", _work["out/m.onnxz"])).Output.ShouldContain("1 chunk, 1 of them lossless");
        (await ToolRun.InProcess("inspect", _work["m.onnx"])).Output.ShouldNotContain("runnable");
    }

    [Theory]
    [InlineData("onnx", "m.onnx", null)]
    [InlineData("onnxz", "m.onnxz", null)]
    [InlineData("both", "m.onnxz", "m.onnx")]
    public async Task APlanNamesAllThatWouldBeWritten(string format, string artifact, string? runnable)
    {
        var spec = Spec("out", EightBits);

        (await ToolRun.InProcess("plan", spec, "--format", format)).ShouldEndWith(0).Output
            .ShouldContain($"would write {_work[$"out/{artifact}"]}{(runnable is null ? "" : $" and {_work[$"out/{runnable}"]}")}\n");
    }

    /// <summary>Nothing of such values is a hundredth of its size and the same to seven digits.</summary>
    [Fact]
    public async Task ASearchWhoseGateCannotBeMetWritesItsBestAndNamesTheLayers()
    {
        var spec = _work.Write("search.yml", """
            models: [ { path: m.onnx, format: onnx } ]
            rules: [ { weights: '**', stack: [ integer: { for: outputs, prefer: size } ] } ]
            gate:
              outputs: { samples: { random: {} }, r2: 0.9999999 }
              ratio: 100
            """);

        var run = (await ToolRun.InProcess(spec)).ShouldEndWith(2);

        run.Error.ShouldContain($"{spec}(5,10): error CT4003: m.onnx: ");
        run.Error.ShouldContain($"{spec}(2,36): warning CT4037: m.onnx: ratio does not hold for the best model that the search over layers has "
            + "found, and 1 layer stands in the way: W (float16: 8 bits alone would lose ");
        new FileInfo(_work["artifacts/m.onnx"]).Length.ShouldBeInRange(64 * 64 * 2, 64 * 64 * 3, "it is of float16");
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(_work["artifacts/m.report.json"]));
        report.RootElement.GetProperty("gate").GetProperty("passed").GetBoolean().ShouldBeFalse();
        (await ToolRun.InProcess(spec, "--on-failure", "warning")).ShouldEndWith(0).Error.ShouldContain("warning CT4003");
    }

    [Fact]
    public async Task WeightsAreNotJudgedWhereLayersAreAsCoarseAsTheOutputsAllow()
    {
        foreach (var (folder, r2) in new[] { ("fine", "0.9999"), ("coarse", "0.98") })
            (await ToolRun.InProcess(_work.Write("search.yml", $$"""
                models: [ { path: m.onnx, format: onnx } ]
                rules: [ { weights: '**', stack: [ integer: { for: outputs, prefer: size } ] } ]
                gate: { outputs: { samples: { random: {} }, r2: {{r2}} } }
                output: {{folder}}
                """))).ShouldEndWith(0);

        var comparison = await Compare("fine/m.report.json", "coarse/m.report.json", exitCode: 2);

        Figure(comparison, "pooled R²").ShouldBe("notJudged");
        Figure(comparison, "output y: R²").ShouldBe("worse");
        comparison.GetProperty("weights")[0].GetProperty("verdict").GetString().ShouldBe("notJudged");
    }

    private async Task<ToolRun> Make(string output, string stage, params string[] arguments) =>
        (await ToolRun.InProcess([Spec(output, stage), "--no-probe", .. arguments])).ShouldEndWith(0);

    private string Spec(string output, string stage) => _work.Write("compress.yml", $$"""
        models: [ { path: m.onnx, format: both } ]
        rules: [ { weights: '**', stack: [ {{stage}} ] } ]
        output: {{output}}
        report: [ json ]
        """);

    private async Task<JsonElement> Compare(string baseline, string candidate, int exitCode)
    {
        var run = (await ToolRun.InProcess("compare", _work[baseline], _work[candidate], "--json")).ShouldEndWith(exitCode);
        using var json = JsonDocument.Parse(run.Output);
        return json.RootElement.Clone();
    }

    private static string? Figure(JsonElement comparison, string name) => comparison.GetProperty("figures").EnumerateArray()
        .Single(figure => figure.GetProperty("name").GetString() == name).GetProperty("verdict").GetString();
}
