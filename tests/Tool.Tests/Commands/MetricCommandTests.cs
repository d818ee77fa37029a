using System.Diagnostics;

namespace CompressTasks.Tool.Tests.Commands;

/// <summary>Metrics on the command line; the programs are scripts of a POSIX shell.</summary>
[Trait("Speed", "Slow")]
public sealed class MetricCommandTests : IDisposable
{
    private readonly Workspace _work = new();

    public MetricCommandTests()
    {
        _work.WriteModel("m.onnx", ("a", 40, 50));
        _work.Write("eval.sh", "echo run >> runs; echo 0.25\n");
    }

    public void Dispose() => _work.Dispose();

    [ShellFact]
    public async Task AMetricThatHoldsPasses()
    {
        Spec("atMost: 0.5");
        var run = (await ToolRun.InProcess(_work["compress.yml"])).ShouldEndWith(0);
        run.Error.ShouldContain("m.onnx: measuring wer");
        run.Output.ShouldContain("passed metrics.wer.atMost: asked 0.5, measured 0.25");
    }

    [ShellFact]
    public async Task AMetricThatDoesNotHoldFailsTheGate()
    {
        Spec("atMost: 0.125");
        (await ToolRun.InProcess(_work["compress.yml"])).ShouldEndWith(2).Error.ShouldContain("compress.yml(6,15): error CT4021: m.onnx: the metric");
        (await ToolRun.InProcess(_work["compress.yml"], "--on-failure", "warning")).ShouldEndWith(0).Error.ShouldContain("warning CT4021");
    }

    [ShellFact]
    public async Task APlanShowsMetricsAndRunsNone()
    {
        Spec("atMost: 0.5");
        (await ToolRun.InProcess("plan", _work["compress.yml"])).ShouldEndWith(0).Output
            .ShouldContain("gate.metrics.wer   at most 0.5; sh eval.sh {model}");
        _work.Entries.ShouldNotContain("runs");
    }

    [ShellFact]
    public async Task ComparisonFindsAMetricThatFailsNow()
    {
        Spec("atMost: 0.5");
        (await ToolRun.InProcess(_work["compress.yml"], "--output", _work["before"])).ShouldEndWith(0);
        _work.Write("eval.sh", "echo 0.75\n");
        (await ToolRun.InProcess(_work["compress.yml"], "--output", _work["after"])).ShouldEndWith(2);
        var run = (await ToolRun.InProcess("compare", _work["before/m.report.json"], _work["after/m.report.json"])).ShouldEndWith(2);
        run.Error.ShouldContain("gate metrics.wer.atMost");
    }

    [ShellFact]
    public async Task ASignalEndsTheProgramToo()
    {
        _work.Write("eval.sh", "sleep 987 & echo $! > child.new; mv child.new child; wait\n");
        Spec("atMost: 0.5");
        using var tool = ToolProcess.Start(_work.Folder, "compress.yml");
        while (!File.Exists(_work["child"]))
            await Task.Delay(50);
        using (var kill = Process.Start("kill", ["-TERM", $"{tool.Id}"]))
            await kill.WaitForExitAsync();
        (await ToolProcess.Finish(tool)).ShouldEndWith(130);
        var child = int.Parse(await File.ReadAllTextAsync(_work["child"]), System.Globalization.CultureInfo.InvariantCulture);
        for (var clock = Stopwatch.StartNew(); IsRunning(child); await Task.Delay(50))
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    /// <summary>A process that has ended and that nobody has asked about yet is a zombie, not running.</summary>
    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            return false;
        }
    }

    private void Spec(string threshold) =>
        _work.Write("compress.yml", $"models: [ m.onnx ]\ngate:\n  metrics:\n    - name: wer\n      run: sh eval.sh {{model}}\n      {threshold}\n");

    private sealed class ShellFactAttribute : FactAttribute
    {
        public ShellFactAttribute() => Skip = OperatingSystem.IsWindows() ? "The programs are scripts of a POSIX shell." : null;
    }
}
