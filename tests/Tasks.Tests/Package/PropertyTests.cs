namespace CompressTasks.Tasks.Tests.Package;

[Trait("Speed", "Slow")]
public sealed class PropertyTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Fact]
    public async Task WithoutSpecNothingHappens()
    {
        var project = feed.CreateProject();
        File.Delete(project.In("compress.yml"));

        (await project.BuildAsync()).ShouldNotCompress();

        Directory.Exists(project.Intermediate).ShouldBeFalse();
    }

    [Fact]
    public async Task CompressEnabledFalseCompressesNothing()
    {
        var project = feed.CreateProject(properties: "<CompressEnabled>false</CompressEnabled>");

        (await project.BuildAsync()).ShouldNotCompress();

        Directory.Exists(project.Intermediate).ShouldBeFalse();
    }

    [Fact]
    public async Task DesignTimeBuildCompressesNothing()
    {
        var project = feed.CreateProject();

        (await project.BuildAsync("-p:DesignTimeBuild=true")).ShouldNotCompress();

        Directory.Exists(project.Intermediate).ShouldBeFalse();
    }

    [Fact]
    public async Task AnotherSpecAndFolderAndThreadCountAreUsed()
    {
        var project = feed.CreateProject(
            properties: "<CompressSpec>small.yaml</CompressSpec><CompressOutputPath>obj/small</CompressOutputPath><CompressThreads>1</CompressThreads>");
        File.Move(project.In("compress.yml"), project.In("small.yaml"));

        (await project.BuildAsync()).ShouldHaveCompressed();

        File.Exists(project.In("obj/small/models/tiny.report.json")).ShouldBeTrue();
        File.Exists(Path.Combine(project.Output, "models/tiny.onnxz")).ShouldBeTrue();
        (await project.BuildAsync()).ShouldHaveSkipped();
    }

    [Fact]
    public async Task MissingSpecOfCompressSpecIsAnError()
    {
        var project = feed.CreateProject(properties: "<CompressSpec>other.yml</CompressSpec>");

        var build = (await project.BuildAsync()).ShouldFail();

        build.Output.ShouldContain("error CT6001");
        build.Output.ShouldContain(project.In("other.yml"));
    }

    [Fact]
    public async Task MissingToolIsAnError()
    {
        var project = feed.CreateProject(properties: "<CompressToolAssembly>gone.dll</CompressToolAssembly>");

        (await project.BuildAsync()).ShouldFail().Output.ShouldContain("error CT6003");
    }

    [Fact]
    public async Task ToolThatCannotStartIsAnErrorWithItsLastWords()
    {
        var project = feed.CreateProject();
        project.Write("broken.dll", "not an assembly");

        var build = (await project.BuildAsync($"-p:CompressToolAssembly={project.In("broken.dll")}")).ShouldFail();

        build.Output.ShouldContain("error CT6004");
        build.Output.ShouldNotContain("MSB6006");
    }
}
