namespace CompressTasks.Tasks.Tests.Package;

[Trait("Speed", "Slow")]
public sealed class SimultaneousBuildTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Fact]
    public async Task OfTwoBuildsAtTheSameTimeOneCompressesAndTheOtherTakesTheResult()
    {
        var project = feed.CreateProject();
        (await project.RunAsync("restore")).ShouldSucceed();

        // The target alone: the compiler itself does not like two builds in one folder.
        var builds = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => project.BuildAsync("--no-restore", "-target:CompressModels")));

        foreach (var build in builds)
            build.ShouldSucceed();
        builds.Sum(build => build.Compressions()).ShouldBe(1);
        builds.Count(build => build.Output.Contains("are up to date", StringComparison.Ordinal)).ShouldBe(1);
        Directory.GetFiles(project.Intermediate, "*.tmp").ShouldBeEmpty();
    }

    [Fact]
    public async Task BuildWaitsForTheLockOfAnother()
    {
        var project = feed.CreateProject();
        (await project.RunAsync("restore")).ShouldSucceed();
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<DotNetResult> build;
        using (OutputLock.Acquire(project.Intermediate, () => { }, CancellationToken.None))
        {
            build = project.RunAsync(_ => { }, Hear, "build", "--no-restore");
            (await Task.WhenAny(build, waiting.Task)).ShouldBe(waiting.Task, "the build should say that it waits");
            File.Exists(Path.Combine(project.Intermediate, "models/tiny.onnxz")).ShouldBeFalse();
        }

        (await build).ShouldHaveCompressedOnce();

        void Hear(string line)
        {
            if (line.Contains("Waiting for another build", StringComparison.Ordinal))
                waiting.TrySetResult();
        }
    }
}
