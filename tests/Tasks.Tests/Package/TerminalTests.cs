using System.Text.RegularExpressions;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>What a person sees who builds in a terminal, where MSBuild's terminal logger is the default.</summary>
[Trait("Speed", "Slow")]
public sealed partial class TerminalTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [TerminalFact]
    public async Task ResultStandsBelowTheProjectsOutput()
    {
        var project = feed.CreateProject();
        project.WriteModel("second", seed: 2);

        var lines = Lines((await project.RunInTerminalAsync("build", "-p:CompressProbe=false")).ShouldSucceed());

        var output = lines.FindIndex(line => line.Contains("→ bin/Debug/net10.0/App.dll", StringComparison.Ordinal));
        output.ShouldBeGreaterThan(0, string.Join('\n', lines));
        lines[output].ShouldContain("succeeded");
        lines[output + 1].ShouldMatch(@"^    second\.onnxz: \S+ kB to \S+ kB, [\d.]+x, R² 0\.9\d+, .*gate passed$");
        lines[output + 2].ShouldMatch(@"^    tiny\.onnxz: \S+ kB to \S+ kB, [\d.]+x, R² 0\.9\d+, .*gate passed$");
        lines.ShouldNotContain(line => line.Contains("warning", StringComparison.OrdinalIgnoreCase));

        lines = Lines((await project.RunInTerminalAsync("build", "-p:CompressProbe=false")).ShouldSucceed());
        lines.ShouldContain(line => line.EndsWith("→ bin/Debug/net10.0/App.dll", StringComparison.Ordinal));
        lines.ShouldNotContain(line => line.Contains(".onnxz", StringComparison.Ordinal), "nothing was compressed");
    }

    [TerminalFact]
    public async Task SeveralTargetFrameworksHaveOneResult()
    {
        var project = feed.CreateProject();
        project.WriteProject("<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>");

        var lines = Lines((await project.RunInTerminalAsync("build", "-p:CompressProbe=false")).ShouldSucceed());

        var folder = lines.FindIndex(line => line.Contains("→ obj/Debug/compress", StringComparison.Ordinal));
        folder.ShouldBeGreaterThan(0, string.Join('\n', lines));
        lines[folder + 1].ShouldStartWith("    tiny.onnxz: ");
        lines.Count(line => line.Contains("tiny.onnxz", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task OtherLoggersHaveTheResultOnce()
    {
        var project = feed.CreateProject();

        var build = (await project.BuildAsync()).ShouldHaveCompressed();

        Lines(build).Count(line => line.Contains("gate passed", StringComparison.Ordinal)).ShouldBe(1);
        Lines(build).Count(line => line.Contains("App -> ", StringComparison.Ordinal)).ShouldBe(1);
    }

    private static List<string> Lines(DotNetResult result) =>
        [.. EscapeSequence().Replace(result.Output, "").Split('\n').Select(line => line.TrimEnd())];

    // Control sequences (colours, cursor) and operating system commands (links, progress).
    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]|\x1b\].*?(\x1b\\|\x07)", RegexOptions.Singleline)]
    private static partial Regex EscapeSequence();
}
