using System.Diagnostics;
using System.Text.Json;
using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests;

/// <summary>What only a process of its own can show: exit codes, streams, signals, the current folder.</summary>
[Trait("Speed", "Slow")]
public sealed class ProcessTests : IDisposable
{
    private readonly Workspace _work = new();

    public ProcessTests() => _work.WriteModel("m.onnx", ("a", 40, 50));

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task StandardOutputHoldsTheJsonAlone()
    {
        var run = (await ToolProcess.Run(_work.Folder, "m.onnx", "--json")).ShouldEndWith(0);
        using var json = JsonDocument.Parse(run.Output);
        json.RootElement.GetProperty("model").GetProperty("path").GetString().ShouldBe("m.onnx");
        run.Error.ShouldContain("m.onnx: compressing");
        (run.Output + run.Error).ShouldNotContain("\e[");
    }

    [Fact]
    public async Task RedirectedTablesHaveNoEscapeCodes()
    {
        var run = (await ToolProcess.Run(_work.Folder, "m.onnx")).ShouldEndWith(0);
        run.Output.ShouldContain("passed");
        (run.Output + run.Error).ShouldNotContain("\e");
    }

    /// <summary>A script whose variable is not set.</summary>
    [Fact]
    public async Task AnEmptyOnnxRuntimeIsNone()
    {
        (await ToolProcess.Run(_work.Folder, "m.onnx", "--onnxruntime", "")).ShouldEndWith(0);
        (await ToolProcess.Run(_work.Folder, "m.onnx", "--onnxruntime", "nowhere")).ShouldEndWith(1).Error.ShouldContain("error CT5011");
    }

    [Fact]
    public async Task TheExitCodeTellsErrorsFromFailedGates()
    {
        (await ToolProcess.Run(_work.Folder, "gone.onnx")).ShouldEndWith(1).Error.ShouldStartWith("gone.onnx: error CT5005: ");
        _work.Write("compress.yml", "models: [ m.onnx ]\ngate:\n  ratio: 100");
        (await ToolProcess.Run(_work.Folder, "compress.yml")).ShouldEndWith(2).Error.ShouldContain("compress.yml(3,10): error CT4003: ");
    }

    [Fact]
    public async Task ARestoredModelGoesIntoTheCurrentFolder()
    {
        (await ToolProcess.Run(_work.Folder, "m.onnx", "-o", "out")).ShouldEndWith(0);
        var run = (await ToolProcess.Run(_work.Folder, "restore", "out/m.onnxz")).ShouldEndWith(1);
        run.Error.ShouldStartWith("m.onnx: error CT5003: ");
        File.Delete(_work["m.onnx"]);
        (await ToolProcess.Run(_work.Folder, "restore", "out/m.onnxz")).ShouldEndWith(0).Output.ShouldBe($"m.onnx{Environment.NewLine}");
        File.Exists(_work["m.onnx"]).ShouldBeTrue();
    }

    [Fact]
    public async Task HelpNamesEveryCommand()
    {
        var run = (await ToolProcess.Run(_work.Folder, "--help")).ShouldEndWith(0);
        foreach (var command in new[] { "restore", "verify", "inspect", "compare", "study", "init", "--r2", "--json", "--threads" })
            run.Output.ShouldContain(command);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task ASignalInTheMiddleEndsWithOneHundredAndThirtyAndLeavesNoFile(string signal)
    {
        if (OperatingSystem.IsWindows())
            return; // There are no such signals.
        File.Copy(TinyGpt.Model, _work["gpt.onnx"]);
        _work.Write("compress.yml",
            "models: [ gpt.onnx ]\nrules: [ { weights: '**', stack: [ gaussian: { components: 8 }, residual: { r2: 0.99 } ] } ]");
        using var tool = ToolProcess.Start(_work.Folder, "compress.yml");
        var begun = await tool.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
        begun.ShouldNotBeNull().ShouldMatch("^gpt.onnx: compressing, 0 of [0-9]+ chunks, 0.0 of 13.0 MB$");
        while (!_work.Entries.Any(entry => entry.EndsWith(".tmp", StringComparison.Ordinal)))
            await Task.Delay(50);
        using (var kill = Process.Start("kill", [$"-{signal}", $"{tool.Id}"]))
            await kill.WaitForExitAsync();
        var run = await ToolProcess.Finish(tool);
        run.ShouldEndWith(130);
        run.Error.ShouldContain("Cancelled; no file was left half-written.");
        _work.Entries.ShouldBe(["compress.yml", "gpt.onnx", "m.onnx"]);
    }
}
