using System.IO.Compression;
using System.Xml.Linq;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>What <c>dotnet new</c> makes of the packed templates, in the hands of the real SDK.</summary>
[Trait("Speed", "Slow")]
public sealed class TemplateTests(TemplateFeed feed) : IClassFixture<TemplateFeed>
{
    private const string Program = "Program.cs";
    private const string Workflow = ".github/workflows/build.yml";

    [Fact]
    public async Task ANewAppSaysWhatItLacksThenCompressesItsModelAndOpensIt()
    {
        var app = TestProject.CreateEmpty(feed.Package, "MyApp");
        (await feed.NewAsync(app.Folder, "compress", "--output", ".", "--no-restore")).ShouldSucceed()
            .Output.ShouldContain("Put the model where compress.yml names it");
        Left(app).ShouldBe([".gitattributes", ".gitignore", "MyApp.csproj", Program, "compress.schema.json", "compress.yml"]);

        (await app.BuildAsync()).ShouldFail().Output.ShouldContain(
            $"{app.In("compress.yml")}(12,11): error CT1030: no model: \"model.onnx\" matches no file; searched the folder of the spec. "
                + "Put the model there, or correct the path");

        File.Copy(Path.Combine(PackedPackage.RepositoryRoot(), "samples", "TinyGpt", "tiny-gpt.onnx"), app.In("model.onnx"));
        (await app.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("gate passed");
        (await app.BuildAsync()).ShouldHaveSkipped();
        var run = await DotNet.RunAsync(app.Folder, new Dictionary<string, string?>(), "exec", Path.Combine(app.Output, "MyApp.dll"));
        run.ShouldSucceed().Output.ShouldContain("input tokens: Int64 [");
    }

    [Theory]
    [InlineData("model.onnx", "model.onnx", "model.onnxz")]
    [InlineData("models/ocr/det.v2.onnx", "models/ocr/det.v2.onnx", "models/ocr/det.v2.onnxz")]
    [InlineData(@"models\det.onnx", "models/det.onnx", "models/det.onnxz")]
    [InlineData("./det.onnx", "./det.onnx", "det.onnxz")]
    [InlineData("../../shared/det.onnx", "../../shared/det.onnx", "det.onnxz")]
    [InlineData("/shared/det.onnx", "/shared/det.onnx", "det.onnxz")]
    [InlineData("C:/shared/det.onnx", "C:/shared/det.onnx", "det.onnxz")]
    public async Task SpecAndProgramKnowTheModelByItsPath(string model, string inSpec, string inProgram)
    {
        var app = TestProject.CreateEmpty(feed.Package, "App");
        (await feed.NewAsync(app.Folder, "compress", "--output", ".", "--no-restore", "--model", model)).ShouldSucceed();

        File.ReadAllText(app.In("compress.yml")).ShouldContain($"  - path: \"{inSpec}\"\n");
        File.ReadAllText(app.In(Program)).ShouldContain($"Path.Combine(AppContext.BaseDirectory, \"{inProgram}\")");
        File.Exists(app.In(Workflow)).ShouldBeFalse();
    }

    [Fact]
    public async Task AWorkflowIsWrittenForWhoeverAsksForIt()
    {
        var app = TestProject.CreateEmpty(feed.Package, "App");
        (await feed.NewAsync(app.Folder, "compress", "--output", ".", "--no-restore", "--ci", "github")).ShouldSucceed();
        File.ReadAllText(app.In(Workflow)).ShouldContain("- run: dotnet build -c Release");

        (await feed.NewAsync(app.Folder, "compress", "--output", "other", "--no-restore", "--ci", "gitlab")).ShouldFail();
    }

    [Fact]
    public async Task AProjectThatIsThereGetsTheSpecAlone()
    {
        var project = TestProject.Create(feed.Package, "App", properties: "");
        File.Delete(project.In("compress.yml"));
        (await feed.NewAsync(project.Folder, "compress-spec", "--model", "models/tiny.onnx")).ShouldSucceed()
            .Output.ShouldContain("dotnet compress init MODEL --force");

        Left(project).ShouldBe(["App.csproj", Program, "compress.schema.json", "compress.yml", "models/tiny.onnx"]);
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("gate passed");
        File.Exists(Path.Combine(project.Output, "models", "tiny.onnxz")).ShouldBeTrue();
    }

    [Fact]
    public async Task ThePackageIsOneOfTemplatesAndItsProjectsReferenceItsOwnVersion()
    {
        using var archive = await ZipFile.OpenReadAsync(feed.TemplatePackage);
        var metadata = (await ReadAsync("CompressTasks.Templates.nuspec")).Root!.Elements().Single();
        string? Value(string name) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name)?.Value;

        metadata.Descendants().Single(e => e.Name.LocalName == "packageType").Attribute("name")!.Value.ShouldBe("Template");
        Value("dependencies").ShouldBeNull();
        Value("license").ShouldBe("MIT");
        Value("readme").ShouldBe("README.md");
        archive.Entries.ShouldNotContain(entry => entry.FullName.EndsWith(".dll", StringComparison.Ordinal));
        (await ReadAsync("content/compress/CompressApp.csproj")).Descendants("PackageReference")
            .Select(reference => $"{reference.Attribute("Include")!.Value} {reference.Attribute("Version")!.Value}")
            .ShouldBe([$"CompressTasks {feed.Package.Version}", $"CompressTasks.Runtime {feed.Package.Version}"]);

        async Task<XDocument> ReadAsync(string entry)
        {
            using var stream = await archive.GetEntry(entry).ShouldNotBeNull().OpenAsync();
            return await XDocument.LoadAsync(stream, LoadOptions.None, CancellationToken.None);
        }
    }

    /// <summary>All files but those that keep the surroundings out, in ordinal order.</summary>
    private static IEnumerable<string> Left(TestProject project) =>
        Directory.EnumerateFiles(project.Folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(project.Folder, path).Replace('\\', '/'))
            .Where(path => path != "NuGet.config" && !path.StartsWith("Directory.", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
