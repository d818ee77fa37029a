namespace CompressTasks.Tasks.Tests.Package;

/// <summary>Models below <c>wwwroot</c> of a web app are static web assets.</summary>
[Trait("Speed", "Slow")]
public sealed class WebTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Theory]
    [InlineData("", false)]
    [InlineData("<CompressExcludeOriginal>false</CompressExcludeOriginal>", true)]
    public async Task PublishHasTheArtifactInPlaceOfTheModel(string properties, bool original)
    {
        var project = CreateProject(properties);

        (await project.RunAsync("publish", "--output", project.In("out"))).ShouldHaveCompressedOnce();
        (await project.RunAsync("publish", "--no-build", "--output", project.In("again"))).ShouldSucceed();

        foreach (var folder in new[] { "out", "again" })
        {
            string[] models = original ? ["m.onnx", "m.onnxz"] : ["m.onnxz"];
            Directory.EnumerateFiles(project.In($"{folder}/wwwroot")).Select(path => Path.GetFileName(path)!)
                .Where(name => !name.EndsWith(".br", StringComparison.Ordinal) && !name.EndsWith(".gz", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).ShouldBe([.. models, "site.css"]);
            File.ReadAllText(project.In($"{folder}/App.staticwebassets.endpoints.json")).Contains("m.onnx\"", StringComparison.Ordinal)
                .ShouldBe(original, "an endpoint without a file is an error at run time");
        }
    }

    [Fact]
    public async Task AppThatDoesNotCompileIsNotCompressed()
    {
        var project = CreateProject("");
        project.Write("Program.cs", "no C#");

        (await project.BuildAsync("-p:Configuration=Release")).ShouldFail().Compressions().ShouldBe(0);
    }

    private TestProject CreateProject(string properties)
    {
        var project = feed.CreateProject();
        File.Delete(project.In("compress.yml"));
        File.Delete(project.In("models/tiny.onnx"));
        TinyModel.Write(project.In("wwwroot/m.onnx"), seed: 1);
        project.Write("wwwroot/site.css", "body { }");
        project.Write("Program.cs", "Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args).Build().Run();");
        project.WriteProject($"<TargetFramework>net10.0</TargetFramework>{properties}",
            """<CompressModel Include="wwwroot/m.onnx" R2="0.9" Probe="false" />""", "Microsoft.NET.Sdk.Web");
        return project;
    }
}
