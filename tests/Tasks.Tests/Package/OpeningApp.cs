using System.Globalization;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>An app whose one package is CompressTasks.Runtime. It opens artifacts in every way that there is.</summary>
internal sealed class OpeningApp
{
    private const string Program = """
        using System.Globalization;
        using CompressTasks.Runtime;
        using Microsoft.ML.OnnxRuntime;

        var (stacks, calibrated, original, external) = (args[0], args[1], args[2], args[3]);
        using (var model = CompressedModel.Open(stacks))
            model.Restore("restored.onnx");
        using (var model = CompressedModel.Open(calibrated))
        {
            using (var session = model.CreateSession())
                Print("calibrated", session, 24);
            using (var session = new InferenceSession(await model.MaterializeAsync(new ModelCache("cache"))))
                Print("cached", session, 24);
        }

        using (var session = new InferenceSession(original))
            Print("original", session, 24);
        using (var model = CompressedModel.Open(external))
        using (var session = await model.CreateSessionAsync())
            Print("external", session, 64);
        try
        {
            using var model = CompressedModel.Open(args[4]);
        }
        catch (CompressTasks.Diagnostics.CompressException error)
        {
            Console.WriteLine($"refused: {error.Diagnostics[0].Code}");
        }

        static void Print(string name, InferenceSession session, int length)
        {
            var values = Enumerable.Range(0, length).Select(i => (float)(i % 5) - 2).ToArray();
            using var input = OrtValue.CreateTensorValueFromMemory(values, [1, length]);
            using var options = new RunOptions();
            using var outputs = session.Run(options, new Dictionary<string, OrtValue> { ["x"] = input }, ["y"]);
            var numbers = outputs[0].GetTensorDataAsSpan<float>().ToArray().Select(value => value.ToString("R", CultureInfo.InvariantCulture));
            Console.WriteLine($"{name}: {string.Join(' ', numbers)}");
        }
        """;

    private static readonly string _golden = Path.Combine(PackedPackage.RepositoryRoot(), "tests", "Core.Tests", "Artifacts");

    private readonly RuntimeFeed _feed;

    public OpeningApp(RuntimeFeed feed)
    {
        _feed = feed;
        Project = TestProject.CreateEmpty(feed.Package, "App");
        Project.Write("App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <ImplicitUsings>enable</ImplicitUsings>
                <TrimmerSingleWarn>false</TrimmerSingleWarn>
                <ILLinkTreatWarningsAsErrors>true</ILLinkTreatWarningsAsErrors>
                <IlcTreatWarningsAsErrors>true</IlcTreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="CompressTasks.Runtime" Version="{feed.Package.Version}" />
              </ItemGroup>
            </Project>
            """);
        Project.Write("Program.cs", Program);
    }

    public TestProject Project { get; }

    /// <summary>Publishes the app for this machine.</summary>
    /// <returns>The program.</returns>
    public async Task<string> PublishAsync(params string[] options)
    {
        var publish = await Project.RunAsync(["publish", "--use-current-runtime", "--output", Project.In("out"), .. options]);
        publish.ShouldSucceed().Output.ShouldNotContain("warning IL");
        return Project.In(OperatingSystem.IsWindows() ? "out/App.exe" : "out/App");
    }

    /// <summary>Methods of the package that the last run has compiled itself.</summary>
    public IEnumerable<string> CompiledAtStart => File.ReadLines(Project.In("compiled.txt"))
        .Where(line => line.Contains("JIT compiled CompressTasks.", StringComparison.Ordinal) && !line.Contains("[Tier1", StringComparison.Ordinal));

    /// <summary>Runs it on the golden artifacts, whose models of their day lie beside them, and on one with external data.</summary>
    public async Task ShouldOpenArtifactsAsync(string program)
    {
        var work = Directory.CreateDirectory(Project.In("work")).FullName;
        // Nothing is written there: external data is given to ONNX Runtime in memory.
        var environment = new Dictionary<string, string?>
        {
            ["TMPDIR"] = Project.In("nowhere"),
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_JitStdOutFile"] = Project.In("compiled.txt"),
            ["DOTNET_JitDisasmSummary"] = "1",
        };
        var run = await DotNet.RunProgramAsync(program, work, environment, In("golden-v1.onnxz"), In("golden-calibrated-v1.onnxz"),
            In("golden-calibrated-v1.onnx"), _feed.ExternalData, Project.File);

        var lines = run.ShouldSucceed().Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(": ", 2)).ToDictionary(line => line[0], line => line[1]);
        (await File.ReadAllBytesAsync(Path.Combine(work, "restored.onnx"))).ShouldBe(await File.ReadAllBytesAsync(In("golden-v1.onnx")));
        lines["original"].Split(' ').Distinct().Count().ShouldBe(32, "every output is another sum");
        lines["calibrated"].ShouldBe(lines["original"]);
        lines["cached"].ShouldBe(lines["original"]);
        lines["external"].ShouldBe(string.Join(' ', Enumerable.Range(0, 64).Select(Product)));
        lines["refused"].ShouldBe("CT3005");
    }

    /// <summary>An output of the model with external data, of the app's input.</summary>
    private static string Product(int column) =>
        Enumerable.Range(0, 64).Sum(row => ((row % 5) - 2) * TinyModel.DataAt(row, column)).ToString("R", CultureInfo.InvariantCulture);

    private static string In(string file) => Path.Combine(_golden, file);
}
