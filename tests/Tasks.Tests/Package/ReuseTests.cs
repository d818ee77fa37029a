namespace CompressTasks.Tasks.Tests.Package;

/// <summary>Builds that have something to say or to leave out, and nothing to compress again.</summary>
[Trait("Speed", "Slow")]
public sealed class ReuseTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string Kept = "is kept, nothing that it depends on has changed";

    [Fact]
    public async Task WhatOnlyJudgesCompressesNothingAgain()
    {
        var project = CreateProject(models: 2);
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldNotContain(Kept);
        var written = Written(project);

        project.WriteSpec($"{TestProject.PassingGate} # a comment");
        KeptIn((await project.BuildAsync()).ShouldHaveCompressed()).ShouldBe(2);
        project.WriteSpec($"{TestProject.PassingGate}\nreport: [ json, sarif ]");
        KeptIn((await project.BuildAsync()).ShouldHaveCompressed()).ShouldBe(2);
        project.WriteSpec("0.8\nreport: [ json, sarif ]");
        KeptIn((await project.BuildAsync()).ShouldHaveCompressed()).ShouldBe(2);
        (await project.BuildAsync()).ShouldHaveSkipped();

        Written(project).ShouldBe(written, "every artifact is that of the first build");
        Left(project).ShouldBe(
        [
            "other.onnxz", "other.onnxz.record", "other.report.json", "other.report.sarif",
            "tiny.onnxz", "tiny.onnxz.record", "tiny.report.json", "tiny.report.sarif",
        ]);
    }

    [Fact]
    public async Task AFailedGateCompressesNothingAgainAndLeavesNoReportThatItPassed()
    {
        var project = CreateProject(models: 1);
        (await project.BuildAsync()).ShouldHaveCompressed();
        var written = Written(project);
        Left(project).ShouldBe(["tiny.onnxz", "tiny.onnxz.record", "tiny.report.html", "tiny.report.json", "tiny.report.md"]);

        project.WriteSpec($"{TestProject.FailingGate}\nreport: [ json ]");
        foreach (var build in new[] { await project.BuildAsync(), await project.BuildAsync() })
        {
            KeptIn(build.ShouldFail()).ShouldBe(1);
            build.Output.ShouldContain($"{project.In("compress.yml")}(10,7): error CT4001");
        }

        Left(project).ShouldBe(["tiny.onnxz", "tiny.onnxz.record", "tiny.report.json"]);
        File.ReadAllText(Path.Combine(Models(project), "tiny.report.json")).ShouldContain("\"passed\": false");

        project.WriteSpec(TestProject.PassingGate);
        KeptIn((await project.BuildAsync()).ShouldHaveCompressed()).ShouldBe(1);
        Written(project).ShouldBe(written);
    }

    [Fact]
    public async Task ARemovedModelLeavesNothingAndTheOtherIsKept()
    {
        var project = CreateProject(models: 2);
        project.Write("obj/Debug/compress/models/other.notes.md", "mine");
        (await project.BuildAsync()).ShouldHaveCompressed();

        File.Delete(project.In("models/other.onnx"));
        KeptIn((await project.BuildAsync()).ShouldHaveCompressed()).ShouldBe(1);

        Left(project).ShouldBe(
            ["other.notes.md", "tiny.onnxz", "tiny.onnxz.record", "tiny.report.html", "tiny.report.json", "tiny.report.md"]);
    }

    [Fact]
    public async Task TheOverviewIsMadeAgainAndGoesWithACleanAndWithTheSecondModel()
    {
        var project = CreateProject(models: 2);
        (await project.BuildAsync()).ShouldHaveCompressed();
        Overviews(project).ShouldBe(["models.report.overview.html", "models.report.overview.md"]);
        (await project.BuildAsync()).ShouldHaveSkipped();

        File.Delete(Path.Combine(project.Intermediate, "models.report.overview.html"));
        KeptIn((await project.BuildAsync()).ShouldHaveCompressed()).ShouldBe(2);
        Overviews(project).ShouldBe(["models.report.overview.html", "models.report.overview.md"]);

        await project.BuildAsync("-target:Clean");
        Overviews(project).ShouldBeEmpty();

        (await project.BuildAsync()).ShouldHaveCompressed();
        File.Delete(project.In("models/other.onnx"));
        (await project.BuildAsync()).ShouldHaveCompressed();
        Overviews(project).ShouldBeEmpty();
    }

    [Fact]
    public async Task AnotherConfigurationTakesTheArtifactUntilItIsCleaned()
    {
        var project = CreateProject(models: 1);
        (await project.BuildAsync()).ShouldHaveCompressed();

        KeptIn((await project.BuildAsync("--configuration", "Release")).ShouldHaveCompressed()).ShouldBe(1);
        File.ReadAllBytes(project.In("bin/Release/net10.0/models/tiny.onnxz")).ShouldBe(File.ReadAllBytes(Path.Combine(project.Output, "models", "tiny.onnxz")));

        var rebuild = (await project.BuildAsync("-target:Rebuild")).ShouldHaveCompressed();
        rebuild.Output.ShouldNotContain(Kept, customMessage: "a rebuild begins anew");
    }

    private TestProject CreateProject(int models)
    {
        var project = feed.CreateProject();
        if (models == 2)
            project.WriteModel("other", seed: 2);

        // As if they had been there before the build began.
        foreach (var model in Directory.EnumerateFiles(project.In("models")))
            File.SetLastWriteTimeUtc(model, DateTime.UtcNow.AddMinutes(-1));
        return project;
    }

    /// <summary>Artifacts lie as their models do.</summary>
    private static string Models(TestProject project) => Path.Combine(project.Intermediate, "models");

    private static int KeptIn(DotNetResult build) => build.Output.Split(Kept).Length - 1;

    private static IReadOnlyList<DateTime> Written(TestProject project) =>
        [.. Directory.EnumerateFiles(Models(project), "*.onnxz").Order(StringComparer.Ordinal).Select(File.GetLastWriteTimeUtc)];

    private static IEnumerable<string> Left(TestProject project) =>
        Directory.EnumerateFiles(Models(project)).Select(Path.GetFileName).OfType<string>()
            .Where(name => !name.StartsWith("compress.", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Overviews(TestProject project) =>
        Directory.EnumerateFiles(project.Intermediate, "*.report.overview.*").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal);
}
