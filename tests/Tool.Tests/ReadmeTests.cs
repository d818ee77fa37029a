using CompressTasks.Corpus;
using CompressTasks.Spec;

namespace CompressTasks.Tool.Tests;

/// <summary>
/// README.md cannot lie: every snippet in it is run or read, here or in <see cref="WalkthroughTests"/>, and one that nothing runs is an error.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class ReadmeTests : IDisposable
{
    private const string StudyPrefix = "dotnet run -c Release --project src/Tool -- ";

    /// <summary>A search for the smallest artifact, on a machine that has other work as well.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(10);

    /// <summary>What takes a checkout or a project of its own, and who runs it.</summary>
    private static readonly Dictionary<string, string> _elsewhere = new(StringComparer.Ordinal)
    {
        ["dotnet build eng/sample.proj"] = ".ci/run",
        ["dotnet test CompressTasks.sln"] = ".ci/run",
    };

    private static readonly MarkdownPage _readme = new("README.md");

    /// <summary>Other pages whose commands run as those of README.md do.</summary>
    private static readonly MarkdownPage[] _others = [new("docs/papers.md"), new("docs/tool.md")];

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void EverySnippetIsOfAKindThatATestRuns()
    {
        _readme.Languages.ShouldBe(["", "sh", "csharp", "yaml", "text"], ignoreOrder: true);
        var unknown = _readme.Commands().Where(line => !IsOfTool(line) && !_elsewhere.ContainsKey(line));
        unknown.ShouldBeEmpty();
        _elsewhere.Keys.Where(line => !_readme.Commands().Contains(line)).ShouldBeEmpty("these are no longer in the README");
    }

    [Fact]
    public async Task EveryCommandOfTheToolRuns()
    {
        foreach (var text in _others.Prepend(_readme).SelectMany(page => page.Snippets("")))
        {
            using var work = new Workspace();
            work.WriteModel("model.onnx", ("a.weight", 40, 50), ("b.weight", 64, 64));
            foreach (var line in MarkdownPage.Commands(text).Where(IsOfTool))
            {
                // A command of the checkout runs in the checkout.
                var (folder, arguments) = line.StartsWith(StudyPrefix, StringComparison.Ordinal) ? (Repository.Root, line[StudyPrefix.Length..])
                    : (work.Folder, line["dotnet compress".Length..].TrimStart());
                using var process = ToolProcess.Start(folder, [.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(argument => argument.Trim('"'))]);
                (await ToolProcess.Finish(process, _longest)).ShouldEndWith(0);
            }
        }
    }

    [Fact]
    public async Task EverySpecIsReadAndItsRulesMatchItsModel()
    {
        foreach (var yaml in _readme.Snippets("yaml"))
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
    public async Task TheLinesThatRunsPrintAreThoseOfToday()
    {
        var lines = _readme.Snippets("text").Select(text => text.Trim()).ToList();
        File.Copy(TinyGpt.Model, _work["model.onnx"]);
        File.Copy(TinyGpt.Model, _work["tiny-gpt.onnx"]);
        (await ToolProcess.Run(_work.Folder, "init", "model.onnx")).ShouldEndWith(0);
        var passed = (await ToolProcess.Run(_work.Folder, "compress.yml", "--verbosity", "minimal")).ShouldEndWith(0);

        // The spec of the sample, whose gate asks for more of every weight than its stacks give.
        var sample = File.ReadAllText(Path.Combine(Repository.Root, "samples", "TinyGpt", "compress.yml"));
        sample.ShouldContain("weightR2: 0.98 ");
        File.Copy(TinyGpt.Validation, _work["validation.npz"]);
        _work.Write("compress.yml", sample.Replace("weightR2: 0.98 ", "weightR2: 0.995 ", StringComparison.Ordinal));
        var failed = (await ToolProcess.Run(_work.Folder, "compress.yml", "--verbosity", "minimal")).ShouldEndWith(2);

        lines.Count.ShouldBe(2);
        var printed = (passed.Output + passed.Error + failed.Output + failed.Error).Replace('\\', '/');
        lines.ShouldAllBe(line => MarkdownPage.IsPrinted(line, printed));
    }

    /// <summary>The table in README.md repeats rows of docs/outputs.md, which a command writes.</summary>
    [Fact]
    public void TheFiguresOfOutputsAreThoseOfTheirPage()
    {
        var here = Table("README.md", "| PP-OCRv4 rec, 10,822,323 bytes |").Skip(2).ToList();
        var there = Table("docs/outputs.md", "## PP-OCRv4 rec");
        var (way, bytes, r2) = (there[0].IndexOf("way"), there[0].IndexOf("artifact, bytes"), there[0].IndexOf("output R²"));

        // The first of the rows of a name is the one for output R² 0.99.
        here.Count.ShouldBe(3);
        foreach (var row in here)
            row.ShouldBe([.. new[] { way, bytes, r2 }.Select(column => there.First(cells => cells[way] == row[0])[column])]);
    }

    /// <summary>One screen: what it is, how it is used, what proves it. Everything else has a page.</summary>
    [Fact]
    public void ItIsShort() =>
        File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeLessThan(900);

    /// <summary>The cells of the first table of a page from a line on.</summary>
    private static List<List<string>> Table(string page, string from) =>
        [.. File.ReadLines(Path.Combine(Repository.Root, page))
            .SkipWhile(line => !line.StartsWith(from, StringComparison.Ordinal))
            .SkipWhile(line => !line.StartsWith('|'))
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToList())];

    private static bool IsOfTool(string line) =>
        line == "dotnet compress" || line.StartsWith("dotnet compress ", StringComparison.Ordinal) || line.StartsWith(StudyPrefix, StringComparison.Ordinal);
}
