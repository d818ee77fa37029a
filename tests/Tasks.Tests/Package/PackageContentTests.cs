using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Xml.Linq;

namespace CompressTasks.Tasks.Tests.Package;

[Trait("Speed", "Slow")]
public sealed class PackageContentTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Fact]
    public async Task PackageHoldsTargetsTaskAndToolAndNothingForTheApp()
    {
        var package = feed.Package;
        using var archive = await ZipFile.OpenReadAsync(package.File);
        var entries = archive.Entries.Select(e => e.FullName).ToList();

        entries.ShouldContain("build/CompressTasks.targets");
        entries.ShouldContain("buildMultiTargeting/CompressTasks.targets");
        entries.ShouldContain("docs/diagnostics.md");
        entries.ShouldNotContain(e => e.StartsWith("buildTransitive/", StringComparison.Ordinal),
            "what uses a project that uses this package does not use it");
        entries.Where(e => e.StartsWith("tasks/", StringComparison.Ordinal)).ShouldBe(["tasks/netstandard2.0/CompressTasks.Tasks.dll"]);
        entries.ShouldContain("tools/net10.0/any/CompressTasks.Tool.dll");
        entries.ShouldContain("tools/net10.0/any/CompressTasks.Core.dll");
        entries.ShouldContain("tools/net10.0/any/CompressTasks.Runtime.dll");
        entries.ShouldContain("tools/net10.0/any/CompressTasks.Tool.deps.json");
        entries.ShouldContain("tools/net10.0/any/CompressTasks.Tool.runtimeconfig.json");
        entries.ShouldNotContain(e => e.StartsWith("lib/", StringComparison.Ordinal) || e.EndsWith(".pdb", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PackageIsADevelopmentDependencyWithoutDependencies()
    {
        var package = feed.Package;
        using var archive = await ZipFile.OpenReadAsync(package.File);
        using var stream = await archive.GetEntry("CompressTasks.nuspec").ShouldNotBeNull().OpenAsync();
        var metadata = (await XDocument.LoadAsync(stream, LoadOptions.None, CancellationToken.None)).Root!.Elements().Single();
        string? Value(string name) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name)?.Value;

        Value("developmentDependency").ShouldBe("true");
        Value("dependencies").ShouldBeNull();
        Value("license").ShouldBe("MIT");
        Value("readme").ShouldBe("README.md");
    }

    [Fact]
    public async Task PackageIsSmallBecauseItHasNoNativeLibrary()
    {
        using var archive = await ZipFile.OpenReadAsync(feed.Package.File);
        var entries = archive.Entries.Select(e => e.FullName).ToList();

        new FileInfo(feed.Package.File).Length.ShouldBeLessThan(3_700_000);
        entries.ShouldNotContain(e => e.Contains("/native/", StringComparison.Ordinal) || e.EndsWith(".so", StringComparison.Ordinal)
            || e.EndsWith(".dylib", StringComparison.Ordinal));
        entries.ShouldContain("tools/net10.0/any/onnxruntime/Microsoft.ML.OnnxRuntime.dll",
            "the host must not find it: another one may have to take its place");
        entries.ShouldNotContain("tools/net10.0/any/Microsoft.ML.OnnxRuntime.dll");
        using var reader = new StreamReader(await archive.GetEntry("tools/net10.0/any/CompressTasks.Tool.deps.json").ShouldNotBeNull().OpenAsync());
        (await reader.ReadToEndAsync()).ShouldNotContain("/native/", customMessage: "the host refuses to start when what it lists is missing");
    }

    [Fact]
    public async Task CompressorRunsOnLaterRuntimesToo()
    {
        using var archive = await ZipFile.OpenReadAsync(feed.Package.File);
        using var stream = await archive.GetEntry("tools/net10.0/any/CompressTasks.Tool.runtimeconfig.json").ShouldNotBeNull().OpenAsync();
        using var configuration = await JsonDocument.ParseAsync(stream);

        configuration.RootElement.GetProperty("runtimeOptions").GetProperty("rollForward").GetString().ShouldBe("Major");
    }

    [Fact]
    public async Task TaskNeedsNothingThatMSBuildDoesNotBring()
    {
        using var archive = await ZipFile.OpenReadAsync(feed.Package.File);
        using var stream = new MemoryStream();
        using (var entry = await archive.GetEntry("tasks/netstandard2.0/CompressTasks.Tasks.dll").ShouldNotBeNull().OpenAsync())
            await entry.CopyToAsync(stream);
        stream.Position = 0;
        using var assembly = new PEReader(stream);
        var metadata = assembly.GetMetadataReader();

        metadata.AssemblyReferences
            .Select(metadata.GetAssemblyReference)
            .Select(reference => $"{metadata.GetString(reference.Name)} {reference.Version}")
            .ShouldBe(["netstandard 2.0.0.0", "Microsoft.Build.Framework 15.1.0.0", "Microsoft.Build.Utilities.Core 15.1.0.0"], ignoreOrder: true);
    }
}
