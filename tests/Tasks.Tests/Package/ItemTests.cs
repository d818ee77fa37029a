namespace CompressTasks.Tasks.Tests.Package;

[Trait("Speed", "Slow")]
public sealed class ItemTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string App = "<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>";

    private const string SpecWithoutModels = """
        rules:
          - weights: "**"
            stack: [ quantize: { r2: 0.95 } ]
        gate:
          r2: 0.9
        """;

    [Fact]
    public async Task ItemsAreCompressedWithTheirSpecBesideTheProjectsOwn()
    {
        var project = feed.CreateProject();
        project.WriteProject(App, """<CompressModel Include="more/*.onnx" Spec="specs/more.yml" />""");
        project.Write("specs/more.yml", SpecWithoutModels);
        TinyModel.Write(project.In("more/second.onnx"), seed: 2);
        TinyModel.Write(project.In("more/third.onnx"), seed: 3);

        (await project.BuildAsync()).ShouldSucceed().Compressions().ShouldBe(2, "one run for each spec");

        foreach (var name in new[] { "models/tiny", "more/second", "more/third" })
            File.Exists(Path.Combine(project.Output, $"{name}.onnxz")).ShouldBeTrue(name);
        (await project.BuildAsync()).ShouldHaveSkipped();

        TinyModel.Write(project.In("more/fourth.onnx"), seed: 4);
        (await project.BuildAsync()).ShouldHaveCompressedOnce();
        File.Exists(Path.Combine(project.Output, "more/fourth.onnxz")).ShouldBeTrue();
    }

    [Fact]
    public async Task ItemWithoutSpecIsQuantizedToItsR2()
    {
        var project = feed.CreateProject();
        File.Delete(project.In("compress.yml"));
        project.WriteProject(App, """<CompressModel Include="models/tiny.onnx" R2="0.9" />""");

        (await project.BuildAsync()).ShouldHaveCompressedOnce().Output.ShouldContain("gate passed");

        File.Exists(Path.Combine(project.Output, "models/tiny.onnxz")).ShouldBeTrue();
        (await project.BuildAsync()).ShouldHaveSkipped();
        (await project.RunAsync("publish", "--no-build", "--configuration", "Debug", "--output", project.In("out"))).ShouldNotCompress();
        File.Exists(project.In("out/models/tiny.onnxz")).ShouldBeTrue();

        project.WriteProject(App, """<CompressModel Include="models/tiny.onnx" R2="0.9" Probe="false" />""");
        (await project.BuildAsync()).ShouldHaveCompressedOnce();
    }

    [Fact]
    public async Task ItemsThresholdFailsTheBuildAndItsOnFailureDoesNot()
    {
        var project = feed.CreateProject();
        project.Write("specs/strict.yml", SpecWithoutModels);
        project.WriteProject(App, """<CompressModel Include="models/tiny.onnx" Spec="specs/strict.yml" R2="0.9999" />""");
        File.Delete(project.In("compress.yml"));

        (await project.BuildAsync()).ShouldFail().Output.ShouldContain($"{project.In("specs/strict.yml")}(5,7): error CT4001");

        project.WriteProject(App, """<CompressModel Include="models/tiny.onnx" Spec="specs/strict.yml" R2="0.9999" OnFailure="warning" />""");
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain("warning CT4001");
    }

    [Theory]
    [InlineData("""<CompressModel Include="gone.onnx" />""", "CT6008")]
    [InlineData("""<CompressModel Include="models/tiny.onnx" Spec="gone.yml" />""", "CT6009")]
    [InlineData("""<CompressModel Include="models/tiny.onnx" R2="2" />""", "CT6007")]
    [InlineData("""<CompressModel Include="models/tiny.onnx" Probe="no" />""", "CT6007")]
    [InlineData("""<CompressModel Include="models/tiny.onnx" />""", "CT6010")]
    [InlineData("""<CompressModel Include="models/tiny.onnx" R2="0.9" TargetPath="z/y.onnxz" /><CompressModel Include="models/other.onnx" R2="0.9" TargetPath="./z//y.onnxz" />""", "CT6010")]
    public async Task ItemThatMakesNoSenseIsAnError(string item, string code)
    {
        var project = feed.CreateProject();
        project.WriteModel("other", seed: 5);
        project.WriteProject(App, item);

        (await project.BuildAsync()).ShouldFail().Output.ShouldContain($"error {code}");
    }
}
