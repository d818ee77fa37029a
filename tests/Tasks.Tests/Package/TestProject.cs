using System.Diagnostics;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>A project that uses the package, in a folder of its own. Builds in Debug.</summary>
internal sealed class TestProject
{
    public const string PassingGate = "0.9";
    public const string FailingGate = "0.99999";

    private readonly PackedPackage _package;

    private TestProject(PackedPackage package, string folder, string name)
    {
        _package = package;
        Packages = package.Packages;
        Folder = folder;
        File = Path.Combine(folder, name + ".csproj");
    }

    /// <summary>Has the reference assemblies of .NET Standard, because this repository's task needs them too.</summary>
    public static string NuGetFolder { get; } =
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Where NuGet puts what it restores; shared with the other tests unless it is set.</summary>
    public string Packages { get; set; }

    public string File { get; }

    public string Folder { get; }

    public string Output => In("bin/Debug/net10.0");

    public string Intermediate => In("obj/Debug/compress");

    /// <summary>An app with the model <c>models/tiny.onnx</c>, and a spec whose gate passes.</summary>
    /// <param name="package">The package that it uses.</param>
    /// <param name="name">Name of the folder and of the project.</param>
    /// <param name="properties">XML to add to the project's properties.</param>
    public static TestProject Create(PackedPackage package, string name, string properties)
    {
        var project = CreateEmpty(package, name);
        project.WriteProject($"<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>{properties}");
        project.Write("Program.cs", "class Program { static void Main() { } }");
        project.WriteSpec(PassingGate);
        project.WriteModel("tiny", seed: 1);
        return project;
    }

    /// <summary>A folder for a project of this name, which finds the package.</summary>
    public static TestProject CreateEmpty(PackedPackage package, string name)
    {
        var folder = Path.Combine(package.Root, Guid.NewGuid().ToString("N"), name);
        Directory.CreateDirectory(folder);
        var project = new TestProject(package, folder, name);
        project.Write("NuGet.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="test" value="{package.Feed}" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="restored for src/Tasks" value="{NuGetFolder}" />
              </fallbackPackageFolders>
            </configuration>
            """);
        // Whatever lies above the temporary folder must not leak in.
        foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            project.Write(file, "<Project />");
        return project;
    }

    public string In(string path) => Path.Combine(Folder, path);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(path))!);
        System.IO.File.WriteAllText(In(path), text);
    }

    public void WriteReference(TestProject other) => WriteProject(
        "<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>",
        $"""<ProjectReference Include="{other.File}" />""");

    /// <summary>A project that does not use the package itself.</summary>
    public void WriteProjectWithoutPackage(string properties, params TestProject[] references) => System.IO.File.WriteAllText(File, $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            {string.Concat(references.Select(reference => $"""<ProjectReference Include="{reference.File}" />"""))}
          </ItemGroup>
        </Project>
        """);

    public void WriteProject(string properties, string items = "", string sdk = "Microsoft.NET.Sdk") => System.IO.File.WriteAllText(File, $"""
        <Project Sdk="{sdk}">
          <PropertyGroup>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="CompressTasks" Version="{_package.Version}" />
            {items}
          </ItemGroup>
        </Project>
        """);

    /// <summary>The same project in another place, with all that was built.</summary>
    public TestProject MoveTo(string folder)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        Directory.Move(Folder, folder);
        return new TestProject(_package, folder, Path.GetFileNameWithoutExtension(File));
    }

    /// <param name="name">Of the file in <c>models</c>, without its extension.</param>
    /// <param name="seed">Decides the values.</param>
    /// <param name="weights">How many, one after the other: W, or W1, W2, … of several.</param>
    public void WriteModel(string name, int seed, int weights = 1) => TinyModel.Write(In($"models/{name}.onnx"), seed, weights: weights);

    /// <summary>A model of the same weight whose input is a gray picture.</summary>
    public void WritePictureModel(string name, int seed) => TinyModel.Write(In($"models/{name}.onnx"), seed, axes: [1, 1, 64]);

    /// <inheritdoc cref="TinyMedia.WritePicture"/>
    public void WritePicture(string path, int seed) => TinyMedia.WritePicture(In(path), seed);

    /// <inheritdoc cref="TinyMedia.WriteSound"/>
    public void WriteSound(string path, int seed) => TinyMedia.WriteSound(In(path), seed);

    /// <summary>One run's input for the models that <see cref="WriteModel"/> writes.</summary>
    public void WriteSample(string path, int seed) => TinyModel.WriteSample(In(path), seed);

    /// <inheritdoc cref="TinyModel.WriteArchive"/>
    public void WriteArchive(string path, int seed) => TinyModel.WriteArchive(In(path), seed);

    /// <summary>The threshold stands at line 10, column 7.</summary>
    public void WriteSpec(string gateR2, string file = "compress.yml") => Write(file, $$"""
        version: 1
        models:
          - path: models/*.onnx
        stacks:
          quantized: [ quantize: { r2: 0.95 } ]
        rules:
          - weights: "**"
            stack: quantized
        gate:
          r2: {{gateR2}}
        """);

    public Task<DotNetResult> BuildAsync(params string[] arguments) => RunAsync(["build", .. arguments]);

    public Task<DotNetResult> RunAsync(params string[] arguments) => RunAsync(_ => { }, _ => { }, arguments);

    /// <param name="started">Is given the process.</param>
    /// <param name="written">Is given each line of its output as it comes.</param>
    /// <param name="arguments">Of the <c>dotnet</c> command.</param>
    public Task<DotNetResult> RunAsync(Action<Process> started, Action<string> written, params string[] arguments) => DotNet.RunAsync(
        Folder,
        new Dictionary<string, string?> { ["NUGET_PACKAGES"] = Packages },
        started,
        written,
        [.. arguments, "--verbosity", "normal", "-nodeReuse:false", .. InParallel(arguments) ? Array.Empty<string>() : ["-maxCpuCount:1"],
            "-terminalLogger:off"]);

    /// <summary>The same in a terminal, with the logger that is usually the default there.</summary>
    public Task<DotNetResult> RunInTerminalAsync(params string[] arguments) => DotNet.RunInTerminalAsync(
        Folder,
        new Dictionary<string, string?> { ["NUGET_PACKAGES"] = Packages, ["TERM"] = "xterm-256color" },
        [.. arguments, "-terminalLogger:on", "-nodeReuse:false", "-maxCpuCount:1"]);

    private static bool InParallel(string[] arguments) => arguments.Any(argument => argument.StartsWith("-maxCpuCount", StringComparison.Ordinal));
}
