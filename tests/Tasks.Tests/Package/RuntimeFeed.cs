using System.Runtime.InteropServices;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>The packed CompressTasks.Runtime, what the SDK needs to publish for this machine, and an artifact with external data.</summary>
public sealed class RuntimeFeed : IAsyncLifetime
{
    private readonly PackageFeed _feed = new();

    internal PackedPackage Package => _feed.Package;

    internal string ExternalData { get; private set; } = "";

    /// <summary>The artifact of <see cref="TinyModel.WriteDecoder"/>.</summary>
    internal string Decoder { get; private set; } = "";

    public async Task InitializeAsync()
    {
        await _feed.InitializeAsync();
        await Package.AddAsync("src/Runtime");
        await FetchAsync("", "--use-current-runtime", "-p:SelfContained=true", "-p:PublishTrimmed=true");
        await FetchAsync("", "--use-current-runtime", "-p:SelfContained=true", "-p:PublishAot=true");
        (ExternalData, Decoder) = await CompressAsync();
    }

    public Task DisposeAsync() => _feed.DisposeAsync();

    /// <summary>
    /// Has NuGet put packages, or runtime, linker and compiler, where the tests' projects find them, from the feeds of this machine, unless they are there.
    /// </summary>
    /// <param name="packages">References to them; empty for none.</param>
    /// <param name="options">Of the restore.</param>
    internal async Task FetchAsync(string packages, params string[] options)
    {
        var project = TestProject.CreateEmpty(Package, "Fetch");
        File.Delete(project.In("NuGet.config"));
        project.Packages = TestProject.NuGetFolder;
        File.WriteAllText(project.File, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType></PropertyGroup>
              <ItemGroup>{packages}</ItemGroup>
            </Project>
            """);
        (await project.RunAsync(["restore", .. options])).ShouldSucceed();
    }

    private async Task<(string ExternalData, string Decoder)> CompressAsync()
    {
        var project = _feed.CreateProject("External");
        TinyModel.WriteWithExternalData(project.In("models/tiny.onnx"));
        TinyModel.WriteDecoder(project.In("models/decoder.onnx"));
        project.Write("compress.yml", "models: [ models/tiny.onnx, models/decoder.onnx ]");
        (await project.BuildAsync()).ShouldHaveCompressed();
        return (Path.Combine(project.Output, "models", "tiny.onnxz"), Path.Combine(project.Output, "models", "decoder.onnxz"));
    }
}
