using System.Diagnostics;
using CompressTasks.Tasks.Tests.Package;

namespace CompressTasks.Tool.Tests.Watching;

/// <summary>The real tool, and files that are written, moved and removed under its eyes.</summary>
[Trait("Speed", "Slow")]
public sealed class WatchTests : IDisposable
{
    private const string Kept = "is kept, nothing that it depends on has changed";
    private const string Rules = "rules: [ { weights: '**', minElements: 64, stack: [ quantize: { r2: 0.95 } ] } ]\nreport: [ json ]\n";
    private static readonly string[] _options = ["compress.yml", "--no-probe", "--verbosity", "minimal"];
    private static readonly TimeSpan _severalLooks = TimeSpan.FromSeconds(2.5);

    private readonly Workspace _work = new();

    public WatchTests() => WriteModel("m.onnx", rows: 32);

    public void Dispose() => _work.Dispose();

    [UnixFact]
    public async Task ASpecIsEditedBrokenMendedAndTheSessionInterrupted()
    {
        _work.Write("compress.yml", $"models: [ m.onnx ]\n{Rules}gate: {{ r2: 0.9 }}\n");
        using var tool = new WatchedTool(WithoutInput());
        var first = await tool.UntilItWaits();
        first.ShouldContain("gate passed");
        first.ShouldNotContain(Kept);
        first.ShouldEndWith("watching 2 files; Ctrl+C ends");
        var artifact = File.GetLastWriteTimeUtc(_work["artifacts/m.onnxz"]);

        _work.Write("compress.yml", $"models: [ m.onnx ]\n{Rules}gate: {{ r2: 0.99999 }}\n");
        var second = await tool.UntilItWaits();
        second.ShouldStartWith("compress.yml has changed\n");
        second.ShouldContain($"m.onnx: m.onnxz {Kept}");
        second.ShouldContain("compress.yml(4,13): error CT4001");
        second.ShouldContain("gate failed");

        _work.Write("compress.yml", $"models: [ m.onnx ]\n{Rules}gate: {{ r2: many }}\n");
        var broken = await tool.UntilItWaits();
        broken.ShouldContain("compress.yml(4,13): error CT1");
        broken.ShouldEndWith("watching 2 files; Ctrl+C ends");

        _work.Write("compress.yml", $"models: [ m.onnx ]\n{Rules}gate: {{ r2: 0.9 }} # mended\n");
        var mended = await tool.UntilItWaits();
        mended.ShouldContain("gate passed");
        mended.ShouldContain(Kept);
        File.GetLastWriteTimeUtc(_work["artifacts/m.onnxz"]).ShouldBe(artifact, "it is that of the first run");

        (await tool.EndWith("INT")).ShouldBe(130);
    }

    [UnixFact]
    public async Task OnlyTheModelThatChangedIsCodedAgain()
    {
        WriteModel("n.onnx", rows: 32);
        _work.Write("compress.yml", $"models: [ '*.onnx' ]\n{Rules}gate: {{ r2: 0.9 }}\n");
        using var tool = new WatchedTool(_work.Folder, _options);
        (await tool.UntilItWaits()).ShouldEndWith("watching 3 files; Ctrl+C ends");

        WriteModel("n.onnx", rows: 40);
        var second = await tool.UntilItWaits();
        second.ShouldContain($"m.onnx: m.onnxz {Kept}");
        second.ShouldNotContain($"n.onnx: n.onnxz {Kept}");
        (await tool.EndWith("TERM")).ShouldBe(130);
    }

    [UnixFact]
    public async Task WithAReceiptWhatIsNoLongerMadeGoes()
    {
        WriteModel("n.onnx", rows: 32);
        _work.Write("compress.yml", $"models: [ '*.onnx' ]\n{Rules}gate: {{ r2: 0.9 }}\n");
        using var tool = new WatchedTool(_work.Folder, [.. _options, "--receipt", "artifacts/receipt"]);
        await tool.UntilItWaits();
        File.Exists(_work["artifacts/n.onnxz"]).ShouldBeTrue();

        File.Delete(_work["n.onnx"]);
        var second = await tool.UntilItWaits();
        second.ShouldStartWith("n.onnx has changed\n");
        second.ShouldContain($"m.onnx: m.onnxz {Kept}");
        _work.Entries.Where(entry => entry.StartsWith("artifacts/", StringComparison.Ordinal)).ShouldBe(
            ["artifacts/m.onnxz", "artifacts/m.onnxz.record", "artifacts/m.report.json", "artifacts/receipt", "artifacts/receipt.outputs"]);
    }

    [UnixFact]
    public async Task FilesMovedIntoPlaceAndFoldersThatAppearLaterAreNoticed()
    {
        _work.Write("compress.yml", $"models: [ 'later/**/*.onnx' ]\n{Rules}");
        using var tool = new WatchedTool(_work.Folder, _options);
        (await tool.UntilItWaits()).ShouldContain("compress.yml(1,11): error CT1");

        WriteModel("elsewhere/deep/n.onnx", rows: 32);
        Directory.Move(_work["elsewhere"], _work["later"]);
        (await tool.UntilItWaits()).ShouldContain("later/deep/n.onnx -> ");

        // As editors save: the old file goes away, the new one is moved to its place.
        _work.Write("compress.yml.new", $"models: [ m.onnx ]\n{Rules}");
        File.Move(_work["compress.yml"], _work["compress.yml~"]);
        await Task.Delay(100);
        File.Move(_work["compress.yml.new"], _work["compress.yml"]);
        var moved = await tool.UntilItWaits();
        moved.ShouldContain("m.onnx -> ");
        moved.ShouldNotContain("error");
    }

    [UnixFact]
    public async Task ExternalDataPicturesAndCalibrationAreWatched()
    {
        TinyModel.Write(_work["m.onnx"], seed: 1, axes: [1, 1, 64]);
        TinyMedia.WritePicture(_work["photos/a.bmp"], seed: 1);
        _work.Write("compress.yml", """
            models: [ m.onnx ]
            rules: [ { weights: '**', stack: [ quantize: { for: outputs, calibration: { images: { path: 'fit/*.bmp', color: gray } } } ] } ]
            gate: { outputs: { samples: { images: { path: 'photos/*.bmp', color: gray } }, r2: 0.9 } }
            """);
        TinyMedia.WritePicture(_work["fit/a.bmp"], seed: 2);
        using var tool = new WatchedTool(_work.Folder, _options);
        (await tool.UntilItWaits()).ShouldEndWith("watching 4 files; Ctrl+C ends");

        TinyMedia.WritePicture(_work["photos/b.bmp"], seed: 3);
        (await tool.UntilItWaits()).ShouldStartWith("photos/b.bmp has changed");
        TinyMedia.WritePicture(_work["fit/a.bmp"], seed: 4);
        (await tool.UntilItWaits()).ShouldStartWith("fit/a.bmp has changed");

        _work.WriteExternalModel("m.onnx", "m.data", rows: 32, columns: 32);
        _work.Write("compress.yml", $"models: [ m.onnx ]\n{Rules}");
        (await tool.UntilItWaits()).ShouldEndWith("watching 3 files; Ctrl+C ends");
        var data = File.ReadAllBytes(_work["m.data"]);
        data[3] ^= 0x80;
        File.WriteAllBytes(_work["m.data"], data);
        (await tool.UntilItWaits()).ShouldStartWith("m.data has changed");

        File.Delete(_work["m.data"]);
        (await tool.UntilItWaits()).ShouldContain("error CT2");
        File.WriteAllBytes(_work["m.data"], data);
        (await tool.UntilItWaits()).ShouldContain("m.onnx -> ");
    }

    /// <summary>Artifacts beside the models, and a program that writes where it reads.</summary>
    [UnixFact]
    public async Task WhatARunWritesStartsNoOther()
    {
        _work.Write("eval/measure.sh", "date +%N > eval/log.txt; echo 1\n");
        _work.Write("compress.yml", $$"""
            models: [ '*.onnx' ]
            rules: [ { weights: '**', minElements: 64, stack: [ quantize: { r2: 0.95 } ] } ]
            output: .
            gate:
              metrics:
                - { name: score, run: [ sh, eval/measure.sh, '{model}' ], atLeast: 0.5, inputs: [ 'eval/**' ] }
            """);
        using var tool = new WatchedTool(_work.Folder, _options);
        var first = await tool.UntilItWaits();
        (await tool.Meanwhile(_severalLooks)).ShouldBe("", first);

        _work.Write("eval/measure.sh", "date +%N > eval/log.txt; echo 0\n");
        (await tool.UntilItWaits()).ShouldContain("error CT4");
        (await tool.Meanwhile(_severalLooks)).ShouldBe("");
    }

    [Fact]
    public async Task ACommandLineThatNoFileMendsEndsAtOnce()
    {
        _work.Write("compress.yml", "models: [ m.onnx ]");
        (await ToolProcess.Run(_work.Folder, "gone.onnx", "--watch")).ShouldEndWith(1).Error.ShouldContain("error CT5005");
        (await ToolProcess.Run(_work.Folder, "compress.yml", "--watch", "--output-r2", "0.9")).ShouldEndWith(1).Error.ShouldContain("error CT5012");
    }

    private void WriteModel(string name, int rows) =>
        File.SetLastWriteTimeUtc(_work.WriteModel(name, ("w", rows, 32)), DateTime.UtcNow.AddMinutes(-1));

    /// <summary>As a service manager starts it: standard input is closed, not empty.</summary>
    private Process WithoutInput() => Process.Start(
        new ProcessStartInfo("/bin/sh", ["-c", "exec dotnet exec \"$0\" \"$@\" --watch <&-", typeof(ExitCode).Assembly.Location, .. _options])
        {
            WorkingDirectory = _work.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>A fact that is reported as skipped where there are no signals and no <c>sh</c>.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class UnixFactAttribute : FactAttribute
    {
        public UnixFactAttribute()
        {
            if (OperatingSystem.IsWindows())
                Skip = "needs signals";
        }
    }
}
