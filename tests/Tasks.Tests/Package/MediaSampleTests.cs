namespace CompressTasks.Tasks.Tests.Package;

/// <summary>Pictures and sounds become samples of a gate in a build, and are inputs of it.</summary>
[Trait("Speed", "Slow")]
public sealed class MediaSampleTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Fact]
    public async Task PicturesHoldAGate()
    {
        var project = feed.CreateProject();
        project.WritePictureModel("tiny", seed: 1);
        project.WritePicture("photos/a.bmp", seed: 1);
        project.WritePicture("photos/b.bmp", seed: 2);
        WriteSpec(project, "images: { path: \"photos/*.bmp\", color: gray }", r2: "0.5");
        (await project.BuildAsync()).ShouldHaveCompressed();
        (await project.BuildAsync()).ShouldHaveSkipped();

        project.WritePicture("photos/c.bmp", seed: 3);
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("photos/*.bmp matches other files");

        project.WritePicture("photos/c.bmp", seed: 4);
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("photos/c.bmp has changed");

        project.Write("photos/c.bmp", "no picture");
        var failed = await project.BuildAsync();
        failed.ExitCode.ShouldNotBe(0);
        failed.Output.ShouldContain("compress.yml(7,41): error CT1541: the picture \"photos/c.bmp\" cannot be read");
    }

    [Fact]
    public async Task SoundsHoldAGate()
    {
        var project = feed.CreateProject();
        project.WriteSound("speech/a.wav", seed: 1);
        WriteSpec(project, "audio: { path: \"speech/*.wav\", rate: 16000, window: 64 }", r2: "0.5");
        (await project.BuildAsync()).ShouldHaveCompressed();
        (await project.BuildAsync()).ShouldHaveSkipped();

        project.WriteSound("speech/b.wav", seed: 2);
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("speech/*.wav matches other files");

        WriteSpec(project, "audio: { path: \"speech/*.wav\", rate: 16000, window: 64 }", r2: "0.99999999");
        var failed = await project.BuildAsync();
        failed.ExitCode.ShouldNotBe(0);
        failed.Output.ShouldContain("error CT4005");
    }

    private static void WriteSpec(TestProject project, string samples, string r2) => project.Write("compress.yml", $$"""
        models:
          - path: models/*.onnx
        rules:
          - weights: "**"
            stack: [ quantize: { r2: 0.95 } ]
        gate:
          outputs: { samples: { {{samples}} }, r2: {{r2}} }
        """);
}
