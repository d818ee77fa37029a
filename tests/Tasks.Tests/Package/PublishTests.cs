namespace CompressTasks.Tasks.Tests.Package;

[Trait("Speed", "Slow")]
public sealed class PublishTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Fact]
    public async Task PublishBuildsAndTakesTheArtifactAlong()
    {
        var project = feed.CreateProject();

        (await project.RunAsync("publish", "--configuration", "Debug", "--output", project.In("out"))).ShouldHaveCompressed();

        File.Exists(project.In("out/models/tiny.onnxz")).ShouldBeTrue();
        File.Exists(project.In("out/models/tiny.report.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task PublishWithoutBuildTakesTheArtifactOfTheLastBuild()
    {
        var project = feed.CreateProject();
        (await project.BuildAsync()).ShouldHaveCompressed();

        (await project.RunAsync("publish", "--no-build", "--configuration", "Debug", "--output", project.In("out"))).ShouldNotCompress();

        File.Exists(project.In("out/models/tiny.onnxz")).ShouldBeTrue();
    }

    [Fact]
    public async Task PublishWithoutBuildAfterAFailedGateIsAnError()
    {
        var project = feed.CreateProject();
        (await project.BuildAsync()).ShouldHaveCompressed();
        project.WriteSpec(TestProject.FailingGate);
        (await project.BuildAsync()).ShouldFail();

        var publish = await project.RunAsync("publish", "--no-build", "--configuration", "Debug", "--output", project.In("out"));

        publish.ShouldFail().Output.ShouldContain("error CT6005");
    }
}
