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

    [Fact]
    public async Task PublishMaterializesArtifactsForProgramsThatCannotOpenThem()
    {
        var project = feed.CreateProject();
        (await project.BuildAsync("-p:CompressMaterialize=true")).ShouldHaveCompressed();
        Files(project.In("bin/Debug/net10.0")).ShouldBe(["tiny.onnxz"], "a build keeps artifacts");

        (await Publish()).ShouldHaveSkipped();
        Files(project.In("out")).ShouldBe(["tiny.onnx", "tiny.onnx.data"]);
        var first = File.ReadAllBytes(project.In("out/models/tiny.onnx.data"));
        first.Length.ShouldBe(64 * 64 * sizeof(float));
        new FileInfo(project.In("out/models/tiny.onnx")).Length.ShouldBeLessThan(4096);
        File.ReadAllText(project.In("out/models/tiny.onnx")).ShouldContain("tiny.onnx.data");
        var made = File.GetLastWriteTimeUtc(project.In("obj/Debug/compress.publish/models/tiny.onnx"));

        (await Publish()).ShouldHaveSkipped();
        File.GetLastWriteTimeUtc(project.In("obj/Debug/compress.publish/models/tiny.onnx")).ShouldBe(made, "the artifact is the same");

        project.WriteModel("tiny", seed: 77);
        (await Publish()).ShouldHaveCompressed();
        File.ReadAllBytes(project.In("out/models/tiny.onnx.data")).ShouldNotBe(first);

        (await project.RunAsync("clean")).ShouldSucceed();
        Directory.EnumerateFiles(project.In("obj/Debug"), "*.onnx*", SearchOption.AllDirectories).ShouldBeEmpty();

        Task<DotNetResult> Publish() =>
            project.RunAsync("publish", "--configuration", "Debug", "-p:CompressMaterialize=true", "--output", project.In("out"));

        static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.onnx*", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task ADamagedArtifactFailsThePublishingWithItsDiagnostic()
    {
        var project = feed.CreateProject();
        (await project.BuildAsync()).ShouldHaveCompressed();
        var artifact = project.In("obj/Debug/compress/models/tiny.onnxz");
        var bytes = File.ReadAllBytes(artifact);
        bytes[bytes.Length / 3] ^= 0x55;
        File.WriteAllBytes(artifact, bytes);

        var publish = await project.RunAsync(
            "publish", "--no-build", "--configuration", "Debug", "-p:CompressMaterialize=true", "--output", project.In("out"));

        publish.ShouldFail().Output.ShouldContain("error CT30");
        File.Exists(project.In("out/models/tiny.onnx")).ShouldBeFalse();
    }
}
