using System.Text.Json;

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

    /// <summary>A search is what takes the time: it is made again for what it aims at, and for nothing else.</summary>
    [Fact]
    public async Task ASearchForOutputsIsMadeAgainOnlyWhenWhatItAimsAtChanges()
    {
        var project = CreateProject(models: 2);
        foreach (var (file, seed) in new[] { ("samples.npz", 1), ("calibration.npz", 2) })
        {
            project.WriteArchive(file, seed);
            File.SetLastWriteTimeUtc(project.In(file), DateTime.UtcNow.AddMinutes(-1));
        }

        WriteSearch(project, "ratio: 2");
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldNotContain(Kept);
        var written = Written(project);
        await ShouldKeep("ratio: 2 # a comment", models: 2, passes: true);
        await ShouldKeep("ratio: 2\nreport: [ json, sarif ]", models: 2, passes: true);
        await ShouldKeep("ratio: 3\nreport: [ json ]", models: 2, passes: true);
        await ShouldKeep("ratio: 1000\nreport: [ json ]", models: 2, passes: false);
        await ShouldKeep("ratio: 1000\nreport: [ json ]", models: 2, passes: false);
        await ShouldKeep("ratio: 2\nreport: [ json ]", models: 2, passes: true);
        (await project.BuildAsync()).ShouldHaveSkipped();

        File.Delete(project.In("models/other.onnx"));
        KeptIn((await project.BuildAsync()).ShouldHaveCompressed()).ShouldBe(1);
        Left(project).ShouldBe(["tiny.onnxz", "tiny.onnxz.record", "tiny.report.json"]);
        Written(project).ShouldBe([written[1]]);

        // What the search aims at: the threshold of outputs.
        WriteSearch(project, "ratio: 2", outputR2: "0.8");
        KeptIn((await project.BuildAsync()).ShouldHaveCompressed()).ShouldBe(0);

        async Task ShouldKeep(string gate, int models, bool passes)
        {
            WriteSearch(project, gate);
            var build = await project.BuildAsync();
            KeptIn(passes ? build.ShouldHaveCompressed() : build.ShouldFail()).ShouldBe(models, build.Output);
            if (!passes)
                build.Output.Split($"{project.In("compress.yml")}(8,10): error CT4003").Length.ShouldBeGreaterThan(models);
            foreach (var report in Directory.GetFiles(Models(project), "*.report.json"))
            {
                using var json = JsonDocument.Parse(File.ReadAllText(report));
                json.RootElement.GetProperty("gate").GetProperty("passed").GetBoolean().ShouldBe(passes, report);
            }

            Written(project).ShouldBe(written, "every artifact is that of the first build");
        }
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

    /// <summary>What the gate asks beside outputs begins at line 8, column 3.</summary>
    private static void WriteSearch(TestProject project, string gate, string outputR2 = "0.95") => project.Write("compress.yml", $$"""
        models:
          - path: models/*.onnx
        rules:
          - weights: "**"
            stack: [ quantize: { for: outputs, calibration: calibration.npz } ]
        gate:
          outputs: { samples: samples.npz, r2: {{outputR2}} }
          {{gate}}
        """);

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
