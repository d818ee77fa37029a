using CompressTasks.Tasks.Tests.Package;

namespace CompressTasks.Tool.Tests.Commands;

/// <summary>Runs with a receipt: each leaves what it made, and makes nothing twice.</summary>
public sealed class ReceiptCommandTests : IDisposable
{
    private const string Kept = "is kept, nothing that it depends on has changed";
    private const string Rules = "rules: [ { weights: '**', minElements: 64, stack: [ quantize: { r2: 0.95 } ] } ]\noutput: out\n";

    private readonly Workspace _workspace = new();

    public ReceiptCommandTests()
    {
        foreach (var name in new[] { "a", "b" })
            File.SetLastWriteTimeUtc(_workspace.WriteModel($"{name}.onnx", ("w", 32, 32)), DateTime.UtcNow.AddMinutes(-1));
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task AFailedGateLeavesNoReportThatItPassed()
    {
        await Run("models: [ a.onnx ]\ngate: { r2: 0.9 }\n", exitCode: 0);
        Left().ShouldBe(["a.onnxz", "a.onnxz.record", "a.report.html", "a.report.json", "a.report.md"]);

        var failed = await Run("models: [ a.onnx ]\ngate: { r2: 0.9999 }\nreport: [ json ]\n", exitCode: 2);

        Left().ShouldBe(["a.onnxz", "a.onnxz.record", "a.report.json"]);
        File.ReadAllText(_workspace["out/a.report.json"]).ShouldContain("\"passed\": false");
        failed.Error.ShouldContain($"a.onnx: a.onnxz {Kept}");
    }

    /// <summary>Neither waited for nor removed.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(".outputs")]
    public async Task APipeInTheReceiptsPlaceIsRefused(string extension)
    {
        if (OperatingSystem.IsWindows())
            return;
        var pipe = _workspace[$"r{extension}"];
        using (var made = System.Diagnostics.Process.Start("mkfifo", pipe))
            await made.WaitForExitAsync();

        var run = await ToolRun.InProcess(_workspace["a.onnx"], "--receipt", _workspace["r"]).WaitAsync(TimeSpan.FromMinutes(1));

        run.ShouldEndWith(1).Error.ShouldStartWith($"{pipe}: error CT5002: 'r{extension}' is a pipe or a device, not a file");
        File.Exists(pipe).ShouldBeTrue();
        File.Exists(_workspace["a.onnxz"]).ShouldBeFalse();
    }

    [Fact]
    public async Task ARunThatEndsInAnErrorLeavesNoReportOfTheLastOne()
    {
        await Run("models: [ a.onnx ]\n", exitCode: 0);

        await Run("models: [ a.onnx ]\ngate: { r2: many }\n", exitCode: 1);
        Left().ShouldBe(["a.onnxz", "a.onnxz.record"]);

        (await Run("models: [ a.onnx ]\n", exitCode: 0)).Error.ShouldContain(Kept);
        Left().ShouldBe(["a.onnxz", "a.onnxz.record", "a.report.html", "a.report.json", "a.report.md"]);
    }

    [Fact]
    public async Task AModelThatTheSpecNoLongerHasLeavesNothing()
    {
        _workspace.Write("out/b.notes.md", "mine");
        await Run("models: [ a.onnx, b.onnx ]\nreport: [ json ]\n", exitCode: 0);

        var second = await Run("models: [ a.onnx ]\nreport: [ json ]\n", exitCode: 0);

        Left().ShouldBe(["a.onnxz", "a.onnxz.record", "a.report.json", "b.notes.md"]);
        second.Error.ShouldContain($"a.onnx: a.onnxz {Kept}");
    }

    [Fact]
    public async Task AnotherFormatLeavesNothingOfTheLastOneButWhatWasChanged()
    {
        TinyModel.Write(_workspace["m.onnx"], seed: 1);
        File.SetLastWriteTimeUtc(_workspace["m.onnx"], DateTime.UtcNow.AddMinutes(-1));
        string[] runnable = ["m.onnx", "m.onnx.record"], artifact = ["m.onnxz", "m.onnxz.record"];
        foreach (var (format, models) in ((string, string[])[])
            [("onnx", runnable), ("onnxz", artifact), ("both", ["m.onnx", .. artifact]), ("onnxz", artifact), ("onnx", runnable)])
        {
            await Runnable(format, report: "json");
            Left().ShouldBe([.. models, "m.report.json"], ignoreOrder: false, format);
        }

        (await Runnable("onnx", report: "markdown")).Error.ShouldContain($"m.onnx: m.onnx {Kept}");
        Left().ShouldBe([.. runnable, "m.report.md"]);

        File.WriteAllText(_workspace["out/m.onnx"], "mine");
        await Runnable("onnxz", report: "markdown");
        Left().ShouldBe(["m.onnx", .. artifact, "m.report.md"]);
        (await File.ReadAllTextAsync(_workspace["out/m.onnx"])).ShouldBe("mine");

        async Task<ToolRun> Runnable(string format, string report)
        {
            var spec = _workspace.Write("compress.yml", $$"""
                models: [ m.onnx ]
                rules: [ { weights: '**', stack: [ integer ] } ]
                output: out
                report: [ {{report}} ]
                """);
            return (await ToolRun.InProcess(spec, "--no-probe", "--format", format, "--receipt", _workspace["out/compress.receipt"]))
                .ShouldEndWith(0);
        }
    }

    [Fact]
    public async Task WithoutAReceiptNothingIsRememberedAndNothingRemoved()
    {
        await Run("models: [ a.onnx ]\n", exitCode: 0, receipt: false);

        (await Run("models: [ a.onnx ]\nreport: [ json ]\n", exitCode: 0, receipt: false)).Error.ShouldNotContain(Kept);

        Left().ShouldBe(["a.onnxz", "a.report.html", "a.report.json", "a.report.md"]);
    }

    private async Task<ToolRun> Run(string spec, int exitCode, bool receipt = true)
    {
        var path = _workspace.Write("compress.yml", spec + Rules);
        return (await ToolRun.InProcess([path, "--no-probe", .. receipt ? new[] { "--receipt", _workspace["out/compress.receipt"] } : []]))
            .ShouldEndWith(exitCode);
    }

    private IEnumerable<string> Left() =>
        Directory.EnumerateFiles(_workspace["out"]).Select(Path.GetFileName).OfType<string>()
            .Where(name => !name.StartsWith("compress.receipt", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
