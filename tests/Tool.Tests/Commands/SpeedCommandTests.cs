using System.Text.Json;
using CompressTasks.Tasks.Tests.Package;

namespace CompressTasks.Tool.Tests.Commands;

/// <summary>The gate on speed from the command line.</summary>
[Trait("Speed", "Slow")]
public sealed class SpeedCommandTests : IDisposable
{
    private const int Size = 2048;
    private const long WeightBytes = 4L * Size * Size;

    private readonly Workspace _work = new();

    public SpeedCommandTests() => TinyModel.Write(_work["m.onnx"], seed: 1, Size);

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task AResultThatIsNotFastEnoughFailsTheGate()
    {
        Spec("1000");
        var run = (await ToolRun.InProcess(_work["compress.yml"])).ShouldEndWith(2);
        run.Error.ShouldContain("compress.yml(3,16): error CT4018: m.onnx: the result is ");
        run.Error.ShouldContain("m.onnx: timing both models");
        run.Output.ShouldContain("failed speed: asked 1000, measured ");
        File.Exists(_work["artifacts/m.onnx"]).ShouldBeTrue();
        (await ToolRun.InProcess(_work["compress.yml"], "--on-failure", "warning")).ShouldEndWith(0).Error.ShouldContain("warning CT4018");
    }

    /// <summary>A session holds the weights at least once, and an integer is a quarter of a float.</summary>
    [Fact]
    public async Task MemoryIsThatOfAProcessOfItsOwn()
    {
        Spec("0.001");
        (await ToolRun.InProcess(_work["compress.yml"])).ShouldEndWith(0);

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(_work["artifacts/m.report.json"]));
        var (original, restored) = (Memory("original"), Memory("restored"));
        original.Loaded.ShouldBeInRange(WeightBytes, 4 * WeightBytes);
        original.Peak.ShouldBeGreaterThanOrEqualTo(original.Loaded);
        restored.Loaded.ShouldBeInRange(WeightBytes / 4, original.Loaded);

        (long Loaded, long Peak) Memory(string model)
        {
            var figures = report.RootElement.GetProperty("speed").GetProperty(model);
            return (figures.GetProperty("loadedBytes").GetInt64(), figures.GetProperty("peakBytes").GetInt64());
        }
    }

    [Fact]
    public async Task VerifyJudgesBySpeedToo()
    {
        Spec("1000");
        (await ToolRun.InProcess(_work["compress.yml"], "--on-failure", "warning")).ShouldEndWith(0);
        (await ToolRun.InProcess("verify", _work["artifacts/m.onnx"], "--against", _work["m.onnx"], "--spec", _work["compress.yml"])).ShouldEndWith(2)
            .Error.ShouldContain("error CT4018");
    }

    [Fact]
    public async Task APlanShowsWhatIsAskedAndTimesNothing()
    {
        Spec("{ atLeast: 1.5, threads: 2 }");
        (await ToolRun.InProcess("plan", _work["compress.yml"])).ShouldEndWith(0).Output.ShouldMatch(@"gate\.speed\s+1\.5; 2 threads");
    }

    private void Spec(string speed) => _work.Write("compress.yml", $$"""
        models: [ { path: m.onnx, format: onnx } ]
        rules: [ { weights: '**', stack: [ integer ] } ]
        gate: { speed: {{speed}} }
        """);
}
