namespace CompressTasks.Tasks.Tests.Package;

[Trait("Speed", "Slow")]
public sealed class MultiTargetingTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string TwoFrameworks = "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>";

    [Fact]
    public async Task SeveralTargetFrameworksAreCompressedOnce()
    {
        var project = feed.CreateProject();
        project.WriteProject(TwoFrameworks);

        (await project.BuildAsync("-maxCpuCount:4")).ShouldHaveCompressedOnce();

        File.Exists(project.In("bin/Debug/net10.0/models/tiny.onnxz")).ShouldBeTrue();
        File.Exists(project.In("bin/Debug/netstandard2.0/models/tiny.onnxz")).ShouldBeTrue();
        (await project.BuildAsync("-maxCpuCount:4")).ShouldHaveSkipped();
    }

    [Fact]
    public async Task FailedGateFailsOnceForAllTargetFrameworks()
    {
        var project = feed.CreateProject();
        project.WriteProject(TwoFrameworks);
        project.WriteSpec(TestProject.FailingGate);

        (await project.BuildAsync("-maxCpuCount:4")).ShouldFail().Compressions().ShouldBe(1);
        (await project.BuildAsync("-maxCpuCount:4")).ShouldFail().Compressions().ShouldBe(1);
    }

    [Theory]
    [InlineData("-graph:false")]
    [InlineData("-graph")]
    public async Task ProjectWithSeveralReferencesToItIsCompressedOnce(string graph)
    {
        var app = AppWithSeveralReferences(out _, out var standard);

        (await app.BuildAsync("-maxCpuCount:4", graph)).ShouldHaveCompressedOnce();

        File.Exists(Path.Combine(app.Output, "models/tiny.onnxz")).ShouldBeTrue();
        File.Exists(standard.In("bin/Debug/netstandard2.0/models/tiny.onnxz")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("-graph:false", "-maxCpuCount:4")]
    [InlineData("-graph:false", "-maxCpuCount:1")]
    [InlineData("-graph", "-maxCpuCount:4")]
    public async Task FailedGateOfAProjectWithSeveralReferencesToItFailsOnce(string graph, string nodes)
    {
        var app = AppWithSeveralReferences(out var library, out _);
        library.WriteSpec(TestProject.FailingGate);

        var build = (await app.BuildAsync(nodes, graph)).ShouldFail();

        build.Compressions().ShouldBe(1, build.Output);
        build.Output.Split('\n').Where(line => line.Contains("error CT4001", StringComparison.Ordinal))
            .Select(line => line[line.IndexOf('[', StringComparison.Ordinal)..].TrimEnd()).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task TargetFrameworksWithOtherThresholdsHaveFoldersOfTheirOwn()
    {
        var project = feed.CreateProject();
        project.WriteProject($"""{TwoFrameworks}</PropertyGroup><PropertyGroup Condition="'$(TargetFramework)' == 'net10.0'"><CompressR2>0.8</CompressR2>""");

        (await project.BuildAsync("-maxCpuCount:4")).ShouldSucceed().Compressions().ShouldBe(2);

        (await project.BuildAsync("-maxCpuCount:4")).ShouldHaveSkipped();
    }

    [Fact]
    public async Task ProjectsThatUseThePackageOnlyThroughAReferenceCompressNothing()
    {
        var library = feed.CreateProject("Library");
        var app = feed.CreateProject();
        app.WriteProjectWithoutPackage("<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>", library);
        app.WriteSpec(TestProject.FailingGate);

        (await app.BuildAsync()).ShouldHaveCompressedOnce();

        Directory.Exists(app.Intermediate).ShouldBeFalse();
        File.Exists(Path.Combine(app.Output, "models/tiny.onnxz")).ShouldBeTrue("the library's artifact is content");
    }

    [Fact]
    public async Task CleanLeavesNothingOfAnyTargetFramework()
    {
        var project = feed.CreateProject();
        project.WriteProject(TwoFrameworks, """<CompressModel Include="other/other.onnx" />""");
        TinyModel.Write(project.In("other/other.onnx"), seed: 3);
        (await project.BuildAsync()).ShouldSucceed();
        Leftovers(project).ShouldNotBeEmpty();

        (await project.RunAsync("clean")).ShouldSucceed();

        Leftovers(project).ShouldBeEmpty();
    }

    /// <summary>The app and two more projects use the library, each for one of its target frameworks.</summary>
    private TestProject AppWithSeveralReferences(out TestProject library, out TestProject standard)
    {
        library = feed.CreateProject("Library");
        library.WriteProject(TwoFrameworks);
        var modern = feed.CreateProject("Modern");
        modern.WriteProjectWithoutPackage("<TargetFramework>net10.0</TargetFramework>", library);
        standard = feed.CreateProject("Standard");
        standard.WriteProjectWithoutPackage("<TargetFramework>netstandard2.0</TargetFramework>", library);
        var app = feed.CreateProject();
        app.WriteProjectWithoutPackage("<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>", modern, standard, library);
        return app;
    }

    private static List<string> Leftovers(TestProject project) =>
        [.. Directory.EnumerateFiles(project.In("bin"), "*.onnxz", SearchOption.AllDirectories),
            .. Directory.EnumerateFiles(project.Intermediate, "*", SearchOption.AllDirectories)];
}
