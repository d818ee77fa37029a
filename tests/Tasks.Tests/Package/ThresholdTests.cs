namespace CompressTasks.Tasks.Tests.Package;

[Trait("Speed", "Slow")]
public sealed class ThresholdTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Theory]
    [InlineData("CompressR2", "CT4001")]
    [InlineData("CompressWeightR2", "CT4002")]
    public async Task ThresholdOfAPropertyReplacesTheSpecs(string property, string code)
    {
        var project = feed.CreateProject();
        (await project.BuildAsync()).ShouldHaveCompressed();

        (await project.BuildAsync($"-p:{property}=0.9999")).ShouldFail().Output.ShouldContain($"error {code}");
        (await project.BuildAsync($"-p:{property}=0.9999")).ShouldFail().Output.ShouldContain($"error {code}");
        (await project.BuildAsync()).ShouldHaveSkipped();
        (await project.BuildAsync($"-p:{property}=0.8")).ShouldHaveCompressedOnce();
        (await project.BuildAsync($"-p:{property}=0.8")).ShouldHaveSkipped();
    }

    [Fact]
    public async Task OtherThresholdInOneFolderIsCompressedAgain()
    {
        var project = feed.CreateProject(properties: "<CompressOutputPath>obj/own</CompressOutputPath>");
        (await project.BuildAsync()).ShouldHaveCompressed();

        (await project.BuildAsync("-p:CompressR2=0.8")).ShouldHaveCompressed().Output.ShouldContain("thresholds or models differ");
        (await project.BuildAsync("-p:CompressR2=0.8")).ShouldHaveSkipped();
    }

    [Fact]
    public async Task CompressOnFailureReplacesTheSpecs()
    {
        var project = feed.CreateProject();
        project.WriteSpec(TestProject.FailingGate);

        (await project.BuildAsync("-p:CompressOnFailure=warning")).ShouldHaveCompressed()
            .Output.ShouldContain($"{project.In("compress.yml")}(10,7): warning CT4001");
        (await project.BuildAsync()).ShouldFail().Output.ShouldContain("error CT4001");
    }

    [Fact]
    public async Task ProbeOfAPropertyTakesNoLookAndIsAnotherRun()
    {
        var project = feed.CreateProject(properties: "<CompressOutputPath>obj/own</CompressOutputPath>");
        (await project.BuildAsync()).ShouldHaveCompressed();
        Report(project).ShouldContain("one look");

        (await project.BuildAsync("-p:CompressProbe=false")).ShouldHaveCompressed();
        Report(project).ShouldNotContain("one look");
        (await project.BuildAsync("-p:CompressProbe=false")).ShouldHaveSkipped();
        (await project.BuildAsync("-p:CompressProbe=True")).ShouldHaveCompressed();
        Report(project).ShouldContain("one look");
    }

    [Fact]
    public async Task ABaselineOfAPropertyIsComparedWithAndIsAnotherRun()
    {
        var project = feed.CreateProject(properties: "<CompressOutputPath>obj/own</CompressOutputPath>");
        (await project.BuildAsync("-p:CompressProbe=false")).ShouldHaveCompressed();
        Directory.CreateDirectory(project.In("base"));
        File.Copy(project.In("obj/own/models/tiny.report.json"), project.In("base/tiny.report.json"));

        string[] compared = ["-p:CompressProbe=false", "-p:CompressBaseline=base/"];
        (await project.BuildAsync(compared)).ShouldHaveCompressed();
        Report(project).ShouldContain("Compared with `base/tiny.report.json`, made by ");
        (await project.BuildAsync(compared)).ShouldHaveSkipped();

        Directory.CreateDirectory(project.In("base/models"));
        File.Move(project.In("base/tiny.report.json"), project.In("base/models/tiny.report.json"));
        (await project.BuildAsync(compared)).ShouldHaveCompressed();
        Report(project).ShouldContain("Compared with `base/models/tiny.report.json`, made by ");
    }

    private static string Report(TestProject project) => File.ReadAllText(project.In("obj/own/models/tiny.report.md"));

    [Theory]
    [InlineData("CompressR2=1,5")]
    [InlineData("CompressWeightR2=high")]
    [InlineData("CompressOnFailure=ignore")]
    [InlineData("CompressProbe=no")]
    [InlineData("CompressThreads=0")]
    [InlineData("CompressThreads=+4")]
    [InlineData("CompressVerbosity=loud")]
    public async Task PropertyThatMakesNoSenseIsNamed(string property)
    {
        var project = feed.CreateProject();

        var build = (await project.BuildAsync($"-p:{property.Replace(",", "%2C", StringComparison.Ordinal)}")).ShouldFail();

        build.Output.ShouldContain("error CT6007");
        build.Output.ShouldContain($"{property.Split('=')[0]} is '{property.Split('=')[1]}'");
    }
}
