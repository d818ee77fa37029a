namespace CompressTasks.Tasks.Tests.Package;

public sealed class MultiTargetingTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string TwoFrameworks = "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>";

    [Fact]
    public async Task SeveralTargetFrameworksAreCompressedOnce()
    {
        var project = feed.CreateProject();
        project.WriteProject(TwoFrameworks);

        (await project.BuildAsync("-maxCpuCount:4")).ShouldHaveCompressedOnce();

        File.Exists(project.In("bin/Debug/net10.0/tiny.onnxz")).ShouldBeTrue();
        File.Exists(project.In("bin/Debug/netstandard2.0/tiny.onnxz")).ShouldBeTrue();
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
        var library = feed.CreateProject("Library");
        library.WriteProject(TwoFrameworks);
        var modern = feed.CreateProject("Modern");
        modern.WriteProjectWithoutPackage("<TargetFramework>net10.0</TargetFramework>", library);
        var standard = feed.CreateProject("Standard");
        standard.WriteProjectWithoutPackage("<TargetFramework>netstandard2.0</TargetFramework>", library);
        var app = feed.CreateProject();
        app.WriteProjectWithoutPackage("<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>", modern, standard, library);

        (await app.BuildAsync("-maxCpuCount:4", graph)).ShouldHaveCompressedOnce();

        File.Exists(Path.Combine(app.Output, "tiny.onnxz")).ShouldBeTrue();
        File.Exists(standard.In("bin/Debug/netstandard2.0/tiny.onnxz")).ShouldBeTrue();
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
        File.Exists(Path.Combine(app.Output, "tiny.onnxz")).ShouldBeTrue("the library's artifact is content");
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

    private static List<string> Leftovers(TestProject project) =>
        [.. Directory.EnumerateFiles(project.In("bin"), "*.onnxz", SearchOption.AllDirectories), .. Directory.EnumerateFiles(project.Intermediate, "*", SearchOption.AllDirectories)];
}
