using System.Diagnostics;
using System.Globalization;
using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests;

/// <summary>The quick start of README.md as it stands there, on a copy of this checkout and in a home without anything.</summary>
[Trait("Speed", "Slow")]
public sealed class QuickStartTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task ANewProjectHasAGatedBuildAndOpensItsModel()
    {
        await CopyCheckout(_work["CompressTasks"]);
        var sdk = new DotNetSdk(Directory.CreateDirectory(_work["home"]).FullName);
        var environment = new Dictionary<string, string>
        {
            // A version that no cache knows, and nothing else fetched anew.
            ["PackageVersion"] = string.Create(CultureInfo.InvariantCulture, $"0.1.{Environment.TickCount64 % 1_000_000_000}"),
            ["NUGET_FALLBACK_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        };

        var built = await sdk.RunScript(_work.Folder, environment, string.Concat(Readme.Snippets("sh")));
        built.ShouldEndWith(0).Output.ShouldContain("gate passed");
        File.Exists(_work["Reader/obj/Debug/compress/model.report.html"]).ShouldBeTrue();
        new FileInfo(_work["Reader/bin/Debug/net10.0/model.onnxz"]).Length.ShouldBeLessThan(new FileInfo(TinyGpt.Model).Length / 4);

        _work.Write("Reader/Program.cs", Readme.Snippets("csharp").ShouldHaveSingleItem());
        (await sdk.RunScript(_work["Reader"], environment, "dotnet run")).ShouldEndWith(0).Output.ShouldContain("inputs: tokens");
    }

    /// <summary>What git has of this checkout, and what its first restore may have made because no feed has it.</summary>
    private static async Task CopyCheckout(string target)
    {
        using var git = Process.Start(
            new ProcessStartInfo("git", ["ls-files", "-z"])
            {
                WorkingDirectory = Repository.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true
            })!;
        var files = (await ToolProcess.Finish(git)).ShouldEndWith(0).Output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(file => File.Exists(Path.Combine(Repository.Root, file)));
        foreach (
            var file in files.Concat(Directory.GetFiles(Path.Combine(Repository.Root, "eng", "feed"), "Microsoft.*.nupkg")
                .Select(path => Path.GetRelativePath(Repository.Root, path))))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(target, file))!);
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(target, file));
        }
    }
}
