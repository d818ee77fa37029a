using System.IO.Compression;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>What becomes of the original model, and where the artifact gets to.</summary>
[Trait("Speed", "Slow")]
public sealed class ContentTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string Library = "<TargetFramework>net10.0</TargetFramework><Version>1.0.0</Version>";

    [Theory]
    [InlineData("Content", "models/tiny.onnx")]
    [InlineData("None", "models/tiny.onnx")]
    [InlineData("None", "$(MSBuildProjectDirectory)/models/../models/tiny.onnx")]
    public async Task ArtifactTakesThePlaceOfAModelThatIsAnItem(string item, string path)
    {
        var project = CreateProject(item, path);

        (await project.BuildAsync()).ShouldHaveCompressed();
        FilesIn(project.Output, "*.onnx*").ShouldBe(["tiny.onnxz"]);

        (await project.RunAsync("publish", "--configuration", "Debug", "--output", project.In("out"))).ShouldHaveSkipped();
        FilesIn(project.In("out"), "*.onnx*").ShouldBe(["tiny.onnxz"]);

        (await project.RunAsync("publish", "--no-build", "--configuration", "Debug", "--output", project.In("out2"))).ShouldNotCompress();
        FilesIn(project.In("out2"), "*.onnx*").ShouldBe(["tiny.onnxz"]);
    }

    [Fact]
    public async Task OriginalStaysOnRequest()
    {
        var project = CreateProject("Content", "models/tiny.onnx", "<CompressExcludeOriginal>false</CompressExcludeOriginal>");

        (await project.BuildAsync()).ShouldHaveCompressed();

        FilesIn(project.Output, "*.onnx*").ShouldBe(["tiny.onnx", "tiny.onnxz"]);
    }

    [Fact]
    public async Task PackTakesTheArtifactInPlaceOfTheModelAlsoWhenNothingIsCompressed()
    {
        var project = CreateProject("Content", "models/tiny.onnx");
        project.WriteProject(Library, """<Content Include="models/tiny.onnx" CopyToOutputDirectory="PreserveNewest" />""");

        (await project.RunAsync("pack", "--output", project.In("first"))).ShouldHaveCompressedOnce();
        (await project.RunAsync("pack", "--output", project.In("second"))).ShouldHaveSkipped();
        (await project.RunAsync("pack", "--no-build", "--output", project.In("third"))).ShouldNotCompress();

        foreach (var folder in new[] { "first", "second", "third" })
            ModelsIn(project.In(folder)).ShouldBe(["contentFiles/any/any/models/tiny.onnxz"]);
    }

    [Fact]
    public async Task PackageOfSeveralTargetFrameworksHasTheArtifactOnce()
    {
        var project = feed.CreateProject("Library");
        project.WriteProject("<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks><Version>1.0.0</Version>", """<Content Include="models/tiny.onnx" CopyToOutputDirectory="PreserveNewest" />""");

        (await project.RunAsync("pack", "--output", project.In("first"))).ShouldHaveCompressedOnce();
        (await project.RunAsync("pack", "--no-build", "--output", project.In("second"))).ShouldNotCompress();

        ModelsIn(project.In("first")).ShouldBe(["contentFiles/any/any/models/tiny.onnxz"]);
        ModelsIn(project.In("second")).ShouldBe(["contentFiles/any/any/models/tiny.onnxz"]);
    }

    [Fact]
    public async Task PackageWithoutArtifactOnRequest()
    {
        var project = feed.CreateProject("Library");
        project.WriteProject(Library + "<CompressPack>false</CompressPack>");

        (await project.RunAsync("pack", "--output", project.In("out"))).ShouldHaveCompressedOnce();

        ModelsIn(project.In("out")).ShouldBeEmpty();
    }

    [Fact]
    public async Task SingleFilePublishHasTheArtifactBesideTheApp()
    {
        var project = CreateProject("Content", "models/tiny.onnx");

        // The last three keep the SDK from fetching packs that an app which needs the runtime has no use for.
        (await project.RunAsync(
            "publish", "--use-current-runtime", "--self-contained", "false", "-p:PublishSingleFile=true", "--output", project.In("out"),
            "-p:EnableSingleFileAnalyzer=false", "-p:EnableRuntimePackDownload=false", "-p:EnableAppHostPackDownload=false"))
                .ShouldHaveCompressedOnce();

        FilesIn(project.In("out"), "*.onnx*").ShouldBe(["tiny.onnxz"]);
        FilesIn(project.In("out"), "*.dll").ShouldBeEmpty("the app is a single file");
    }

    private TestProject CreateProject(string item, string path, string properties = "")
    {
        var project = feed.CreateProject();
        var change = item == "None" ? "Update" : "Include";
        if (item == "None" && path.Contains('$', StringComparison.Ordinal))
            change = "Include";
        project.WriteProject(
            $"<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>{properties}",
            $"""<{item} {change}="{path}" CopyToOutputDirectory="PreserveNewest" Link="%(Filename)%(Extension)" />""");
        return project;
    }

    private static List<string> FilesIn(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file))
            .Order(StringComparer.Ordinal)];

    private static List<string> ModelsIn(string folder)
    {
        using var package = ZipFile.OpenRead(Directory.GetFiles(folder, "*.nupkg").ShouldHaveSingleItem());
        return [.. package.Entries.Select(entry => entry.FullName).Where(name => name.Contains(".onnx", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }
}
