using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using CompressTasks.Corpus;
using CompressTasks.Tool.OnnxRuntimes;

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
        (await sdk.Run(_work["app"], "compress", "--help")).ShouldEndWith(0)
            .Output.ShouldContain("  dotnet compress [<spec|model>...] [command] [options]");
        (await sdk.Run(_work["app"], "compress", "m.onnx", "--output", "out")).ShouldEndWith(0).Output.ShouldContain("passed");
        (await sdk.Run(_work["app"], "compress", "restore", "out/m.onnxz", "--output", "back.onnx")).ShouldEndWith(0)
            .Output.ShouldBe($"back.onnx{Environment.NewLine}");
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
        using var archive = await ZipFile.OpenReadAsync(feed.Package(feed.Platform));
        if (feed.Platform != ToolFeed.AnyPlatform)
            archive.Entries.Where(IsNative).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task ThePackageForOtherPlatformsHasNoNativeLibraryAndListsNone()
    {
        var package = feed.Package(ToolFeed.AnyPlatform);
        new FileInfo(package).Length.ShouldBeLessThan(5_000_000);
        using var archive = await ZipFile.OpenReadAsync(package);
        archive.Entries.Where(IsNative).ShouldBeEmpty();
        archive.Entries.ShouldNotContain(entry => entry.FullName.Contains("/native/", StringComparison.Ordinal));
        using var reader = new StreamReader(await archive.Entries.Single(entry => entry.Name == "CompressTasks.Tool.deps.json").OpenAsync());
        (await reader.ReadToEndAsync()).ShouldNotContain("/native/", customMessage: "the host refuses to start when what it lists is missing");
    }

    [Fact]
    public async Task WithoutANativeLibraryOnlyGatesOnOutputsFailAndSayWhatToDo()
    {
        var sdk = NewHome();
        await ZipFile.ExtractToDirectoryAsync(feed.Package(ToolFeed.AnyPlatform), _work["tool"]);
        var tool = Directory.GetFiles(_work["tool"], "CompressTasks.Tool.dll", SearchOption.AllDirectories).ShouldHaveSingleItem();
        _work.Write("app/outputs.yml", """
            models: [ m.onnx ]
            rules: [ { weights: '**', stack: [ quantize: { r2: 0.9 } ] } ]
            gate:
              outputs: { samples: { random: {} }, r2: 0.5 }
            """);

        (await sdk.Run(_work["app"], "exec", tool, "m.onnx", "--output", "out")).ShouldEndWith(0).Output.ShouldContain("passed");
        var run = (await sdk.Run(_work["app"], "exec", tool, "outputs.yml", "--output", "out")).ShouldEndWith(1);

        run.Error.ShouldContain("outputs.yml(4,3): error CT1513");
        run.Error.ShouldContain("Give --onnxruntime the path");
        run = (await sdk.Run(_work["app"], "exec", tool, "outputs.yml", "--output", "out", "--onnxruntime", "m.onnx")).ShouldEndWith(1);
        run.Error.ShouldContain("m.onnx: error CT5011");
    }

    [Fact]
    public async Task EveryPlatformWithANativeLibraryHasAPackageAndTheRestHaveOneTogether()
    {
        string[] arguments = ["msbuild", "src/Tool/CompressTasks.Tool.csproj", "-getProperty:ToolPackageRuntimeIdentifiers"];
        var properties = await new DotNetSdk(_work.Folder).Run(Repository.Root, arguments);
        properties.ShouldEndWith(0).Output.Trim().Split(';').ShouldBe([.. OnnxRuntimePackage.Platforms, "any"], ignoreOrder: true);
    }

    private static bool IsNative(ZipArchiveEntry entry) => entry.Name is "libonnxruntime.so" or "onnxruntime.dll" or "libonnxruntime.dylib";

    private DotNetSdk NewHome()
    {
        _work.WriteModel("app/m.onnx", ("a", 40, 50));
        _work.Write("app/NuGet.config",
            $"<configuration><packageSources><clear /><add key=\"feed\" value=\"{feed.Folder}\" /></packageSources></configuration>");
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

        public string Platform { get; } = OnnxRuntimePackage.Platforms.Contains(RuntimeInformation.RuntimeIdentifier)
            ? RuntimeInformation.RuntimeIdentifier : AnyPlatform;

        public string Package(string platform) => Directory.GetFiles(Folder, $"CompressTasks.Tool.{platform}.*.nupkg").ShouldHaveSingleItem();

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
                $"-p:ToolPackageRuntimeIdentifiers=\"{string.Join(';', new[] { Platform, AnyPlatform }.Distinct())}\"",
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
