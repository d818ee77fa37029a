using System.Text.Json;

namespace CompressTasks.Tool.Tests.Commands;

public sealed class CompareCommandTests : IDisposable
{
    private readonly Workspace _work = new();

    public CompareCommandTests() => _work.WriteModel("m.onnx", ("a", 40, 50), ("b", 30, 60), ("small", 2, 2));

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task ALowerTargetIsWorseAndTheWorstWeightComesFirst()
    {
        await Compress("old", ("a", 0.99), ("b", 0.99));
        await Compress("new", ("a", 0.98), ("b", 0.9));
        var run = (await Compare("old/m.report.json", "new/m.report.json")).ShouldEndWith(2);
        run.Output.IndexOf(" b ", StringComparison.Ordinal).ShouldBeLessThan(run.Output.IndexOf(" a ", StringComparison.Ordinal));
        run.Error.ShouldStartWith(
            $"{_work["new/m.report.json"]}: error CT5010: It is worse than {_work["old/m.report.json"]}: pooled R²; worst weight's R²; 2 weights "
                + $"(b, a).");
        (await Compare("new/m.report.json", "old/m.report.json", "--tolerance", "400%")).ShouldEndWith(0).Error.ShouldBe("");
    }

    [Fact]
    public async Task BytesThatAnExacterModelCostsAreWorseUnlessTolerated()
    {
        await Compress("old", ("a", 0.9), ("b", 0.9));
        await Compress("new", ("a", 0.99), ("b", 0.99));
        (await Compare("old/m.report.json", "new/m.report.json")).ShouldEndWith(2).Error.ShouldContain(": artifact. Mend the spec");
        (await Compare("old/m.report.json", "new/m.report.json", "--tolerance", "3")).ShouldEndWith(0);
    }

    [Fact]
    public async Task WithinTheToleranceNothingIsWorse()
    {
        await Compress("old", ("a", 0.99), ("b", 0.99));
        await Compress("new", ("a", 0.985), ("b", 0.985));
        (await Compare("old/m.report.json", "new/m.report.json", "--r2-tolerance", "20%")).ShouldEndWith(2);
        (await Compare("old/m.report.json", "new/m.report.json", "--r2-tolerance", "60%")).ShouldEndWith(0).Output.ShouldContain("is not worse than");
    }

    [Fact]
    public async Task AnArtifactsQualityIsUnknownAndNotEqual()
    {
        await Compress("old", ("a", 0.99), ("b", 0.99));
        await Compress("new", ("a", 0.5), ("b", 0.99));
        var toReport = (await Compare("old/m.report.json", "old/m.onnxz")).ShouldEndWith(0);
        toReport.Output.ShouldContain("unknown");
        toReport.Output.ShouldContain("is an artifact, which does not record quality");

        using var json = JsonDocument.Parse((await Compare("old/m.onnxz", "new/m.onnxz", "--json")).ShouldEndWith(0).Output);
        var verdicts = json.RootElement.GetProperty("weights").EnumerateArray()
            .ToDictionary(w => w.GetProperty("path").GetString()!, w => w.GetProperty("verdict").GetString());
        verdicts.ShouldBe(new Dictionary<string, string?> { ["a"] = "unknown", ["b"] = "same" }, ignoreOrder: true);
        json.RootElement.GetProperty("weights")[0].GetProperty("candidate").GetProperty("r2").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task AnArtifactThatCarriesEverythingExactlyIsKnownToDoSo()
    {
        await Compress("old");
        (await Compare("old/m.report.json", "old/m.onnxz")).ShouldEndWith(0).Output.ShouldContain("is not worse than");
        await Compress("new", ("a", 0.99));
        (await Compare("old/m.onnxz", "new/m.report.json", "--tolerance", "1000%")).ShouldEndWith(2)
            .Error.ShouldContain("pooled R²; worst weight's R²; 1 weight (a).");
    }

    [Fact]
    public async Task AGateThatFailsNowIsWorse()
    {
        await Compress("old", ("a", 0.99), ("b", 0.99));
        await Compress("new", gate: "ratio: 100", 2, ("a", 0.99), ("b", 0.99));
        (await Compare("old/m.report.json", "new/m.report.json")).ShouldEndWith(2).Error.ShouldContain(": gate ratio. Mend");
    }

    [Fact]
    public async Task MarkdownIsATableForAPullRequest()
    {
        await Compress("old", ("a", 0.99), ("b", 0.99));
        await Compress("new", ("a", 0.9), ("b", 0.99));
        var text = (await Compare("old/m.report.json", "new/m.report.json", "--markdown")).ShouldEndWith(2).Output;
        text.ShouldStartWith("### ❌ `");
        var row = text.Split('\n').Single(line => line.StartsWith("| `a` |", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries);
        row[2].ShouldStartWith("0.99");
        row[3].ShouldStartWith("0.9");
        row[6].ShouldBe("**worse**");
        text.ShouldNotContain("| `b` |");
        text.ShouldContain("weights are the same.");
        text.ShouldNotContain("\r");
    }

    [Fact]
    public async Task AnotherModelIsNoted()
    {
        await Compress("old", ("a", 0.99));
        _work.WriteModel("m.onnx", ("a", 40, 51), ("b", 30, 60));
        await Compress("new", ("a", 0.99));
        (await Compare("old/m.report.json", "new/m.report.json", "--tolerance", "100%")).ShouldEndWith(0)
            .Output.ShouldContain("Note: They were made from different models");
    }

    [Fact]
    public async Task FoldersArePairedByTheNamesInThem()
    {
        await Compress("old", ("a", 0.99));
        await Compress("new", ("a", 0.9));
        (await Compare("old", "old")).ShouldEndWith(0).Output.ShouldContain("is not worse than");
        var run = (await Compare("old", "new")).ShouldEndWith(2);
        run.Error.ShouldContain("error CT5010: ");
        File.Move(_work["new/m.report.json"], _work["new/n.report.json"]);
        File.Delete(_work["new/m.onnxz"]);
        run = (await Compare("old", "new", "--json")).ShouldEndWith(2);
        run.Error.ShouldContain("error CT5021: The baseline's folder has files that this one lacks: m.report.json. ");
        run.Error.ShouldContain("New, and compared with nothing: n.report.json");
        Directory.CreateDirectory(_work["empty"]);
        (await Compare("old", "empty")).ShouldEndWith(1).Error.ShouldContain("error CT5020: ");
        (await Compare("old", "m.onnx")).ShouldEndWith(1).Error.ShouldContain("error CT5019: ");
    }

    [Fact]
    public async Task WhatCannotBeComparedIsSaid()
    {
        await Compress("old", ("a", 0.99));
        (await Compare("gone.report.json", "old/m.onnxz")).ShouldEndWith(1).Error.ShouldContain("gone.report.json: error CT5007: ");
        (await Compare("old/m.onnxz", "m.onnx")).ShouldEndWith(1)
            .Error.ShouldContain("m.onnx: error CT5008: This is no report of one model: it is a model, which 'dotnet compress verify ARTIFACT --against MODEL'");
        _work.Write("text.json", "secret");
        (await Compare("old/m.onnxz", "text.json")).ShouldEndWith(1).Error.ShouldContain("text.json: error CT5008: This is no report of one model: it is no JSON.");
        File.WriteAllBytes(_work["cut.onnxz"], File.ReadAllBytes(_work["old/m.onnxz"])[..^5]);
        (await Compare("old/m.onnxz", "cut.onnxz")).ShouldEndWith(1).Error.ShouldContain("cut.onnxz: error CT3007: ");
    }

    [Theory]
    [InlineData("--tolerance", "-1%")]
    [InlineData("--tolerance", "NaN")]
    [InlineData("--r2-tolerance", "%")]
    [InlineData("--json", "--markdown")]
    public async Task NonsenseOnTheCommandLineIsRefused(params string[] options) =>
        (await Compare(["x", "y", .. options])).ShouldEndWith(1).Error.ShouldContain("error CT5001: ");

    private Task Compress(string folder, params (string Weight, double R2)[] weights) => Compress(folder, gate: "r2: 0.1", 0, weights);

    private async Task Compress(string folder, string gate, int exitCode, params (string Weight, double R2)[] weights)
    {
        var rules = string.Concat(
            weights.Select(w => FormattableString.Invariant($"  - {{ weights: {w.Weight}, stack: [ quantize: {{ r2: {w.R2} }} ] }}\n")));
        var spec = _work.Write("compress.yml",
            $"models: [ m.onnx ]\noutput: {folder}\nreport: [ json ]\n{(rules.Length > 0 ? $"rules:\n{rules}" : "")}gate: {{ {gate} }}\n");
        (await ToolRun.InProcess(spec)).ShouldEndWith(exitCode);
    }

    private Task<ToolRun> Compare(string baseline, string candidate, params string[] options) =>
        ToolRun.InProcess(["compare", _work[baseline], _work[candidate], .. options]);

    private Task<ToolRun> Compare(string[] arguments) => ToolRun.InProcess(["compare", .. arguments]);
}
