namespace CompressTasks.Tasks.Tests.Package;

/// <summary>Files whose names MSBuild would read as its own syntax.</summary>
[Trait("Speed", "Slow")]
public sealed class NameTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string App = "<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>";

    private static readonly string[] _names =
        ["c%20d", "i$(x)", "l@(y)", "se;mi", "it's", .. OperatingSystem.IsWindows() ? Array.Empty<string>() : ["a*r", "q?"]];

    [Fact]
    public async Task ModelsOfASpecWithCharactersOfMSBuildInTheirNames()
    {
        var project = CreateProject();
        project.WriteProject(App, """<Content Include="models/*.onnx" CopyToOutputDirectory="PreserveNewest" Link="%(Filename)%(Extension)" />""");

        (await project.BuildAsync()).ShouldHaveCompressedOnce();
        Models(project.Output).ShouldBe(Artifacts());
        (await project.BuildAsync()).ShouldHaveSkipped();

        (await project.RunAsync("publish", "--no-build", "--configuration", "Debug", "--output", project.In("out"))).ShouldSucceed();
        Models(project.In("out")).ShouldBe(Artifacts());

        (await project.RunAsync("clean")).ShouldSucceed();
        Models(project.Output).ShouldBeEmpty();
        Models(project.Intermediate).ShouldBeEmpty();
    }

    [Fact]
    public async Task ItemsWithCharactersOfMSBuildInTheirNames()
    {
        var project = CreateProject();
        File.Delete(project.In("compress.yml"));
        project.WriteProject(App, """<CompressModel Include="models/*.onnx" R2="0.9" Probe="false" />""");

        (await project.BuildAsync()).ShouldHaveCompressed().Compressions().ShouldBe(_names.Length, "one run for each item without a spec");

        Models(project.Output).ShouldBe(Artifacts());
        (await project.BuildAsync()).ShouldHaveSkipped();
    }

    [Fact]
    public async Task ItemWithASpecAndAnAsteriskInItsNameIsThatFileOnly()
    {
        if (OperatingSystem.IsWindows())
            return;
        var project = CreateProject();
        project.WriteModel("aber", seed: 9);
        File.Move(project.In("compress.yml"), project.In("own.yml"));
        project.WriteProject(App, """<CompressModel Include="models/a%2ar.onnx" Spec="own.yml" />""");

        (await project.BuildAsync()).ShouldHaveCompressedOnce();

        Models(project.Output).ShouldBe(["a*r.onnxz"]);
    }

    private static List<string> Artifacts() => [.. _names.Select(name => $"{name}.onnxz").Order(StringComparer.Ordinal)];

    private static List<string> Models(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)!)
            .Where(name => name.Contains(".onnx", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private TestProject CreateProject()
    {
        var project = feed.CreateProject();
        File.Delete(project.In("models/tiny.onnx"));
        foreach (var (index, name) in _names.Index())
            project.WriteModel(name, seed: index + 1);
        return project;
    }
}
