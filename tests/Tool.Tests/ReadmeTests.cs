using System.Text.RegularExpressions;
using CompressTasks.Corpus;
using CompressTasks.Runtime;
using CompressTasks.Spec;

namespace CompressTasks.Tool.Tests;

/// <summary>README.md cannot lie: every snippet in it is run, compiled or read, and one that nothing runs is an error.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private const string StudyPrefix = "dotnet run -c Release --project src/Tool -- ";

    /// <summary>What takes a checkout or a project of its own, and who runs it.</summary>
    private static readonly Dictionary<string, string> _elsewhere = new(StringComparer.Ordinal)
    {
        ["dotnet build eng/sample.proj"] = ".ci/run",
        ["dotnet test CompressTasks.sln"] = ".ci/run",
        ["dotnet pack CompressTasks.sln -c Release -o ../feed"] = "InstallTests and PackedPackage, project by project",
        ["dotnet nuget add source ../feed --name CompressTasks"] = "InstallTests, as NuGet.config",
        ["dotnet tool install --global CompressTasks.Tool"] = "InstallTests",
        ["dotnet new tool-manifest"] = "InstallTests",
        ["dotnet tool install CompressTasks.Tool"] = "InstallTests",
        ["dotnet add package CompressTasks"] = "the package tests of CompressTasks.Tasks.Tests, as PackageReference",
        ["dotnet build"] = "the package tests of CompressTasks.Tasks.Tests",
    };

    private static readonly List<(string Language, string Text)> _snippets =
        [.. Fence().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n")).Select(match => (match.Groups["language"].Value, match.Groups["text"].Value))];

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void EverySnippetIsOfAKindThatATestRuns()
    {
        _snippets.Count.ShouldBeGreaterThan(5);
        _snippets.Select(snippet => snippet.Language).Distinct().ShouldBe(["", "csharp", "yaml", "text"], ignoreOrder: true);
        var unknown = Commands().Where(line => !IsOfTool(line) && !_elsewhere.ContainsKey(line));
        unknown.ShouldBeEmpty();
        _elsewhere.Keys.Where(line => !Commands().Contains(line)).ShouldBeEmpty("these are no longer in the README");
    }

    [Fact]
    public async Task EveryCommandOfTheToolRuns()
    {
        foreach (var (_, text) in _snippets.Where(snippet => snippet.Language.Length == 0))
        {
            using var work = new Workspace();
            work.WriteModel("model.onnx", ("a.weight", 40, 50), ("b.weight", 64, 64));
            foreach (var line in Lines(text).Where(IsOfTool))
            {
                // A command of the checkout runs in the checkout.
                var (folder, arguments) = line.StartsWith(StudyPrefix, StringComparison.Ordinal) ? (Repository.Root, line[StudyPrefix.Length..]) : (work.Folder, line["dotnet compress ".Length..]);
                (await ToolProcess.Run(folder, [.. arguments.Split(' ').Select(argument => argument.Trim('"'))])).ShouldEndWith(0);
            }
        }
    }

    [Fact]
    public async Task EverySpecIsReadAndItsRulesMatchItsModel()
    {
        foreach (var (_, yaml) in _snippets.Where(snippet => snippet.Language == "yaml"))
        {
            foreach (var model in CompressionSpec.Parse(yaml, "compress.yml").Models)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_work[model.Pattern])!);
                File.Copy(TinyGpt.Model, _work[model.Pattern], overwrite: true);
            }

            (await ToolRun.InProcess("plan", _work.Write("compress.yml", yaml))).ShouldEndWith(0);
        }
    }

    [Fact]
    public async Task EveryProgramCompiles()
    {
        foreach (var (_, program) in _snippets.Where(snippet => snippet.Language == "csharp"))
        {
            _work.Write("Program.cs", program);
            _work.Write("Directory.Build.props", "<Project />");
            _work.Write("Snippet.csproj", $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <OutputType>Exe</OutputType>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <Nullable>enable</Nullable>
                    <UseAppHost>false</UseAppHost>
                  </PropertyGroup>
                  <ItemGroup>
                    <Reference Include="{typeof(CompressedModel).Assembly.Location}" />
                    <Reference Include="{Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.OnnxRuntime.dll")}" />
                  </ItemGroup>
                </Project>
                """);
            (await new DotNetSdk(Directory.CreateDirectory(_work["home"]).FullName).Run(_work.Folder, "build", "-nodeReuse:false")).ShouldEndWith(0);
        }
    }

    private static IEnumerable<string> Commands() => _snippets.Where(snippet => snippet.Language.Length == 0).SelectMany(snippet => Lines(snippet.Text));

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(line => line.Split(" #")[0].Trim()).Where(line => line.Length > 0);

    private static bool IsOfTool(string line) => line.StartsWith("dotnet compress ", StringComparison.Ordinal) || line.StartsWith(StudyPrefix, StringComparison.Ordinal);

    [GeneratedRegex(@"^```(?<language>[a-z]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
