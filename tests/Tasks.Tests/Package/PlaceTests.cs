using System.IO.Compression;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>Artifacts go where their models would go.</summary>
[Trait("Speed", "Slow")]
public sealed class PlaceTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string App = "<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>";
    private const string Library = "<TargetFramework>net10.0</TargetFramework><Version>1.0.0</Version>";

    [Fact]
    public async Task TwoModelsOfTheSameNameKeepTheirFolders()
    {
        var project = feed.CreateProject("Library");
        project.WriteProject(Library);
        project.Write("compress.yml", """
            models: [ 'models/**/*.onnx', top.onnx ]
            rules: [ { weights: "**", stack: [ quantize: { r2: 0.95 } ] } ]
            """);
        File.Delete(project.In("models/tiny.onnx"));
        TinyModel.Write(project.In("models/a/x.onnx"), seed: 1);
        TinyModel.Write(project.In("models/b/x.onnx"), seed: 2, size: 32);
        TinyModel.Write(project.In("top.onnx"), seed: 3);
        string[] expected = ["models/a/x.onnxz", "models/b/x.onnxz", "top.onnxz"];

        (await project.BuildAsync()).ShouldHaveCompressedOnce();
        FilesIn(project.Output).ShouldBe(expected);
        new FileInfo(Path.Combine(project.Output, "models/a/x.onnxz")).Length
            .ShouldBeGreaterThan(new FileInfo(Path.Combine(project.Output, "models/b/x.onnxz")).Length, "it is the larger model");
        (await project.BuildAsync()).ShouldHaveSkipped();

        (await project.RunAsync("pack", "--output", project.In("packed"))).ShouldSucceed();
        using (var package = ZipFile.OpenRead(Directory.GetFiles(project.In("packed"), "*.nupkg").ShouldHaveSingleItem()))
            package.Entries.Select(entry => entry.FullName).Where(name => name.EndsWith(".onnxz", StringComparison.Ordinal)).Order()
                .ShouldBe(expected.Select(path => $"contentFiles/any/any/{path}"));

        (await project.RunAsync("clean")).ShouldSucceed();
        FilesIn(project.Output).ShouldBeEmpty();
        FilesIn(project.Intermediate).ShouldBeEmpty();
    }

    [Fact]
    public async Task ItemsOfTheSameNameInTwoFolders()
    {
        var project = feed.CreateProject();
        File.Move(project.In("compress.yml"), project.In("own.yml"));
        TinyModel.Write(project.In("a/x.onnx"), seed: 1);
        TinyModel.Write(project.In("b/x.onnx"), seed: 2);
        TinyModel.Write(project.In("c/x.onnx"), seed: 3);
        TinyModel.Write(project.In("d/x.onnx"), seed: 4);
        project.WriteProject(App, """
            <CompressModel Include="a/x.onnx;b/x.onnx" Spec="own.yml" />
            <CompressModel Include="c/x.onnx;d/x.onnx" R2="0.9" Probe="false" />
            """);

        (await project.BuildAsync()).ShouldHaveCompressed().Compressions().ShouldBe(3);

        FilesIn(project.Output).ShouldBe(["a/x.onnxz", "b/x.onnxz", "c/x.onnxz", "d/x.onnxz"]);
    }

    [Fact]
    public async Task MetadataOfItemsSayWhereArtifactsGoAndWhetherTheyAreCopied()
    {
        var project = feed.CreateProject();
        File.Delete(project.In("compress.yml"));
        foreach (var (index, name) in new[] { "named", "folder", "never", "published" }.Index())
            project.WriteModel(name, seed: index);
        project.WriteProject(App, """
            <CompressModel Include="models/named.onnx" TargetPath="assets/other.bin" R2="0.9" Probe="false" />
            <CompressModel Include="models/folder.onnx" TargetPath="assets/" R2="0.9" Probe="false" />
            <CompressModel Include="models/never.onnx" CopyToOutputDirectory="Never" R2="0.9" Probe="false" />
            <CompressModel Include="models/published.onnx" CopyToOutputDirectory="Never" CopyToPublishDirectory="Always" R2="0.9" Probe="false" />
            """);

        (await project.BuildAsync()).ShouldHaveCompressed();
        FilesIn(project.Output, "assets", "models").ShouldBe(["assets/folder.onnxz", "assets/other.bin"]);

        (await project.RunAsync("publish", "--no-build", "--configuration", "Debug", "--output", project.In("out"))).ShouldSucceed();
        FilesIn(project.In("out"), "assets", "models").ShouldBe(["assets/folder.onnxz", "assets/other.bin", "models/published.onnxz"]);
    }

    [Fact]
    public async Task LinksOfContentAreThePlacesOfItsArtifacts()
    {
        var project = feed.CreateProject();
        TinyModel.Write(project.In("../outside/far.onnx"), seed: 2);
        project.Write("compress.yml", """
            models: [ models/tiny.onnx, ../outside/far.onnx ]
            rules: [ { weights: "**", stack: [ quantize: { r2: 0.95 } ] } ]
            """);
        project.WriteProject(App, """
            <None Update="models/tiny.onnx" Link="small/one.onnx" CopyToOutputDirectory="PreserveNewest" />
            <Content Include="../outside/far.onnx" Link="models/far.onnx" CopyToOutputDirectory="PreserveNewest" />
            """);

        (await project.BuildAsync()).ShouldHaveCompressedOnce();
        FilesIn(project.Output, "small", "models").ShouldBe(["models/far.onnxz", "small/one.onnxz"]);

        (await project.BuildAsync("-p:CompressEnabled=false", "-p:OutputPath=plain/")).ShouldNotCompress();
        FilesIn(project.In("plain"), "small", "models").ShouldBe(["models/far.onnx", "small/one.onnx"]);
    }

    [Fact]
    public async Task ModelsFromElsewhereHaveNoFolderToKeep()
    {
        var project = feed.CreateProject();
        TinyModel.Write(project.In("../outside/deep/far.onnx"), seed: 2);
        project.Write("compress.yml", """
            models: [ '../outside/**/*.onnx' ]
            rules: [ { weights: "**", stack: [ quantize: { r2: 0.95 } ] } ]
            """);

        (await project.BuildAsync()).ShouldHaveCompressedOnce();

        FilesIn(project.Output).ShouldBe(["far.onnxz"]);
    }

    [Theory]
    [InlineData("""TargetPath="../up.onnxz" """, "TargetPath is '../up.onnxz'")]
    [InlineData("""TargetPath="/root.onnxz" """, "TargetPath is '/root.onnxz'")]
    [InlineData("""Format="pt" """, "Format is 'pt', but must be onnxz, onnx or both")]
    [InlineData("""CopyToOutputDirectory="Sometimes" """,
        "CopyToOutputDirectory is 'Sometimes', but must be Never, Always, PreserveNewest, IfDifferent")]
    public async Task MetadataThatMakeNoSenseAreErrors(string metadata, string message)
    {
        var project = feed.CreateProject();
        project.WriteProject(App, $"""<CompressModel Include="models/tiny.onnx" {metadata}/>""");

        (await project.BuildAsync()).ShouldFail().Output.ShouldContain($"error CT6007: {message}");
    }

    private static List<string> FilesIn(string folder, params string[] subfolders) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(file => subfolders.Length == 0
                ? file.EndsWith(".onnxz", StringComparison.Ordinal)
                : subfolders.Any(subfolder => file.StartsWith(subfolder + "/", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)];
}
