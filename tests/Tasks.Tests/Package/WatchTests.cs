using System.Text.Json;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>What <c>dotnet watch</c> looks at.</summary>
[Trait("Speed", "Slow")]
public sealed class WatchTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string App = "<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>";

    [Fact]
    public async Task SpecModelsAndSamplesOfTheProjectsFolder()
    {
        var project = CreateProject();
        (await project.RunAsync("restore")).ShouldSucceed();

        (await Watched(project, "-p:DotNetWatchBuild=true")).ShouldBe(
            ["compress.yml", "data/samples.npz", "models/tiny.onnx", "own.yml", "single.onnx"], ignoreOrder: true);
        (await Watched(project)).ShouldBeEmpty("other builds have no use for the search");
        (await Watched(project, "-p:DotNetWatchBuild=true", "-p:CompressEnabled=false")).ShouldBeEmpty();
    }

    [Fact]
    public async Task DotNetWatchListsThem()
    {
        var project = CreateProject();
        (await project.RunAsync("restore")).ShouldSucceed();

        var listed = (await Run(project, "watch", "--list", "--non-interactive")).ShouldSucceed().Output;

        foreach (var path in new[] { "compress.yml", "own.yml", "single.onnx", "models/tiny.onnx", "data/samples.npz" })
            listed.ShouldContain(project.In(path));
        listed.ShouldNotContain(".onnxz");
    }

    private TestProject CreateProject()
    {
        var project = feed.CreateProject();
        File.Copy(project.In("compress.yml"), project.In("own.yml"));
        TinyModel.Write(project.In("single.onnx"), seed: 2);
        Directory.CreateDirectory(project.In("data"));
        project.WriteArchive("data/samples.npz", seed: 1);
        TinyModel.Write(project.In("obj/Debug/compress/not.onnx"), seed: 3);
        project.WriteProject(App, """<CompressModel Include="single.onnx" Spec="own.yml" />""");
        return project;
    }

    private async Task<List<string>> Watched(TestProject project, params string[] properties)
    {
        using var items = JsonDocument.Parse((await Run(project, ["msbuild", "-getItem:Watch", .. properties])).ShouldSucceed().Output);
        return [.. items.RootElement.GetProperty("Items").GetProperty("Watch").EnumerateArray()
            .Select(item => Path.GetRelativePath(project.Folder, item.GetProperty("FullPath").GetString()!).Replace('\\', '/'))];
    }

    private Task<DotNetResult> Run(TestProject project, params string[] arguments) =>
        DotNet.RunAsync(project.Folder, new Dictionary<string, string?> { ["NUGET_PACKAGES"] = feed.Package.Packages }, arguments);
}
