using System.Diagnostics;

namespace CompressTasks.Tasks.Tests.Package;

[Trait("Speed", "Slow")]
public sealed class CancellationTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [InterruptFact]
    public Task InterruptedBuildLeavesNoHalfWrittenFileAndNoProcess() => BuildThatEndsEarlyLeavesNothing("INT", "cancelled");

    [LinuxFact]
    public Task KilledBuildLeavesNoHalfWrittenFileAndNoProcess() =>
        BuildThatEndsEarlyLeavesNothing("KILL", "killed, so that it cannot end the compressor");

    private async Task BuildThatEndsEarlyLeavesNothing(string signal, string because)
    {
        var project = feed.CreateProject();
        TinyModel.Write(project.In("models/tiny.onnx"), seed: 1, size: 3000);
        project.Write("compress.yml",
            "models: [ models/*.onnx ]\nrules:\n  - weights: '**'\n    stack: [ gaussian: { components: 16 }, residual: { r2: 0.99 } ]\n");
        (await project.RunAsync("restore")).ShouldSucceed();
        var build = default(Process);

        var running = project.RunAsync(process => build = process, _ => { }, "build", "--no-restore");
        await WaitUntilAsync(() => Compressors(project).Count > 0, "the compressor should have started");
        using (var kill = Process.Start("kill", ["-" + signal, $"{build.ShouldNotBeNull().Id}"]))
            await kill.WaitForExitAsync();

        (await running).ShouldFail().Output.ShouldNotContain("CT6004");
        await WaitUntilAsync(() => Compressors(project).Count == 0, $"the build was {because}");
        Directory.EnumerateFiles(project.Intermediate)
            .Select(Path.GetFileName)
            .ShouldBeSubsetOf(["compress.lock", "compress.receipt.outputs"]);

        TinyModel.Write(project.In("models/tiny.onnx"), seed: 1);
        (await project.BuildAsync()).ShouldHaveCompressedOnce();
    }

    private static List<string> Compressors(TestProject project)
    {
        return [.. Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)).Select(CommandLine)
            .Where(line => line.Contains("CompressTasks.Tool.dll", StringComparison.Ordinal)
                && line.Contains(project.Folder, StringComparison.Ordinal))];

        static string CommandLine(string folder)
        {
            try
            {
                return File.ReadAllText(Path.Combine(folder, "cmdline"));
            }
            catch (IOException)
            {
                return "";
            }
        }
    }

    private static async Task WaitUntilAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            clock.Elapsed.ShouldBeLessThan(_patience, what);
            await Task.Delay(50);
        }
    }

    /// <summary>A fact that is reported as skipped where there is no <c>/proc</c>.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private class LinuxFactAttribute : FactAttribute
    {
        public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Needs /proc and kill.";
    }

    /// <summary>
    /// One that also needs interrupts: a shell that starts the tests in the background has them ignored, and with them the build ignores them.
    /// </summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class InterruptFactAttribute : LinuxFactAttribute
    {
        public InterruptFactAttribute() => Skip ??= InterruptsAreIgnored() ? "Interrupts are ignored here." : null;

        private static bool InterruptsAreIgnored()
        {
            const int interrupt = 2;
            var ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)).Split('\t')[1];
            return ((Convert.ToUInt64(ignored, 16) >> (interrupt - 1)) & 1) != 0;
        }
    }
}
