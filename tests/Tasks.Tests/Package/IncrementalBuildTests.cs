namespace CompressTasks.Tasks.Tests.Package;

[Trait("Speed", "Slow")]
public sealed class IncrementalBuildTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Fact]
    public async Task UnchangedAndTouchedInputsAreSkipped()
    {
        var project = feed.CreateProject();
        (await project.BuildAsync()).ShouldHaveCompressed();

        (await project.BuildAsync()).ShouldHaveSkipped();

        File.SetLastWriteTimeUtc(project.In("models/tiny.onnx"), DateTime.UtcNow.AddMinutes(1));
        File.SetLastWriteTimeUtc(project.In("compress.yml"), DateTime.UtcNow.AddMinutes(1));
        (await project.BuildAsync()).ShouldHaveSkipped();
    }

    [Fact]
    public async Task ChangedModelIsCompressedAgain()
    {
        var project = feed.CreateProject();
        (await project.BuildAsync()).ShouldHaveCompressed();
        var before = File.ReadAllBytes(Path.Combine(project.Output, "models/tiny.onnxz"));

        project.WriteModel("tiny", seed: 2);
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("models/tiny.onnx has changed");

        File.ReadAllBytes(Path.Combine(project.Output, "models/tiny.onnxz")).ShouldNotBe(before);
    }

    [Fact]
    public async Task ChangedSpecIsAppliedAndItsFailureStays()
    {
        var project = feed.CreateProject();
        (await project.BuildAsync()).ShouldHaveCompressed();

        project.WriteSpec(TestProject.FailingGate);
        (await project.BuildAsync()).ShouldFail();
        (await project.BuildAsync()).ShouldFail();

        project.WriteSpec(TestProject.PassingGate);
        (await project.BuildAsync()).ShouldHaveCompressed();
        (await project.BuildAsync()).ShouldHaveSkipped();
    }

    [Fact]
    public async Task NewAndRemovedMatchesOfAGlobAreNoticed()
    {
        var project = feed.CreateProject();
        (await project.BuildAsync()).ShouldHaveCompressed();

        project.WriteModel("second", seed: 2);
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("models/*.onnx matches other files");
        File.Exists(Path.Combine(project.Output, "models/second.onnxz")).ShouldBeTrue();

        File.Delete(project.In("models/second.onnx"));
        (await project.BuildAsync()).ShouldHaveCompressed();
        File.Exists(Path.Combine(project.Output, "models/tiny.onnxz")).ShouldBeTrue();
        File.Exists(Path.Combine(project.Output, "models/second.onnxz")).ShouldBeFalse("the model is gone");
    }

    [Fact]
    public async Task MissingOutputIsMadeAgain()
    {
        var project = feed.CreateProject();
        (await project.BuildAsync()).ShouldHaveCompressed();

        File.Delete(Path.Combine(project.Intermediate, "models/tiny.onnxz"));
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("tiny.onnxz is missing");

        File.Delete(Path.Combine(project.Output, "models/tiny.onnxz"));
        (await project.BuildAsync()).ShouldHaveSkipped();
        File.Exists(Path.Combine(project.Output, "models/tiny.onnxz")).ShouldBeTrue();
    }

    [Fact]
    public async Task CleanLeavesNothing()
    {
        var project = feed.CreateProject();
        (await project.BuildAsync()).ShouldHaveCompressed();

        (await project.RunAsync("clean")).ShouldSucceed();
        Leftovers(project).ShouldBeEmpty();

        project.WriteSpec(TestProject.FailingGate);
        (await project.BuildAsync()).ShouldFail();
        Leftovers(project).ShouldNotBeEmpty("a failed gate leaves artifact and report");
        (await project.RunAsync("clean")).ShouldSucceed();
        Leftovers(project).ShouldBeEmpty();
    }

    /// <summary>A folder that the user names may have files of theirs, whatever these are called.</summary>
    [Fact]
    public async Task CleanOfAFolderOfTheUsersRemovesWhatRunsHaveMadeThere()
    {
        var project = feed.CreateProject();
        project.WriteProject(
            "<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><CompressOutputPath>.</CompressOutputPath>",
            """<CompressModel Include="models/tiny.onnx" R2="0.9" TargetPath="a/b.onnxz" />""");
        File.Delete(project.In("compress.yml"));
        string[] foreign = ["sales.report.xlsx", "a.report.json", "old.onnxz", "compress.data/x.report.txt"];
        foreach (var file in foreign)
            project.Write(file, "mine");
        (await project.BuildAsync()).ShouldHaveCompressed();
        var made = Directory.GetDirectories(project.Folder, "compress.tiny-*").ShouldHaveSingleItem();

        (await project.RunAsync("clean")).ShouldSucceed();

        foreign.ShouldAllBe(file => File.Exists(project.In(file)));
        Directory.Exists(made).ShouldBeFalse();
    }

    private static IEnumerable<string> Leftovers(TestProject project) =>
        new[] { project.In("obj"), project.In("bin") }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(file => file.EndsWith(".onnxz", StringComparison.Ordinal) || file.StartsWith(project.Intermediate, StringComparison.Ordinal));
}
