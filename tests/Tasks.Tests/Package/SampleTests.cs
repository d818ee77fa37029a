namespace CompressTasks.Tasks.Tests.Package;

/// <summary>Samples are inputs of the build like models are.</summary>
[Trait("Speed", "Slow")]
public sealed class SampleTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Theory]
    [InlineData("samples", "samples/**")]
    [InlineData("samples/test_data_set_*", "samples/test_data_set_*/**")]
    public async Task NewAndChangedSamplesAreNoticed(string samples, string listing)
    {
        var project = feed.CreateProject();
        project.WriteSample("samples/test_data_set_0/input_0.pb", seed: 1);
        WriteSpec(project, "quantize: { r2: 0.95 }", samples);
        (await project.BuildAsync()).ShouldHaveCompressed();
        (await project.BuildAsync()).ShouldHaveSkipped();

        project.WriteSample("samples/test_data_set_1/input_0.pb", seed: 2);
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain($"{listing} matches other files");

        project.WriteSample("samples/test_data_set_0/input_0.pb", seed: 3);
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("samples/test_data_set_0/input_0.pb has changed");
        (await project.BuildAsync()).ShouldHaveSkipped();
    }

    [Fact]
    public async Task ArchivesThatAGlobFindsAreInputsToo()
    {
        var project = feed.CreateProject();
        project.WriteArchive("speech-1.npz", seed: 1);
        WriteSpec(project, "quantize: { r2: 0.95 }", "speech-*.npz");
        (await project.BuildAsync()).ShouldHaveCompressed();
        (await project.BuildAsync()).ShouldHaveSkipped();

        project.WriteArchive("speech-2.npz", seed: 2);
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("speech-*.npz matches other files");

        project.WriteArchive("speech-2.npz", seed: 3);
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("speech-2.npz has changed");
    }

    [Fact]
    public async Task NewCalibrationSamplesAreNoticed()
    {
        var project = feed.CreateProject();
        project.WriteSample("samples/input_0.pb", seed: 1);
        project.WriteSample("calibration/test_data_set_0/input_0.pb", seed: 2);
        WriteSpec(project, "quantize: { for: outputs, calibration: calibration }", "samples", outputR2: "0.95");
        (await project.BuildAsync()).ShouldHaveCompressed();
        (await project.BuildAsync()).ShouldHaveSkipped();

        project.WriteSample("calibration/test_data_set_1/input_0.pb", seed: 3);

        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("calibration/** matches other files");
    }

    private static void WriteSpec(TestProject project, string stage, string samples, string outputR2 = "0.5") => project.Write("compress.yml", $$"""
        models:
          - path: models/*.onnx
        rules:
          - weights: "**"
            stack: [ {{stage}} ]
        gate:
          outputs: { samples: "{{samples}}", r2: {{outputR2}} }
        """);
}
