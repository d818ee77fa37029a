using System.Diagnostics;
using System.Globalization;
using CompressTasks.Corpus;
using YamlDotNet.Serialization;

namespace CompressTasks.Tool.Tests;

/// <summary>The pages that take a reader by the hand, followed word for word: on a copy of this checkout, with its packages, and in a home without anything.</summary>
[Trait("Speed", "Slow")]
public sealed class WalkthroughTests(WalkthroughTests.PackedCheckout checkout) : IClassFixture<WalkthroughTests.PackedCheckout>
{
    private static readonly MarkdownPage _readme = new("README.md");

    [Fact]
    public async Task TheQuickStartGivesANewProjectAGatedBuild()
    {
        var work = checkout.Work;
        (await checkout.Run(work.Folder, _readme.Snippets("sh").Last())).ShouldEndWith(0).Output.ShouldContain("gate passed");
        File.Exists(work["Reader/obj/Debug/compress/model.report.html"]).ShouldBeTrue();
        new FileInfo(work["Reader/bin/Debug/net10.0/model.onnxz"]).Length.ShouldBeLessThan(new FileInfo(TinyGpt.Model).Length / 4);

        work.Write("Reader/Program.cs", _readme.Snippets("csharp").ShouldHaveSingleItem());
        (await checkout.Run(work["Reader"], "dotnet run")).ShouldEndWith(0).Output.ShouldContain("inputs: tokens");
    }

    [Fact]
    public async Task TheTutorialGoesFromSamplesToAGateToCI()
    {
        var page = new MarkdownPage("docs/tutorial.md");
        var folder = checkout.Work.Folder;
        var printed = "";
        foreach (var (snippet, next) in page.All.Zip([.. page.All.Skip(1), new("", "", "")]))
        {
            switch (snippet.Language)
            {
                case "sh":
                    // What is said to end in an error has to.
                    var fails = next.Language == "text" && next.Text.Contains(": error CT", StringComparison.Ordinal);
                    var run = await checkout.Run(folder, $"{snippet.Text}\npwd > {checkout.Work["folder"]}");
                    run.ShouldEndWith(fails ? 1 : 0);
                    printed = (run.Output + run.Error).Replace('\\', '/');
                    folder = fails ? folder : File.ReadAllText(checkout.Work["folder"]).Trim();
                    break;
                case "text":
                    var lines = snippet.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                    lines.Where(line => !MarkdownPage.IsPrinted(line, printed)).ShouldBeEmpty(printed);
                    break;
                case "csharp" or "yaml" or "yml":
                    snippet.File.ShouldNotBeEmpty(snippet.Text);
                    Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, snippet.File))!);
                    await File.WriteAllTextAsync(Path.Combine(folder, snippet.File), snippet.Text);
                    break;
                default:
                    throw new ShouldAssertException($"nothing runs this snippet of the tutorial: {snippet.Text}");
            }
        }

        // The workflow, on this machine.
        var workflow = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(page.Snippets("yml").ShouldHaveSingleItem());
        workflow["jobs"].ShouldBeOfType<Dictionary<object, object>>().ShouldNotBeEmpty();
        foreach (var command in page.WorkflowCommands().ToList())
            (await checkout.Run(folder, command)).ShouldEndWith(0);
    }

    /// <summary>What git has of this checkout, packed as the README says.</summary>
    public sealed class PackedCheckout : IAsyncLifetime
    {
        private readonly Dictionary<string, string> _environment = new()
        {
            // A version that no cache knows, and nothing else fetched anew.
            ["PackageVersion"] = string.Create(CultureInfo.InvariantCulture, $"0.1.{Environment.TickCount64 % 1_000_000_000}"),
            ["NUGET_FALLBACK_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        };

        private DotNetSdk? _sdk;

        internal Workspace Work { get; } = new();

        internal Task<ToolRun> Run(string folder, string script) => _sdk!.RunScript(folder, _environment, script);

        public async Task InitializeAsync()
        {
            _sdk = new DotNetSdk(Directory.CreateDirectory(Work["home"]).FullName);
            await CopyCheckout(Work["CompressTasks"]);
            (await Run(Work.Folder, _readme.Snippets("sh").First())).ShouldEndWith(0);
        }

        public Task DisposeAsync()
        {
            Work.Dispose();
            return Task.CompletedTask;
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
}
