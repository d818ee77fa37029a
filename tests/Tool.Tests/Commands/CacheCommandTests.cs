using System.Diagnostics;
using System.Security.Cryptography;

namespace CompressTasks.Tool.Tests.Commands;

public sealed class CacheCommandTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task AModelIsAddedListedAndCleared()
    {
        await Compress(("a", 40, 50), ("b", 3, 4));
        var added = (await ToolRun.InProcess("cache", "add", _work["m.onnxz"], "--folder", _work["cache"])).ShouldEndWith(0);
        var path = added.Output.TrimEnd();
        Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(path))).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_work["m.onnxz"]))));
        (await ToolRun.InProcess("cache", "add", _work["m.onnxz"], "--folder", _work["cache"])).ShouldEndWith(0).Output.ShouldBe(added.Output);

        var bytes = Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "model.*").Sum(file => new FileInfo(file).Length);
        var list = (await ToolRun.InProcess("cache", "list", "--folder", _work["cache"])).ShouldEndWith(0).Output;
        list.ShouldContain(path);
        list.ShouldContain(FormattableString.Invariant($"{bytes:N0} bytes of 17,179,869,184 in {_work["cache"]}"));

        (await ToolRun.InProcess("cache", "clear", "--folder", _work["cache"])).ShouldEndWith(0).Output
            .ShouldStartWith(FormattableString.Invariant($"{bytes:N0} bytes removed"));
        Path.Exists(path).ShouldBeFalse();
        (await ToolRun.InProcess("cache", "list", "--folder", _work["cache"])).ShouldEndWith(0).Output.ShouldStartWith("0 bytes of");
    }

    [Fact]
    public async Task WhatIsWrongIsSaid()
    {
        await Compress(("a", 40, 50));
        (await ToolRun.InProcess("cache", "add", _work["gone.onnxz"], "--folder", _work["cache"])).ShouldEndWith(1).Error.ShouldContain("error CT3001");
        _work.Write("file", "mine");
        (await ToolRun.InProcess("cache", "add", _work["m.onnxz"], "--folder", _work["file"])).ShouldEndWith(1).Error.ShouldContain("error CT3208");
        (await ToolRun.InProcess("cache", "list", "--folder", _work["nowhere"])).ShouldEndWith(0).Output.ShouldStartWith("0 bytes of");
        (await ToolRun.InProcess("cache")).ShouldEndWith(1);
        (await ToolRun.InProcess("cache", "list", "--folder", "")).ShouldEndWith(1).Error.ShouldContain("error CT5001: --folder is empty");
    }

    /// <summary>What lies in the current folder may be anybody's.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task AUserWithoutAFolderHasNoCache()
    {
        await Compress(("a", 40, 50));
        var environment = new Dictionary<string, string> { ["HOME"] = "/nonexistent", ["XDG_CACHE_HOME"] = "" };
        using var process = ToolProcess.Start(_work.Folder, environment, "cache", "add", "m.onnxz");
        (await ToolProcess.Finish(process)).ShouldEndWith(1).Error.ShouldContain("error CT3208");
        Directory.Exists(_work[".cache"]).ShouldBeFalse();
    }

    [Fact]
    public async Task NamesThatControlTerminalsAreShownHarmless()
    {
        var folder = _work["x\n::error::forged\e[31m"];
        (await ToolRun.InProcess("cache", "list", "--folder", folder)).ShouldEndWith(0).Output.ShouldNotContain("\e");
        (await ToolRun.InProcess("cache", "clear", "--folder", folder)).ShouldEndWith(0).Output.ShouldNotContain("\n::error::");
        await Compress(("a", 40, 50));
        File.Move(_work["m.onnxz"], _work["x\n::error::forged\e[31m.onnxz"]);
        var run = (await ToolRun.InProcess("verify", _work["x\n::error::forged\e[31m.onnxz"])).ShouldEndWith(0);
        run.Output.ShouldContain("whole;");
        run.Output.ShouldNotContain("\e");
        run.Output.ShouldNotContain("\n::error::");
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task TwentyProcessesThatStartTogetherMakeOneCopy()
    {
        await Compress(("a", 400, 500));
        var processes = Enumerable.Range(0, 20).Select(_ => Add()).ToList();
        var runs = await Task.WhenAll(processes.Select(process => ToolProcess.Finish(process)));
        processes.ForEach(process => process.Dispose());
        runs.Select(run => run.ShouldEndWith(0).Output).Distinct().ShouldHaveSingleItem();
        ShouldHoldOneModel();
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task WhatKilledProcessesLeaveIsNoModelAndGoes()
    {
        await Compress(("a", 1000, 1000));
        var whole = (await ToolProcess.Run(_work.Folder, "cache", "add", "m.onnxz", "--folder", "other")).ShouldEndWith(0).Output.TrimEnd();
        for (var kill = 0; kill < 10; kill++)
        {
            if (Directory.Exists(_work["cache"]))
                Directory.Delete(_work["cache"], recursive: true);
            using (var process = Add())
            {
                // From the instant at which the folder is there on.
                for (var clock = Stopwatch.StartNew(); !Directory.Exists(_work["cache"]) && clock.Elapsed < TimeSpan.FromSeconds(20);)
                    Thread.Sleep(1);
                Thread.Sleep(4 * kill);
                process.Kill();
                process.WaitForExit();
            }

            using var next = Add();
            var path = (await ToolProcess.Finish(next)).ShouldEndWith(0).Output.TrimEnd();
            foreach (var file in (string[])["model.onnx", "model.data", "../manifest"])
                File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path)!, file)).ShouldBe(
                    File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(whole)!, file)));
            ShouldHoldOneModel();
        }
    }

    private Process Add() => ToolProcess.Start(_work.Folder, "cache", "add", "m.onnxz", "--folder", "cache");

    private void ShouldHoldOneModel() => Directory.EnumerateFiles(_work["cache"], "*", SearchOption.AllDirectories).Select(Path.GetFileName)
        .ShouldBe(["manifest", "model.data", "model.onnx"], ignoreOrder: true);

    private async Task Compress(params (string Name, int Rows, int Columns)[] weights)
    {
        _work.WriteModel("m.onnx", weights);
        (await ToolRun.InProcess(_work["m.onnx"])).ShouldEndWith(0);
    }
}
