using System.Text.Json;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>What Visual Studio reads from a project; that it acts on it cannot be seen here.</summary>
[Trait("Speed", "Slow")]
public sealed class VisualStudioTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Fact]
    public async Task FastUpToDateCheckIsToldInputsAndOutput()
    {
        var project = feed.CreateProject();
        (await project.RunAsync("restore")).ShouldSucceed();
        var evaluation = await DotNet.RunAsync(
            project.Folder,
            new Dictionary<string, string?> { ["NUGET_PACKAGES"] = feed.Package.Packages },
            "msbuild", "-getItem:UpToDateCheckInput", "-getItem:UpToDateCheckOutput", "-p:BuildingInsideVisualStudio=true");
        using var items = JsonDocument.Parse(evaluation.ShouldSucceed().Output);

        Paths(items, "UpToDateCheckInput").ShouldBe([project.In("compress.yml"), project.In("models/tiny.onnx")], ignoreOrder: true);
        var stamp = Paths(items, "UpToDateCheckOutput").ShouldHaveSingleItem();

        (await project.BuildAsync("-p:BuildingInsideVisualStudio=true")).ShouldHaveCompressed();
        File.GetLastWriteTimeUtc(stamp).ShouldBeGreaterThan(File.GetLastWriteTimeUtc(project.In("compress.yml")));

        File.SetLastWriteTimeUtc(project.In("compress.yml"), DateTime.UtcNow);
        (await project.BuildAsync("-p:BuildingInsideVisualStudio=true")).ShouldHaveSkipped();
        File.GetLastWriteTimeUtc(stamp)
            .ShouldBeGreaterThan(File.GetLastWriteTimeUtc(project.In("compress.yml")), "else Visual Studio would start every build");
    }

    [Fact]
    public async Task FailedGateLeavesTheProjectOutOfDate()
    {
        var project = feed.CreateProject();
        project.WriteSpec(TestProject.FailingGate);

        (await project.BuildAsync("-p:BuildingInsideVisualStudio=true")).ShouldFail();

        File.Exists(Path.Combine(project.Intermediate, "compress.stamp")).ShouldBeFalse();
    }

    private static List<string> Paths(JsonDocument items, string type) =>
        [.. items.RootElement.GetProperty("Items").GetProperty(type).EnumerateArray()
            .Where(item => item.TryGetProperty("Set", out var set) && set.GetString() == "CompressTasks")
            .Select(item => item.GetProperty("FullPath").GetString()!)];
}
