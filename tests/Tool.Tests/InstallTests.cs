using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests;

/// <summary>The package as users get it: installed from a feed into a clean home, used, and removed.</summary>
[Trait("Speed", "Slow")]
public sealed class InstallTests(InstallTests.ToolFeed feed) : IClassFixture<InstallTests.ToolFeed>, IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task TheGlobalToolDoesItsJobAndGoes()
    {
        var sdk = NewHome();
        (await sdk.Run(_work["app"], "tool", "install", "--global", "CompressTasks.Tool", "--version", feed.Version)).ShouldEndWith(0);
        (await sdk.Run(_work["app"], "compress", "--help")).ShouldEndWith(0).Output.ShouldContain("  dotnet compress <spec|model> [command] [options]");
        (await sdk.Run(_work["app"], "compress", "m.onnx", "--output", "out")).ShouldEndWith(0).Output.ShouldContain("passed");
        (await sdk.Run(_work["app"], "compress", "restore", "out/m.onnxz", "--output", "back.onnx")).ShouldEndWith(0).Output.ShouldBe($"back.onnx{Environment.NewLine}");
        new FileInfo(_work["app/back.onnx"]).Length.ShouldBe(new FileInfo(_work["app/m.onnx"]).Length);
        (await sdk.Run(_work["app"], "tool", "uninstall", "--global", "CompressTasks.Tool")).ShouldEndWith(0);
        (await sdk.Run(_work["app"], "compress", "--help")).ExitCode.ShouldNotBe(0);
    }

    [Fact]
    public async Task TheLocalToolIsPinnedByAManifest()
    {
        var sdk = NewHome();
        (await sdk.Run(_work["app"], "new", "tool-manifest")).ShouldEndWith(0);
        (await sdk.Run(_work["app"], "tool", "install", "CompressTasks.Tool", "--version", feed.Version)).ShouldEndWith(0);
        (await sdk.Run(_work["app"], "compress", "inspect", "m.onnx")).ShouldEndWith(0).Output.ShouldContain("40×50");
        (await sdk.Run(_work["app"], "tool", "uninstall", "CompressTasks.Tool")).ShouldEndWith(0);
    }

    [Fact]
    public async Task ThePackageOfAPlatformHasTheNativeLibraryOfNoOther()
    {
        var package = Directory.GetFiles(feed.Folder, $"CompressTasks.Tool.{feed.Platform}.*.nupkg").ShouldHaveSingleItem();
        using var archive = await ZipFile.OpenReadAsync(package);
        var natives = archive.Entries.Where(entry => entry.Name is "libonnxruntime.so" or "onnxruntime.dll" or "libonnxruntime.dylib").ToList();
        if (feed.Platform == ToolFeed.AnyPlatform)
            natives.Count.ShouldBeGreaterThan(1);
        else
            natives.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task EveryPlatformWithANativeLibraryHasAPackageAndTheRestHaveOneTogether()
    {
        var properties = await new DotNetSdk(_work.Folder).Run(Repository.Root, "msbuild", "src/Tool/CompressTasks.Tool.csproj", "-getProperty:ToolPackageRuntimeIdentifiers");
        properties.ShouldEndWith(0).Output.Trim().Split(';').ShouldBe(["linux-x64", "win-x64", "win-arm64", "osx-arm64", "any"]);
    }

    private DotNetSdk NewHome()
    {
        _work.WriteModel("app/m.onnx", ("a", 40, 50));
        _work.Write("app/NuGet.config", $"<configuration><packageSources><clear /><add key=\"feed\" value=\"{feed.Folder}\" /></packageSources></configuration>");
        return new(Directory.CreateDirectory(_work["home"]).FullName);
    }

    /// <summary>Packs the tool for this platform, with folders of its own: other tests build the same projects at the same time.</summary>
    public sealed class ToolFeed : IAsyncLifetime
    {
        public const string AnyPlatform = "any";

        private readonly string _root = Directory.CreateTempSubdirectory("compresstasks-feed-").FullName;

        public string Folder => Path.Combine(_root, "feed");

        /// <summary>One that no cache knows.</summary>
        public string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}");

        public string Platform { get; } = RuntimeInformation.RuntimeIdentifier is "linux-x64" or "win-x64" or "win-arm64" or "osx-arm64" ? RuntimeInformation.RuntimeIdentifier : AnyPlatform;

        public async Task InitializeAsync()
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget", "packages");
            var pack = await new DotNetSdk(home, packages).Run(
                Repository.Root,
                "pack",
                "src/Tool",
                "-c",
                "Release",
                "-o",
                Folder,
                "--artifacts-path",
                Path.Combine(_root, "artifacts"),
                $"-p:PackageVersion={Version}",
                $"-p:ToolPackageRuntimeIdentifiers={Platform}",
                "-nodeReuse:false");
            pack.ShouldEndWith(0);
        }

        public Task DisposeAsync()
        {
            Directory.Delete(_root, recursive: true);
            return Task.CompletedTask;
        }
    }
}
