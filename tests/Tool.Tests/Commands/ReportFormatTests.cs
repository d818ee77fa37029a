using System.Text.Json;
using System.Xml.Linq;
using CompressTasks.Tool.Output;
using CompressTasks.Tool.Output.Ci;

namespace CompressTasks.Tool.Tests.Commands;

/// <summary>Every format through the real tool, with a gate that fails: the same words everywhere.</summary>
public sealed class ReportFormatTests : IDisposable
{
    private const string Spec =
        """
        models: [ m.onnx ]
        rules: [ { weights: "**", stack: [ quantize: { r2: 0.9 } ] } ]
        gate: { weightR2: 0.99 }
        report: [ json, markdown, html, sarif, junit ]
        """;

    private readonly Workspace _work = new();

    public ReportFormatTests() => _work.WriteModel("m.onnx", ("<a>.weight", 40, 50), ("b.weight", 30, 60));

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task TheFailureReadsTheSameInTheTerminalAndInEveryReport()
    {
        var run = (await ToolRun.InProcess(_work.Write("compress.yml", Spec))).ShouldEndWith(2);
        var line = run.Error.TrimEnd().Split('\n')[^1].TrimEnd();
        var start = $"{_work["compress.yml"]}(3,19): error CT4002: ";
        line.ShouldStartWith($"{start}m.onnx: 2 of 2 weights are below the R² of 0.99 that the gate asks of each. Worst: ");
        var message = line[start.Length..];

        using var json = JsonDocument.Parse(Read("json"));
        json.RootElement.GetProperty("diagnostics")[0].GetProperty("message").GetString().ShouldBe(message);
        json.RootElement.GetProperty("spec").GetProperty("text").GetString().ShouldBe(Spec);
        json.RootElement.GetProperty("spec").GetProperty("path").GetString().ShouldBe("compress.yml");

        Read("md")
            .ShouldContain(
                $"- **error CT4002** `compress.yml(3,19)`: {message.Replace("<", "\\<", StringComparison.Ordinal).Replace(">", "\\>", StringComparison.Ordinal)}");

        var html = XDocument.Parse(Read("html"));
        html.Descendants("li").First(item => item.Attribute("class")?.Value == "error").Value.ShouldContain(message);
        html.Descendants("mark").Single().Value.Trim().ShouldBe("gate: { weightR2: 0.99 }");

        using var sarif = JsonDocument.Parse(Read("sarif"));
        sarif.RootElement.GetProperty("runs")[0].GetProperty("results")[0].GetProperty("message").GetProperty("text").GetString().ShouldBe(message);

        var junit = XDocument.Parse(Read("junit.xml"));
        junit.Descendants("failure").First().Attribute("message")!.Value.ShouldBe(message);
        junit.Descendants("testcase").Count().ShouldBe(3, "the threshold, and each of two weights");
    }

    [Fact]
    public async Task AValueFromTheCommandLineIsNamedInTheReport()
    {
        (await ToolRun.InProcess(_work.Write("compress.yml", Spec), "--r2", "0.5")).ShouldEndWith(2);
        Read("md").ShouldContain("- `gate.r2` was `0.5`, from `--r2`");
    }

    [Fact]
    public async Task WithoutASpecTheReportHasOneThatSaysTheSame()
    {
        (await ToolRun.InProcess(_work["m.onnx"], "--r2", "0.95")).ShouldEndWith(0);
        using var json = JsonDocument.Parse(File.ReadAllText(_work["m.report.json"]));
        json.RootElement.GetProperty("spec").GetProperty("path").ValueKind.ShouldBe(JsonValueKind.Null);
        _work.Write("same.yml", json.RootElement.GetProperty("spec").GetProperty("text").GetString()!);
        var before = File.ReadAllBytes(_work["m.onnxz"]);
        (await ToolRun.InProcess(_work["same.yml"])).ShouldEndWith(0);
        File.ReadAllBytes(_work["m.onnxz"]).ShouldBe(before);
    }

    [Fact]
    public async Task GitHubGetsAnnotationsAndASummary()
    {
        var run = await RunInGitHub(_work.Write("compress.yml", Spec));
        var lines = run.ShouldEndWith(2).Error.TrimEnd().Split('\n');
        lines[^2].ShouldStartWith($"{_work["compress.yml"]}(3,19): error CT4002: ");
        lines[^1].ShouldStartWith("::error file=compress.yml,line=3,col=19,title=CT4002::m.onnx: 2 of 2 weights");
        File.ReadAllText(_work["summary.md"]).ShouldBe(Read("md") + "\n");
    }

    [Fact]
    public async Task MistakesOfASpecAreAnnotatedToo()
    {
        var run = await RunInGitHub(_work.Write("compress.yml", "modles: [ m.onnx ]\n"));
        run.ShouldEndWith(1).Error.ShouldContain("::error file=compress.yml,line=1,col=1,title=CT1013::");
        File.Exists(_work["summary.md"]).ShouldBeFalse();
    }

    [Fact]
    public async Task ABuildReportsTheDiagnosticsItself()
    {
        var run = await RunInGitHub(_work.Write("compress.yml", Spec), "--receipt", _work["receipt"]);
        run.ShouldEndWith(2).Error.ShouldNotContain("::error");
        run.Error.ShouldContain("error CT4002:");
        File.ReadAllText(_work["summary.md"]).ShouldStartWith("# ❌");
    }

    [Fact]
    public async Task ASummaryThatCannotBeWrittenIsAWarning()
    {
        Directory.CreateDirectory(_work["summary.md"]);
        var run = await RunInGitHub(_work.Write("compress.yml", Spec.Replace("0.99", "0.5", StringComparison.Ordinal)));
        run.ShouldEndWith(0).Error.ShouldContain("warning CT5052:");
    }

    private string Read(string extension) => File.ReadAllText(_work[$"artifacts/m.report.{extension}"]);

    private async Task<ToolRun> RunInGitHub(params string[] args)
    {
        var service = CiService.Detect(name => name switch
        {
            "GITHUB_ACTIONS" => "true",
            "GITHUB_WORKSPACE" => _work.Folder,
            "GITHUB_STEP_SUMMARY" => _work["summary.md"],
            _ => null,
        });
        using StringWriter output = new(), error = new();
        var exitCode = await Tool.Commands.CommandLine.RunAsync(args,
            new ToolConsole(output, error, outputIsTerminal: false, errorIsTerminal: false, service));
        return new(exitCode, output.ToString(), error.ToString());
    }
}
