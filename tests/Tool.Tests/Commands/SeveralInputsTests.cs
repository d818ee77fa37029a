using System.Text.Json;

namespace CompressTasks.Tool.Tests.Commands;

/// <summary>Several specs and models, folders and globs of them, and none at all.</summary>
public sealed class SeveralInputsTests : IDisposable
{
    private readonly Workspace _work = new();

    public SeveralInputsTests()
    {
        _work.WriteModel("a.onnx", ("w", 40, 50));
        _work.WriteModel("more/b.onnx", ("w", 40, 50));
        _work.WriteModel("more/deep/c.onnx", ("w", 40, 50));
    }

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task EveryModelBecomesAnArtifactBesideItselfAndALine()
    {
        var run = (await ToolRun.InProcess(_work["a.onnx"], _work["more"], "-v", "m", "--no-probe")).ShouldEndWith(0);
        run.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]).ShouldBe(["a.onnx", "b.onnx"]);
        Artifacts.ShouldBe(["a.onnxz", "more/b.onnxz"]);
    }

    [Fact]
    public async Task AGlobIsThoseModelsThatItMatchesEachOnce()
    {
        var run = (await ToolRun.InProcess(_work["**/*.onnx"], _work["a.onnx"], "--json", "--no-probe")).ShouldEndWith(0);
        using var json = JsonDocument.Parse(run.Output);
        json.RootElement.EnumerateArray().Select(report => report.GetProperty("model").GetProperty("path").GetString()).ShouldBe(["a.onnx", "b.onnx", "c.onnx"]);
        Artifacts.ShouldBe(["a.onnxz", "more/b.onnxz", "more/deep/c.onnxz"]);
    }

    [Fact]
    public async Task WhatIsWrongWithOneDoesNotKeepTheOthers()
    {
        _work.Write("broken.onnx", "no model");
        var run = (await ToolRun.InProcess(_work["broken.onnx"], _work["a.onnx"], "-v", "q", "--no-probe")).ShouldEndWith(1);
        run.Error.ShouldContain($"{_work["broken.onnx"]}: error CT20");
        Artifacts.ShouldBe(["a.onnxz"]);
    }

    [Theory]
    [InlineData("CT5005: There is no such file", "a.onnx", "gone.onnx")]
    [InlineData("CT5005: No model (.onnx) matches this glob", "a.onnx", "gone/*.onnx")]
    [InlineData("CT5005: In this folder is no model", "a.onnx", "empty")]
    public async Task WhatIsNotThereIsSaidBeforeAnythingIsDone(string message, params string[] inputs)
    {
        Directory.CreateDirectory(_work["empty"]);
        (await ToolRun.InProcess([.. inputs.Select(input => _work[input])])).ShouldEndWith(1).Error.ShouldContain(message);
        Artifacts.ShouldBeEmpty();
    }

    [Fact]
    public async Task TwoModelsOfOneNameDoNotShareAnOutputFolder()
    {
        _work.WriteModel("more/a.onnx", ("w", 40, 50));
        (await ToolRun.InProcess(_work["a.onnx"], _work["more"], "-o", _work["out"])).ShouldEndWith(1).Error.ShouldContain($"{_work["more/a.onnx"]}: error CT5017: ");
        Artifacts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("compress.yml")]
    [InlineData("compress.yaml")]
    public async Task WithoutAnInputTheSpecOfTheFolderIsRun(string name)
    {
        _work.Write(name, "models: [ a.onnx ]\nrules: [ { weights: '**', stack: [ quantize: { r2: 0.9 } ] } ]\n");
        (await ToolProcess.Run(_work.Folder, "-v", "m", "--no-probe")).ShouldEndWith(0).Output.ShouldStartWith("a.onnx -> ");
        Artifacts.ShouldBe(["artifacts/a.onnxz"]);
    }

    [Fact]
    public async Task WithoutASpecInTheFolderItIsSaidHowToGetOne() =>
        (await ToolProcess.Run(_work.Folder)).ShouldEndWith(1)
            .Error.ShouldStartWith("compress: error CT5016: There is no compress.yml in this folder. Give the path of a spec or of a model, or write a spec with "
                + "'dotnet compress init a.onnx'.");

    [Fact]
    public async Task APlanOfSeveralIsAnArrayInJson()
    {
        using var json = JsonDocument.Parse((await ToolRun.InProcess("plan", _work["a.onnx"], _work["more"], "--json")).ShouldEndWith(0).Output);
        json.RootElement.GetArrayLength().ShouldBe(2);
    }

    private IEnumerable<string> Artifacts => _work.Entries.Where(entry => entry.EndsWith(".onnxz", StringComparison.Ordinal));
}
