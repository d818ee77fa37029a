using System.IO.Compression;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>Runnable models go where their originals would go.</summary>
[Trait("Speed", "Slow")]
public sealed class RunnableTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string App = "<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>";
    private const string Content = """<Content Include="models/tiny.onnx" CopyToOutputDirectory="PreserveNewest" />""";
    private const string Model = "models/tiny.onnx";
    private const string Artifact = "models/tiny.onnxz";

    [Fact]
    public async Task ARunnableModelTakesThePlaceOfItsOriginal()
    {
        var project = CreateProject("onnx");

        (await project.BuildAsync()).ShouldHaveCompressedOnce();
        ShouldBeTheSame(Path.Combine(project.Output, Model), Path.Combine(project.Intermediate, Model));
        ModelsIn(project.Output).ShouldBe([Model]);
        (await project.BuildAsync()).ShouldHaveSkipped();

        (await project.RunAsync("publish", "--no-build", "--configuration", "Debug", "--output", project.In("out"))).ShouldNotCompress();
        ShouldBeTheSame(Path.Combine(project.In("out"), Model), Path.Combine(project.Intermediate, Model));
        ModelsIn(project.In("out")).ShouldBe([Model]);

        (await project.RunAsync("clean")).ShouldSucceed();
        ModelsIn(project.Output).ShouldBeEmpty();
        Directory.EnumerateFiles(project.Intermediate, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    /// <summary>The original is older than what takes its place, and the other way round after a change.</summary>
    [Fact]
    public async Task SwitchingCompressionOffAndOnExchangesTheModels()
    {
        var project = CreateProject("onnx");
        (await project.BuildAsync()).ShouldHaveCompressed();

        (await project.BuildAsync("-p:CompressEnabled=false")).ShouldNotCompress();
        ShouldBeTheSame(Path.Combine(project.Output, Model), project.In(Model));

        File.SetLastWriteTimeUtc(project.In(Model), DateTime.UtcNow.AddMinutes(1));
        (await project.BuildAsync("-p:CompressEnabled=false")).ShouldNotCompress();
        (await project.BuildAsync()).ShouldHaveSkipped();
        ShouldBeTheSame(Path.Combine(project.Output, Model), Path.Combine(project.Intermediate, Model));
    }

    [Fact]
    public async Task AnotherFormatLeavesNothingOfTheLastOne()
    {
        var project = CreateProject("onnx");

        foreach (var (format, models) in ((string, string[])[])
            [("onnx", [Model]), ("onnxz", [Artifact]), ("both", [Model, Artifact]), ("onnx", [Model])])
        {
            WriteSpec(project, format);
            (await project.BuildAsync()).ShouldHaveCompressedOnce();
            ModelsIn(project.Output).ShouldBe(models, ignoreOrder: false, format);
            ModelsIn(project.Intermediate).ShouldBe(models, ignoreOrder: false, format);
        }
    }

    [Fact]
    public async Task APackageHasTheRunnableModelInPlaceOfTheOriginal()
    {
        var project = CreateProject("onnx", "<TargetFramework>net10.0</TargetFramework><Version>1.0.0</Version>", library: true);

        (await project.RunAsync("pack", "--output", project.In("packed"))).ShouldHaveCompressedOnce();

        using var package = ZipFile.OpenRead(Directory.GetFiles(project.In("packed"), "*.nupkg").ShouldHaveSingleItem());
        var entry = package.Entries.Where(entry => entry.FullName.Contains(".onnx", StringComparison.Ordinal)).ShouldHaveSingleItem();
        entry.FullName.ShouldBe($"contentFiles/any/any/{Model}");
        entry.Length.ShouldBe(new FileInfo(Path.Combine(project.In("obj/Release/compress"), Model)).Length);
    }

    [Fact]
    public async Task ItemsSayFormatAndPlace()
    {
        var project = CreateProject("onnx");
        File.Move(project.In("compress.yml"), project.In("own.yml"));
        foreach (var (index, name) in new[] { "folder", "named", "both", "spec" }.Index())
            project.WriteModel(name, seed: index);
        project.WriteProject(App, """
            <CompressModel Include="models/folder.onnx" Spec="own.yml" Format="onnx" TargetPath="assets/" />
            <CompressModel Include="models/named.onnx" Spec="own.yml" Format="onnx" TargetPath="assets/small.bin" />
            <CompressModel Include="models/both.onnx" Spec="own.yml" Format="Both" TargetPath="assets/two.onnx" />
            <CompressModel Include="models/spec.onnx" Spec="own.yml" />
            """);

        (await project.BuildAsync()).ShouldHaveCompressed();

        ModelsIn(project.Output).ShouldBe(["assets/folder.onnx", "assets/two.onnx", "assets/two.onnxz", "models/spec.onnxz"]);
        File.Exists(Path.Combine(project.Output, "assets/small.bin")).ShouldBeTrue();
        (await project.BuildAsync()).ShouldHaveSkipped();
    }

    [Fact]
    public async Task AnOriginalThatStaysNeedsAPlaceOfItsOwn()
    {
        var project = CreateProject("onnx", $"{App}<CompressExcludeOriginal>false</CompressExcludeOriginal>");

        (await project.BuildAsync()).ShouldFail().Output
            .ShouldContain($"error CT6012: {Path.Combine(project.Intermediate, Model)} and the model {Model}, which the project copies as well, "
                + $"both go to {Model}, where there is room for one.");

        WriteSpec(project, "onnx", "name: small");
        (await project.BuildAsync()).ShouldHaveCompressed();
        ModelsIn(project.Output).ShouldBe(["models/small.onnx", Model]);
    }

    [Fact]
    public async Task CleaningRemovesWhatAFailedGateHasLeft()
    {
        var project = CreateProject("both");
        WriteSpec(project, "both", gateR2: "0.9999999");
        (await project.BuildAsync()).ShouldFail().Output.ShouldContain("error CT4001");
        ModelsIn(project.Intermediate).ShouldBe([Model, Artifact]);

        (await project.RunAsync("clean")).ShouldSucceed();

        Directory.EnumerateFiles(project.Intermediate, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private TestProject CreateProject(string format, string properties = App, bool library = false)
    {
        var project = feed.CreateProject(library ? "Library" : "App");
        project.WriteProject(properties, Content);
        WriteSpec(project, format);
        return project;
    }

    private static void WriteSpec(TestProject project, string format, string name = "", string gateR2 = TestProject.PassingGate) =>
        project.Write("compress.yml", $$"""
            models:
              - path: models/tiny.onnx
                format: {{format}}
                {{name}}
            rules:
              - weights: "**"
                stack: [ integer ]
            gate:
              r2: {{gateR2}}
            """);

    private static void ShouldBeTheSame(string path, string expected) =>
        File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(expected)).ShouldBeTrue($"{path} is not {expected}");

    private static List<string> ModelsIn(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.onnx*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".record", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
