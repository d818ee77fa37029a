namespace CompressTasks.Tasks.Tests.Package;

[Trait("Speed", "Slow")]
public sealed class BuildTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Fact]
    public async Task ModelIsCompressedIntoTheOutputFolder()
    {
        var project = feed.CreateProject();

        (await project.BuildAsync()).ShouldHaveCompressed();

        var artifact = new FileInfo(Path.Combine(project.Output, "models/tiny.onnxz"));
        artifact.Exists.ShouldBeTrue();
        artifact.Length.ShouldBeInRange(1, new FileInfo(project.In("models/tiny.onnx")).Length / 2);
        File.Exists(Path.Combine(project.Intermediate, "models/tiny.report.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task NothingOfThePackageEndsUpInTheApp()
    {
        var project = feed.CreateProject();

        (await project.BuildAsync()).ShouldSucceed();

        Directory.EnumerateFiles(project.Output, "*", SearchOption.AllDirectories)
            .Select(Path.GetFileName)
            .ShouldNotContain(name => name!.StartsWith("CompressTasks", StringComparison.Ordinal));
        File.ReadAllText(Path.Combine(project.Output, "App.deps.json")).ShouldNotContain("CompressTasks");
    }

    [Fact]
    public async Task FailedGateFailsEveryBuildAtTheLineOfTheThreshold()
    {
        var project = feed.CreateProject();
        project.WriteSpec(TestProject.FailingGate);

        var first = (await project.BuildAsync()).ShouldFail();
        var second = (await project.BuildAsync()).ShouldFail();

        foreach (var build in new[] { first, second })
        {
            build.Output.ShouldContain($"{project.In("compress.yml")}(10,7): error CT4");
            build.Output.ShouldNotContain("MSB6006");
        }

        File.Exists(Path.Combine(project.Intermediate, "models/tiny.report.json")).ShouldBeTrue("a failed gate leaves a report to read");
        File.Exists(Path.Combine(project.Output, "models/tiny.onnxz")).ShouldBeFalse();
    }

    [Fact]
    public async Task GateThatOnlyWarnsLetsTheBuildPass()
    {
        var project = feed.CreateProject();
        project.WriteSpec($"{TestProject.FailingGate}\n  onFailure: warning");

        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain($"{project.In("compress.yml")}(10,7): warning CT4");

        File.Exists(Path.Combine(project.Output, "models/tiny.onnxz")).ShouldBeTrue();
    }

    [Fact]
    public async Task SpecErrorIsReportedAtItsLine()
    {
        var project = feed.CreateProject();
        project.Write("compress.yml", "version: 1\nmodels:\n  - path: missing.onnx\n");

        var build = (await project.BuildAsync()).ShouldFail();

        build.Output.ShouldContain($"{project.In("compress.yml")}(3,");
        build.Output.ShouldContain("error CT1030");
        build.Output.ShouldNotContain("MSB6006");
    }

    [Fact]
    public async Task PathWithBlanksAndLettersOfOtherScriptsWorks()
    {
        var project = feed.CreateProject(name: "Größe (neu) 模型");

        (await project.BuildAsync()).ShouldHaveCompressed();
        (await project.BuildAsync()).ShouldHaveSkipped();
        project.WriteSpec(TestProject.FailingGate);
        var failed = (await project.BuildAsync()).ShouldFail();

        File.Exists(Path.Combine(project.Output, "models/tiny.onnxz")).ShouldBeTrue();
        failed.Output.ShouldContain($"{project.In("compress.yml")}(10,7): error CT4");
    }

    [Fact]
    public async Task ReferencingProjectGetsTheArtifactToo()
    {
        var library = feed.CreateProject("Library");
        var app = feed.CreateProject();
        app.WriteReference(library);
        File.Move(library.In("models/tiny.onnx"), library.In("models/library.onnx"));

        (await app.BuildAsync()).ShouldSucceed();

        File.Exists(Path.Combine(app.Output, "models/tiny.onnxz")).ShouldBeTrue();
        File.Exists(Path.Combine(app.Output, "models/library.onnxz")).ShouldBeTrue();
    }

    [Fact]
    public async Task EveryTargetFrameworkGetsItsArtifact()
    {
        var project = feed.CreateProject();
        project.WriteProject("<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>");

        (await project.BuildAsync()).ShouldHaveCompressed();

        File.Exists(project.In("bin/Debug/net10.0/models/tiny.onnxz")).ShouldBeTrue();
        File.Exists(project.In("bin/Debug/netstandard2.0/models/tiny.onnxz")).ShouldBeTrue();
        (await project.BuildAsync()).ShouldHaveSkipped();
    }

    [Fact]
    public async Task TargetOfTheProjectCanTakeTheArtifactsEarlier()
    {
        var project = feed.CreateProject();
        project.Write("Directory.Build.targets", """
            <Project>
              <Target Name="EmbedModels" BeforeTargets="AssignTargetPaths" DependsOnTargets="CompressModels">
                <ItemGroup>
                  <EmbeddedResource Include="@(CompressedModel)" LogicalName="%(Filename)%(Extension)" />
                </ItemGroup>
              </Target>
            </Project>
            """);

        (await project.BuildAsync()).ShouldHaveCompressed();

        var artifact = await File.ReadAllBytesAsync(Path.Combine(project.Output, "models/tiny.onnxz"));
        var app = await File.ReadAllBytesAsync(Path.Combine(project.Output, "App.dll"));
        app.AsSpan().IndexOf(artifact).ShouldBeGreaterThan(0);
        app.AsSpan().IndexOf("tiny.onnxz"u8).ShouldBeGreaterThan(0);
    }
}
