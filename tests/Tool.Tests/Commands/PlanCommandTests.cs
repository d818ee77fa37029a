using System.Text.Json;
using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests.Commands;

[Trait("Speed", "Slow")]
public sealed class PlanCommandTests : IDisposable
{
    private const string Spec =
        """
        models: [ m.onnx ]
        stacks: { fine: [ quantize: { r2: 0.99 } ] }
        rules:
          - { weights: a, stack: fine }
          - { weights: exact, stack: [ lossless ] }
        gate:
          r2: 0.98
          onFailure: warning
        report: json
        """;

    private readonly Workspace _work = new();

    public PlanCommandTests() => _work.WriteModel("m.onnx", ("a", 40, 50), ("exact", 30, 60), ("a.bias", 1, 30));

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task NothingIsWritten()
    {
        var run = (await ToolRun.InProcess("plan", _work.Write("compress.yml", Spec))).ShouldEndWith(0);
        _work.Entries.ShouldBe(["compress.yml", "m.onnx"]);
        run.Output.ShouldContain($"would write {_work["artifacts/m.onnxz"]}");
        run.Error.ShouldBe("");
    }

    [Fact]
    public async Task EveryWeightHasItsStackItsTargetItsRuleOrItsReason()
    {
        using var plan = await Plan(_work.Write("compress.yml", Spec));
        var weights = plan.RootElement.GetProperty("models")[0].GetProperty("weights").EnumerateArray()
            .ToDictionary(weight => weight.GetProperty("path").GetString()!);
        weights.Keys.ShouldBe(["a", "exact", "a.bias"], ignoreOrder: true);
        weights["a"].GetProperty("stack").GetString().ShouldBe("fine");
        weights["a"].GetProperty("target").GetString().ShouldBe("r2 0.99");
        weights["a"].GetProperty("rule").GetProperty("line").GetInt32().ShouldBe(4);
        weights["a"].GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()).ShouldBe([40, 50]);
        weights["exact"].GetProperty("keptBecause").GetString().ShouldBe("lossless by rule");
        weights["exact"].GetProperty("rule").GetProperty("line").GetInt32().ShouldBe(5);
        weights["a.bias"].GetProperty("keptBecause").GetString().ShouldBe("no rule matches");
        weights["a.bias"].GetProperty("rule").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task ValuesOfTheSpecHaveTheirPlace()
    {
        var spec = _work.Write("compress.yml", Spec);
        (await Settings(spec)).ShouldBe([
            ("output", "artifacts", "default"),
            ("report", "json", $"{spec}(9,1)"),
            ("threads", $"{Environment.ProcessorCount}", "default"),
            ("gate.r2", "0.98", $"{spec}(7,7)"),
            ("gate.onFailure", "warning", $"{spec}(8,3)")]);
    }

    [Fact]
    public async Task ValuesOfTheCommandLineOverrideTheSpecAndSaySo() =>
        (await Settings(_work.Write("compress.yml", Spec), "--r2", "0.9", "--output", "out", "--threads", "3", "--on-failure", "error", "--report",
            "markdown", "json")).ShouldBe([
            ("output", "out", "--output"),
            ("report", "markdown, json", "--report"),
            ("threads", "3", "--threads"),
            ("gate.r2", "0.9", "--r2"),
            ("gate.onFailure", "error", "--on-failure")]);

    [Fact]
    public async Task AModelWithoutASpecHasTheDefaults()
    {
        (await Settings(_work["m.onnx"])).ShouldContain(("gate.r2", "0.999", "default"));
        (await Settings(_work["m.onnx"], "--r2", "0.9")).ShouldContain(("gate.weightR2", "0.9", "--r2"));
    }

    [Theory]
    [InlineData("quantize: { r2: 0.99 }", 0.02)]
    [InlineData("quantize: { r2: 0.999 }", 0.02)]
    [InlineData("quantize: { bits: 2 }", 0.02)]
    [InlineData("quantize: { r2: 0.99, allocate: model }", 0.05)]
    [InlineData("lossless", 0.02)]
    public async Task TheEstimateIsNearTheArtifact(string stage, double tolerance)
    {
        File.Copy(TinyGpt.Model, _work["gpt.onnx"]);
        var spec = _work.Write("compress.yml", $"models: [ gpt.onnx ]\nrules: [ {{ weights: '**', minElements: 1024, stack: [ {stage} ] }} ]");
        using var plan = await Plan(spec);
        var estimate = plan.RootElement.GetProperty("models")[0].GetProperty("estimatedBytes").GetDouble();
        (await ToolRun.InProcess(spec, "-v", "quiet")).ShouldEndWith(0);
        var actual = new FileInfo(_work["artifacts/gpt.onnxz"]).Length;
        estimate.ShouldBe(actual, tolerance * actual);
    }

    [Fact]
    public async Task ASearchForOutputsHasNoSizeBefore()
    {
        var spec = _work.Write("compress.yml",
            "models: [ m.onnx ]\nrules: [ { weights: a, stack: [ quantize: { for: outputs } ] } ]\ngate: { outputs: { samples: v.npz, r2: 0.99 } }");
        var run = (await ToolRun.InProcess("plan", spec)).ShouldEndWith(0);
        run.Output.ShouldContain("the size is what passes gate.outputs, which only a run can find out");
        run.Output.ShouldContain("gate.outputs.r2");
        using var plan = await Plan(spec);
        plan.RootElement.GetProperty("models")[0].GetProperty("estimatedBytes").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task ATargetInBytesIsTheSize()
    {
        using var plan = await Plan(
            _work.Write("compress.yml", "models: [ m.onnx ]\nrules: [ { weights: a, stack: [ quantize: { bytes: 9 KB } ] } ]"));
        plan.RootElement.GetProperty("models")[0].GetProperty("estimatedBytes").GetInt64().ShouldBe(9000);
    }

    [Fact]
    public async Task SmallConstantsAreSummedUpUnlessAllAreAskedFor()
    {
        var spec = _work.Write("compress.yml", Spec);
        var run = (await ToolRun.InProcess("plan", spec)).ShouldEndWith(0);
        run.Output.ShouldNotContain("a.bias");
        run.Output.ShouldContain("1 more weight, of 120 B, stays in the model's structure (--all lists them): 1 no rule matches");
        (await ToolRun.InProcess("plan", spec, "--all")).ShouldEndWith(0).Output.ShouldContain("a.bias");
    }

    /// <summary>30 times 32×64 values of 4 bytes.</summary>
    [Fact]
    public async Task WeightsThatDifferInNumbersAloneAreOneRowUnlessAllAreAskedFor()
    {
        _work.WriteModel("deep.onnx", [.. Enumerable.Range(0, 30).Select(i => ($"layer.{i}.w", 32, 64)), ("head", 32, 64)]);
        var run = (await ToolRun.InProcess("plan", _work["deep.onnx"])).ShouldEndWith(0);
        run.Output.ShouldContain("layer.*.w (30)");
        run.Output.ShouldContain($"{30 * 32 * 64 * 4}");
        run.Output.ShouldContain("head");
        run.Output.ShouldNotContain("layer.7.w");
        (await ToolRun.InProcess("plan", _work["deep.onnx"], "--all")).ShouldEndWith(0).Output.ShouldContain("layer.7.w");
    }

    [Fact]
    public async Task AWrongSpecIsRefusedAsInARun() =>
        (await ToolRun.InProcess("plan", _work.Write("compress.yml", "models: [ m.onnx ]\nrules: [ { weights: gone, stack: [ lossless ] } ]")))
            .ShouldEndWith(1).Error.ShouldContain("error CT1025:");

    [Fact]
    public async Task AnOverriddenSeverityDecidesTheExitCode()
    {
        var spec = _work.Write("compress.yml", Spec);
        (await ToolRun.InProcess(spec, "--r2", "0.99999")).ShouldEndWith(0).Error.ShouldContain("warning CT4001:");
        (await ToolRun.InProcess(spec, "--r2", "0.99999", "--on-failure", "error")).ShouldEndWith(2).Error.ShouldContain("error CT4001:");
    }

    [Fact]
    public async Task OverriddenReportsAreWritten()
    {
        (await ToolRun.InProcess(_work.Write("compress.yml", Spec), "--report", "markdown")).ShouldEndWith(0);
        _work.Entries.ShouldBe(["artifacts/m.onnxz", "artifacts/m.report.md", "compress.yml", "m.onnx"]);
    }

    private static async Task<JsonDocument> Plan(params string[] args) =>
        JsonDocument.Parse((await ToolRun.InProcess(["plan", .. args, "--json"])).ShouldEndWith(0).Output);

    private static async Task<IEnumerable<(string?, string?, string?)>> Settings(params string[] args)
    {
        using var plan = await Plan(args);
        return [.. plan.RootElement.GetProperty("settings").EnumerateArray()
            .Select(s => (s.GetProperty("name").GetString(), s.GetProperty("value").GetString(), s.GetProperty("from").GetString()))];
    }
}
