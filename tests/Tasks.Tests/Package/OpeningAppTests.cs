using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>What an app gets that only opens artifacts, built and published in the ways that leave something out.</summary>
[Trait("Speed", "Slow")]
public sealed class OpeningAppTests(RuntimeFeed feed) : IClassFixture<RuntimeFeed>
{
    private readonly OpeningApp _app = new(feed);

    [Fact]
    public async Task ThePackageHasOneDependency()
    {
        using var archive = await ZipFile.OpenReadAsync(Path.Combine(feed.Package.Feed, $"CompressTasks.Runtime.{feed.Package.Version}.nupkg"));
        using var stream = await archive.GetEntry("CompressTasks.Runtime.nuspec").ShouldNotBeNull().OpenAsync();
        var metadata = await XDocument.LoadAsync(stream, LoadOptions.None, CancellationToken.None);

        metadata.Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")!.Value)
            .ShouldBe(["Microsoft.ML.OnnxRuntime"]);
        archive.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("lib/", StringComparison.Ordinal))
            .ShouldBe(["lib/net10.0/CompressTasks.Runtime.dll", "lib/net10.0/CompressTasks.Runtime.xml"], ignoreOrder: true);
        archive.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("runtimes/", StringComparison.Ordinal))
            .ShouldContain($"runtimes/{RuntimeInformation.RuntimeIdentifier}/lib/net10.0/CompressTasks.Runtime.dll");
    }

    [Fact]
    public async Task TheAppHasNoAssembliesButTheRuntimesAndThoseOfOnnxRuntime()
    {
        (await _app.Project.BuildAsync()).ShouldSucceed();

        Directory.EnumerateFiles(_app.Project.Output, "*.dll").Select(Path.GetFileName)
            .ShouldBe(["App.dll", "CompressTasks.Runtime.dll", "Microsoft.ML.OnnxRuntime.dll", "System.Numerics.Tensors.dll"], ignoreOrder: true);
        await _app.ShouldOpenArtifactsAsync(Path.Combine(_app.Project.Output, OperatingSystem.IsWindows() ? "App.exe" : "App"));
    }

    /// <summary>Code that a start runs once takes longer to compile than to run; a compiler ahead of time leaves out what it does not know.</summary>
    [CompiledAheadFact]
    public async Task NearlyNothingIsCompiledWhenTheAppStarts()
    {
        (await _app.Project.BuildAsync()).ShouldSucceed();
        await _app.ShouldOpenArtifactsAsync(Path.Combine(_app.Project.Output, OperatingSystem.IsWindows() ? "App.exe" : "App"));

        // A pointer to a function of ONNX Runtime's is called.
        _app.CompiledAtStart.Where(line => !line.Contains("NativeApi:Check", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ItMayBeTrimmed() => await _app.ShouldOpenArtifactsAsync(
        await _app.PublishAsync("--self-contained", "-p:PublishTrimmed=true", "-p:TrimMode=full"));

    [NativeAotFact]
    public async Task ItMayBeCompiledAheadOfTime() => await _app.ShouldOpenArtifactsAsync(
        await _app.PublishAsync("-p:PublishAot=true", $"-p:CppCompilerAndLinker={NativeAotFactAttribute.Linker}"));

    [Fact]
    public async Task ItMayBeASingleFile()
    {
        var program = await _app.PublishAsync("--self-contained", "false", "-p:PublishSingleFile=true");

        Directory.EnumerateFiles(_app.Project.In("out"), "CompressTasks.*").ShouldBeEmpty();
        await _app.ShouldOpenArtifactsAsync(program);
    }
}
