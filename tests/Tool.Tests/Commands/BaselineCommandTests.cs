namespace CompressTasks.Tool.Tests.Commands;

/// <summary>What has changed: against a baseline in the reports, against the last run on the console only.</summary>
public sealed class BaselineCommandTests : IDisposable
{
    private const string Against = "## Change against the baseline";

    private readonly Workspace _work = new();

    public BaselineCommandTests()
    {
        foreach (var name in new[] { "a", "b" })
            File.SetLastWriteTimeUtc(_work.WriteModel($"{name}.onnx", ("w", 40, 50)), DateTime.UtcNow.AddMinutes(-1));
    }

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task TheLastRunIsOnTheConsoleAndInNoFile()
    {
        (await Run(0.95)).Output.ShouldNotContain("the last run");
        var bytes = new FileInfo(_work["out/a.onnxz"]).Length;
        var files = Files();

        var grown = (await Run(0.999, arguments: ["-v", "m"])).Output;
        grown.ShouldContain($"gate passed; {new FileInfo(_work["out/a.onnxz"]).Length - bytes} B larger than the last run, pooled R² 0.95");
        (await Run(0.95)).Output.ShouldContain("a.onnx: ");
        Files().ShouldBe(files, "the same bytes, whatever was there before");

        (await Run(0.95)).Output.ShouldNotContain("the last run", customMessage: "nothing has changed");
        (await Run(0.999, arguments: ["--json"])).Output.ShouldNotContain("the last run");
        (await Run(0.95, arguments: ["-v", "q"])).Output.ShouldBeEmpty();
    }

    /// <summary>A run with a receipt removes reports before it begins.</summary>
    [Fact]
    public async Task ABuildKnowsItsLastRunToo()
    {
        string[] build = ["-v", "m", "--receipt", _work["out/compress.receipt"]];
        await Run(0.999, arguments: build);
        (await Run(0.95, arguments: build)).Output.ShouldContain("smaller than the last run, pooled R² 0.999");
        (await Run(0.95, arguments: build)).Output.ShouldNotContain("the last run");
    }

    [Fact]
    public async Task AnotherModelIsSaidToBeOne()
    {
        await Run(0.95);
        _work.WriteModel("a.onnx", ("w", 60, 50));
        (await Run(0.95)).Output.ShouldContain("larger than the last run (of another model)");
    }

    [Fact]
    public async Task WhatIsNoReportOfThisVersionIsNoLastRun()
    {
        _work.Write("out/a.report.json", "{ \"schemaVersion\": 99 }");
        (await Run(0.95)).Output.ShouldNotContain("the last run");
    }

    [Theory]
    [InlineData("report.json", "pooled R² | 0.99")]
    [InlineData("onnxz", "pooled R² | unknown")]
    public async Task AReportOrAnArtifactIsABaseline(string extension, string row)
    {
        await Run(0.99);
        _work.Write("base/readme.txt", "");
        File.Copy(_work[$"out/a.{extension}"], _work[$"base/a.{extension}"]);
        await Run(0.95);
        var (json, sarif) = (File.ReadAllText(_work["out/a.report.json"]), File.ReadAllText(_work["out/a.report.sarif"]));

        var run = await Run(0.95, arguments: ["--baseline", _work[$"base/a.{extension}"]]);
        run.Output.ShouldContain($"smaller than base/a.{extension}");
        run.Output.ShouldNotContain("the last run");
        File.ReadAllText(_work["out/a.report.md"]).ShouldContain($"{Against}\n\nCompared with `base/a.{extension}`, ");
        File.ReadAllText(_work["out/a.report.md"]).ShouldContain(row);
        File.ReadAllText(_work["out/a.report.html"]).ShouldContain("<h2 id=\"change-heading\">Change against the baseline</h2>");
        File.ReadAllText(_work["out/a.report.sarif"]).ShouldBe(sarif);
        Figures(File.ReadAllText(_work["out/a.report.json"])).ShouldBe(Figures(json), "the next baseline is the same with or without one");

        // The value that the command line gave is in the spec as used.
        static string Figures(string report) => report[..report.IndexOf("\"spec\": {", StringComparison.Ordinal)];
    }

    [Fact]
    public async Task ASpecNamesAFolderThatHasEachModelByItsName()
    {
        await Run(0.99, models: "a.onnx, b.onnx");
        Directory.CreateDirectory(_work["base"]);
        File.Copy(_work["out/a.report.json"], _work["base/a.report.json"]);

        await Run(0.95, models: "a.onnx, b.onnx", more: "baseline: base\n");
        File.ReadAllText(_work["out/a.report.md"]).ShouldContain("Compared with `base/a.report.json`, ");
        File.ReadAllText(_work["out/b.report.md"]).ShouldContain("The baseline `base` has neither a report nor an artifact of this model");
    }

    /// <summary>A build keeps the folders of models, the command line does not.</summary>
    [Fact]
    public async Task ABuildFindsAReportOfTheCommandLineUnlessTwoModelsHaveItsName()
    {
        _work.WriteModel("x/m.onnx", ("w", 40, 50));
        _work.WriteModel("y/m.onnx", ("w", 40, 50));
        _work.WriteModel("y/n.onnx", ("w", 40, 50));
        await Run(0.99, models: "y/m.onnx, y/n.onnx");
        Directory.CreateDirectory(_work["base"]);
        File.Move(_work["out/m.report.json"], _work["base/m.report.json"]);
        File.Move(_work["out/n.report.json"], _work["base/n.report.json"]);

        await Run(0.95, models: "x/m.onnx, y/m.onnx, y/n.onnx", more: "baseline: base\n", arguments: ["--model-root", _work.Folder]);
        File.ReadAllText(_work["out/y/n.report.md"]).ShouldContain("Compared with `base/n.report.json`, ");
        File.ReadAllText(_work["out/x/m.report.md"]).ShouldContain("has neither a report nor an artifact of this model");
        File.ReadAllText(_work["out/y/m.report.md"]).ShouldContain("has neither a report nor an artifact of this model");
    }

    [Fact]
    public async Task SeveralInputsAreFoundByTheirFolders()
    {
        _work.WriteModel("x/m.onnx", ("w", 40, 50));
        _work.WriteModel("y/m.onnx", ("w", 40, 50));
        string[] both = ["x/m.onnx", "y/m.onnx", "--no-probe"];
        (await ToolProcess.Run(_work.Folder, both)).ShouldEndWith(0);
        Directory.CreateDirectory(_work["base/y"]);
        File.Move(_work["y/m.report.json"], _work["base/y/m.report.json"]);

        (await ToolProcess.Run(_work.Folder, [.. both, "--baseline", "base"])).ShouldEndWith(0);
        File.ReadAllText(_work["x/m.report.md"]).ShouldContain("has neither a report nor an artifact of this model");
        File.ReadAllText(_work["y/m.report.md"]).ShouldContain("base/y/m.report.json`, made by ");
    }

    [Fact]
    public async Task ABuildDependsOnItsBaseline()
    {
        await Run(0.95);
        Directory.CreateDirectory(_work["base"]);
        File.Move(_work["out/a.report.json"], _work["base/a.report.json"]);
        File.SetLastWriteTimeUtc(_work["base/a.report.json"], DateTime.UtcNow.AddMinutes(-1));
        await Run(0.95, more: "baseline: base\n", arguments: ["--receipt", _work["out/compress.receipt"]]);
        var receipt = File.ReadAllText(_work["out/compress.receipt"]);
        receipt.ShouldContain(" base/a.report.json\n");
        receipt.ShouldContain(" base/**\n");
    }

    [Fact]
    public async Task WhatCannotBeComparedIsSaidBeforeAnythingIsMade()
    {
        (await Run(0.95, more: "baseline: gone\n", exitCode: 1)).Error
            .ShouldBe($"{_work["compress.yml"]}(5,11): error CT5022: There is no baseline \"gone\". Give the path of a report (NAME.report.json) or of an artifact "
                + $"(NAME.onnxz) of an earlier run, or of a folder of them.{Environment.NewLine}");
        _work.Write("base/a.report.json", "[]");
        (await Run(0.95, more: "baseline: base/a.report.json\n", exitCode: 1)).Error.ShouldContain("a.report.json: error CT5008: ");
        (await Run(0.95, models: "a.onnx, b.onnx", more: "baseline: base/a.report.json\n", exitCode: 1)).Error
            .ShouldContain("(5,11): error CT5023: The baseline \"base/a.report.json\" is of one model, and 2 are compressed. ");
        _work.Entries.ShouldNotContain(entry => entry.EndsWith(".onnxz", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ARunDoesNotOverwriteItsBaseline()
    {
        await Run(0.95);
        var before = File.ReadAllText(_work["out/a.report.json"]);
        (await Run(0.99, more: "baseline: out\n", exitCode: 1)).Error
            .ShouldContain("error CT1033: \"out/a.report.json\" would overwrite \"out/a.report.json\", which the run reads");
        File.ReadAllText(_work["out/a.report.json"]).ShouldBe(before);
    }

    private string[] Files() => [.. new[] { "json", "md", "html", "sarif" }.Select(format => File.ReadAllText(_work[$"out/a.report.{format}"]))];

    private async Task<ToolRun> Run(double r2, string models = "a.onnx", string more = "", string[]? arguments = null, int exitCode = 0)
    {
        var spec = FormattableString.Invariant(
            $"models: [ {models} ]\nrules: [ {{ weights: '**', stack: [ quantize: {{ r2: {r2} }} ] }} ]\noutput: out\nreport: [ json, markdown, html, sarif ]\n{more}gate: {{ r2: 0.5 }}\n");
        return (await ToolRun.InProcess([_work.Write("compress.yml", spec), "--no-probe", .. arguments ?? []])).ShouldEndWith(exitCode);
    }
}
