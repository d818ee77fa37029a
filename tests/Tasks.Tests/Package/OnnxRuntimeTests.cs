using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>Without a native library of its own: a gate on outputs runs the model in what the project has, or in what NuGet has or fetches.</summary>
[Trait("Speed", "Slow")]
public sealed class OnnxRuntimeTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string ToolVersion = "1.31.1";
    private const string App = "<OutputType>Exe</OutputType>";

    [Fact]
    public async Task AppWithoutOnnxRuntimeTakesTheOneInNuGetsCache()
    {
        var project = CreateProject("net10.0", App);

        ShouldHaveRun(await project.BuildAsync(), ToolVersion);

        FilesOfOnnxRuntime(project).ShouldBeEmpty();
        (await project.BuildAsync()).ShouldHaveSkipped();
    }

    [OlderOnnxRuntimeFact]
    public async Task OldAppWithoutOnnxRuntimeTakesTheOneInNuGetsCache()
    {
        var project = CreateProject(OlderOnnxRuntime.TargetFramework, App);

        ShouldHaveRun(await project.BuildAsync(), ToolVersion);

        FilesOfOnnxRuntime(project).ShouldBeEmpty();
    }

    [OlderOnnxRuntimeFact]
    public async Task AppWithAnOlderOnnxRuntimeRunsItsModelsInThat()
    {
        var project = CreateProject(OlderOnnxRuntime.TargetFramework, App, OlderOnnxRuntime.Version);

        var build = await project.BuildAsync();

        ShouldHaveRun(build, OlderOnnxRuntime.Version).Output.ShouldNotContain(" NU1605:");
    }

    [OlderOnnxRuntimeFact]
    public async Task AppWithTheSameOnnxRuntimeRunsItsModelsInThat() =>
        ShouldHaveRun(await CreateProject(OlderOnnxRuntime.TargetFramework, App, ToolVersion).BuildAsync(), ToolVersion);

    [Fact]
    public async Task OnnxRuntimeOfAReferencedProjectWillDo()
    {
        var library = CreateProject("netstandard2.0", "", ToolVersion, name: "Library");
        var project = CreateProject("net10.0", App, items: $"""<ProjectReference Include="{library.File}" />""");
        File.Delete(library.In("compress.yml"));

        ShouldHaveRun(await project.BuildAsync("-p:CompressRestoreOnnxRuntime=false"), ToolVersion);
    }

    [Fact]
    public async Task PackageOfALibraryHasNoDependencyOnOnnxRuntime()
    {
        var project = CreateProject("netstandard2.0", "");

        ShouldHaveRun(await Pack(project), ToolVersion);

        Dependencies(project).ShouldBeEmpty();
        FilesOfOnnxRuntime(project).ShouldBeEmpty();
    }

    [OlderOnnxRuntimeFact]
    public async Task PackageOfALibraryDependsOnTheOnnxRuntimeThatTheLibraryHas()
    {
        var project = CreateProject("netstandard2.0", "", OlderOnnxRuntime.Version);

        ShouldHaveRun(await Pack(project), OlderOnnxRuntime.Version);

        Dependencies(project).ShouldBe([$"Microsoft.ML.OnnxRuntime {OlderOnnxRuntime.Version}"]);
    }

    [Fact]
    public async Task NuGetFetchesOnnxRuntimeFromTheFeedsOfTheProjectOnce()
    {
        var project = CreateProject("net10.0", App);
        UseEmptyPackageFolder(project, LinkFeed(project, "microsoft.ml.onnxruntime"));

        var first = ShouldHaveRun(await project.BuildAsync(), ToolVersion);
        var second = ShouldHaveRun(await project.BuildAsync("-target:Rebuild"), ToolVersion);

        first.Output.ShouldContain($"Fetching Microsoft.ML.OnnxRuntime {ToolVersion}");
        second.Output.ShouldNotContain("Fetching");
        FilesOfOnnxRuntime(project).ShouldBeEmpty();
        File.ReadAllText(project.In("obj/project.assets.json")).ShouldNotContain("Microsoft.ML.OnnxRuntime.Managed/");
    }

    [Theory]
    [InlineData("", "NuGet could not fetch Microsoft.ML.OnnxRuntime")]
    [InlineData("-p:CompressRestoreOnnxRuntime=false", "CompressRestoreOnnxRuntime keeps NuGet from fetching")]
    public async Task WithoutAnyOnnxRuntimeAGateOnOutputsIsAnErrorAtItsLine(string property, string reason)
    {
        var project = CreateProject("net10.0", App);
        UseEmptyPackageFolder(project, LinkFeed(project));

        var build = await project.BuildAsync(property.Length == 0 ? [] : [property]);

        build.ShouldFail().Output.ShouldContain($"{project.In("compress.yml")}(7,3): error CT1513");
        build.Output.ShouldContain(reason);
        build.Output.ShouldContain("Reference the package Microsoft.ML.OnnxRuntime in the project, or set CompressOnnxRuntime");
        build.Output.ShouldNotContain("CT6004");
    }

    [Fact]
    public async Task WithoutAnyOnnxRuntimeModelsAreCompressed()
    {
        var project = CreateProject("net10.0", App);
        project.WriteSpec(TestProject.PassingGate);
        UseEmptyPackageFolder(project, LinkFeed(project));

        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldNotContain("Fetching");
    }

    [Theory]
    [InlineData("native")]
    [InlineData("native/library")]
    public async Task PropertyNamesTheLibraryOrItsFolder(string path)
    {
        var project = CreateProject("net10.0", App);
        UseEmptyPackageFolder(project, LinkFeed(project));
        var name = Path.GetFileName(NativeLibrary(ToolVersion));
        Directory.CreateDirectory(project.In("native"));
        File.CreateSymbolicLink(project.In($"native/{name}"), NativeLibrary(ToolVersion));

        var build = await project.BuildAsync($"-p:CompressOnnxRuntime={path.Replace("library", name, StringComparison.Ordinal)}");

        build.ShouldHaveCompressed().Output.ShouldNotContain("Fetching");
    }

    [OlderOnnxRuntimeFact]
    public async Task NamedLibraryThatIsTooOldIsAnErrorThatSaysBothVersions()
    {
        var project = CreateProject("net10.0", App);

        var build = await project.BuildAsync($"-p:CompressOnnxRuntime={NativeLibrary(OlderOnnxRuntime.Version)}");

        build.ShouldFail().Output.ShouldContain("error CT5011");
        build.Output.ShouldContain($"is version {OlderOnnxRuntime.Version}, and 1.31 is the oldest that will do");
    }

    [Fact]
    public async Task NamedLibraryThatIsNotThereIsAnError() =>
        (await CreateProject("net10.0", App).BuildAsync("-p:CompressOnnxRuntime=nowhere")).ShouldFail().Output.ShouldContain("error CT5011");

    private TestProject CreateProject(string targetFramework, string properties, string? onnxRuntime = null, string items = "", string name = "App")
    {
        var project = feed.CreateProject(name);
        var reference = onnxRuntime is null ? "" : $"""<PackageReference Include="Microsoft.ML.OnnxRuntime" Version="{onnxRuntime}" />""";
        // As "dotnet add package" writes it.
        items += """<PackageReference Update="CompressTasks" PrivateAssets="all" />""";
        project.WriteProject($"<TargetFramework>{targetFramework}</TargetFramework>{properties}", reference + items);
        project.WriteSample("samples/input_0.pb", seed: 1);
        // The gate on outputs stands at line 7, column 3.
        project.Write("compress.yml", """
            models:
              - path: models/*.onnx
            rules:
              - weights: "**"
                stack: [ quantize: { r2: 0.95 } ]
            gate:
              outputs: { samples: samples, r2: 0.5 }
            """);
        return project;
    }

    private static Task<DotNetResult> Pack(TestProject project) =>
        project.RunAsync("pack", "--configuration", "Debug", "--output", project.In("packed"));

    /// <summary>Leaves the project with this package, and with what a feed of its own has.</summary>
    private void UseEmptyPackageFolder(TestProject project, string otherFeed)
    {
        project.Packages = project.In("packages");
        project.Write("NuGet.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="test" value="{feed.Package.Feed}" />
                <add key="other" value="{otherFeed}" />
              </packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
            </configuration>
            """);
    }

    /// <summary>A feed of packages that were restored for this repository.</summary>
    private static string LinkFeed(TestProject project, params string[] packages)
    {
        var folder = Directory.CreateDirectory(project.In("other feed")).FullName;
        var files = packages.SelectMany(id => Directory.GetFiles(Path.Combine(TestProject.NuGetFolder, id), "*.nupkg", SearchOption.AllDirectories));
        foreach (var package in files)
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(package)), package);
        return folder;
    }

    private static DotNetResult ShouldHaveRun(DotNetResult build, string version)
    {
        build.ShouldHaveCompressed().Output.ShouldContain("gate passed");
        build.Output.ShouldMatch($"Running models in .*microsoft.ml.onnxruntime.{version.Replace(".", @"\.", StringComparison.Ordinal)}.");
        return build;
    }

    private static List<string?> FilesOfOnnxRuntime(TestProject project) =>
    [
        .. Directory.EnumerateFiles(project.In("bin"), "*", SearchOption.AllDirectories)
            .Select(Path.GetFileName)
            .Where(name => name!.Contains("onnxruntime", StringComparison.OrdinalIgnoreCase)),
    ];

    private static List<string> Dependencies(TestProject project)
    {
        using var archive = ZipFile.OpenRead(Directory.GetFiles(project.In("packed"), "*.nupkg").ShouldHaveSingleItem());
        using var stream = archive.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        var dependencies = XDocument.Load(stream).Descendants().Where(element => element.Name.LocalName == "dependency");
        return [.. dependencies.Select(element => $"{element.Attribute("id")!.Value} {element.Attribute("version")!.Value}")
            .Where(text => !text.StartsWith("NETStandard", StringComparison.Ordinal))];
    }

    private static string NativeLibrary(string version)
    {
        var (platform, name) = OperatingSystem.IsWindows() ? ("win", "onnxruntime.dll")
            : OperatingSystem.IsMacOS() ? ("osx", "libonnxruntime.dylib")
            : ("linux", "libonnxruntime.so");
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return Path.Combine(TestProject.NuGetFolder, "microsoft.ml.onnxruntime", version, "runtimes", $"{platform}-{architecture}", "native", name);
    }
}
