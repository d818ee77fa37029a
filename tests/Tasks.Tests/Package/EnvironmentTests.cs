namespace CompressTasks.Tasks.Tests.Package;

[Trait("Speed", "Slow")]
public sealed class EnvironmentTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [ShellFact]
    public async Task HostOfTheEnvironmentRunsTheCompressor()
    {
        var project = feed.CreateProject(properties: "<DOTNET_HOST_PATH>$(MSBuildProjectDirectory)/host/dotnet</DOTNET_HOST_PATH>");
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "/usr/bin/env dotnet";
        var wrapper = project.In("host/dotnet");
        project.Write("host/dotnet", $"#!/bin/sh\necho \"$@\" >> '{project.In("started.txt")}'\nexec {dotnet} \"$@\"\n");
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException();
        File.SetUnixFileMode(wrapper, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        (await project.BuildAsync()).ShouldHaveCompressedOnce();

        File.ReadAllText(project.In("started.txt")).ShouldContain("CompressTasks.Tool.dll");
    }

    [Fact]
    public async Task BuildWritesNothingIntoThePackageFolder()
    {
        var project = feed.CreateProject();
        (await project.RunAsync("restore")).ShouldSucceed();
        var folder = Path.Combine(feed.Package.Packages, "compresstasks");
        var before = Listing(folder);
        before.ShouldNotBeEmpty();

        (await project.BuildAsync()).ShouldHaveCompressed();
        (await project.RunAsync("publish", "--configuration", "Debug", "--output", project.In("out"))).ShouldHaveSkipped();
        (await project.RunAsync("clean")).ShouldSucceed();

        Listing(folder).ShouldBe(before);
    }

    [Fact]
    public async Task ReceiptsSurviveAMoveOfTheTree()
    {
        var project = feed.CreateProject();
        (await project.BuildAsync()).ShouldHaveCompressed();

        var moved = project.MoveTo(Path.Combine(feed.Package.Root, Guid.NewGuid().ToString("N"), "another depth", "App"));

        (await moved.BuildAsync()).ShouldHaveSkipped();
        File.Exists(Path.Combine(moved.Output, "models/tiny.onnxz")).ShouldBeTrue();
    }

    [Fact]
    public async Task ArtifactsPathMayMoveOnItsOwn()
    {
        var project = feed.CreateProject();
        var first = Path.Combine(feed.Package.Root, Guid.NewGuid().ToString("N"));
        var second = Path.Combine(feed.Package.Root, Guid.NewGuid().ToString("N"), "deeper");
        (await project.BuildAsync($"-p:ArtifactsPath={first}")).ShouldHaveCompressed();
        File.Exists(Path.Combine(first, "bin/App/debug/models/tiny.onnxz")).ShouldBeTrue();
        Directory.CreateDirectory(Path.GetDirectoryName(second)!);
        Directory.Move(first, second);

        (await project.BuildAsync($"-p:ArtifactsPath={second}")).ShouldHaveSkipped();

        File.Exists(Path.Combine(second, "bin/App/debug/models/tiny.onnxz")).ShouldBeTrue();
        Directory.Exists(project.In("bin")).ShouldBeFalse();
        File.Exists(Path.Combine(project.Intermediate, "compress.receipt")).ShouldBeFalse();
    }

    [Fact]
    public async Task FolderThatCannotBeWrittenToIsAnError()
    {
        var project = feed.CreateProject(properties: "<CompressOutputPath>models/tiny.onnx/below</CompressOutputPath>");

        (await project.BuildAsync()).ShouldFail().Output.ShouldContain("error CT6011");
    }

    private static List<string> Listing(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}").Order(StringComparer.Ordinal)];

    /// <summary>A fact that is reported as skipped where there are no shell scripts.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ShellFactAttribute : FactAttribute
    {
        public ShellFactAttribute() => Skip = OperatingSystem.IsWindows() ? "The wrapper is a shell script." : null;
    }
}
