using System.Text.RegularExpressions;
using CompressTasks.Corpus;
using CompressTasks.Spec;
using YamlDotNet.Serialization;

namespace CompressTasks.Tool.Tests;

/// <summary>README.md cannot lie: every snippet in it is run or read, here or in <see cref="QuickStartTests"/>, and one that nothing runs is an error.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private const string StudyPrefix = "dotnet run -c Release --project src/Tool -- ";

    /// <summary>What takes a checkout or a project of its own, and who runs it.</summary>
    private static readonly Dictionary<string, string> _elsewhere = new(StringComparer.Ordinal)
    {
        ["dotnet build eng/sample.proj"] = ".ci/run",
        ["dotnet test CompressTasks.sln"] = ".ci/run",
        ["dotnet new tool-manifest"] = "InstallTests",
        ["dotnet tool install CompressTasks.Tool"] = "InstallTests",
        ["dotnet build -c Release"] = "the package tests of CompressTasks.Tasks.Tests",
    };

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void EverySnippetIsOfAKindThatATestRuns()
    {
        Readme.Languages.ShouldBe(["", "sh", "csharp", "yaml", "yml", "text"], ignoreOrder: true);
        var unknown = Commands().Where(line => !IsOfTool(line) && !_elsewhere.ContainsKey(line));
        unknown.ShouldBeEmpty();
        _elsewhere.Keys.Where(line => !Commands().Contains(line)).ShouldBeEmpty("these are no longer in the README");
    }

    [Fact]
    public async Task EveryCommandOfTheToolRuns()
    {
        foreach (var text in Readme.Snippets(""))
        {
            using var work = new Workspace();
            work.WriteModel("model.onnx", ("a.weight", 40, 50), ("b.weight", 64, 64));
            foreach (var line in Readme.Commands(text).Where(IsOfTool))
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
        foreach (var yaml in Readme.Snippets("yaml"))
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
    public void TheWorkflowIsOne()
    {
        var workflow = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(Readme.Snippets("yml").ShouldHaveSingleItem());
        var jobs = workflow["jobs"].ShouldBeOfType<Dictionary<object, object>>();
        var steps = ((Dictionary<object, object>)jobs.Values.ShouldHaveSingleItem())["steps"].ShouldBeOfType<List<object>>().Cast<Dictionary<object, object>>();
        steps.ShouldAllBe(step => step.ContainsKey("uses") != step.ContainsKey("run"));
    }

    private static IEnumerable<string> Commands() => Readme.Snippets("").SelectMany(Readme.Commands).Concat(WorkflowCommands());

    private static IEnumerable<string> WorkflowCommands() => Readme.Snippets("yml").SelectMany(workflow => RunStep().Matches(workflow).Select(match => match.Groups["command"].Value));

    private static bool IsOfTool(string line) => line.StartsWith("dotnet compress ", StringComparison.Ordinal) || line.StartsWith(StudyPrefix, StringComparison.Ordinal);

    [GeneratedRegex(@"^ *- run: (?<command>.*)$", RegexOptions.Multiline)]
    private static partial Regex RunStep();
}
