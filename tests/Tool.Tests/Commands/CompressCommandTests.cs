using System.Text.Json;

namespace CompressTasks.Tool.Tests.Commands;

public sealed class CompressCommandTests : IDisposable
{
    private const string Spec =
        """
        models: [ m.onnx ]
        rules: [ { weights: "**", stack: [ quantize: { r2: 0.99 } ] } ]
        gate: { r2: 0.99 }
        """;

    private readonly Workspace _work = new();

    public CompressCommandTests() => _work.WriteModel("m.onnx", ("a.weight", 40, 50), ("b.weight", 30, 60), ("bias", 1, 30));

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("compress.yml")]
    [InlineData("compress.yaml")]
    [InlineData("spec.txt")]
    public async Task ASpecOfAnyExtensionIsRun(string name)
    {
        var run = (await ToolRun.InProcess(_work.Write(name, Spec))).ShouldEndWith(0);
        run.Output.ShouldContain("passed");
        run.Output.ShouldContain(_work["artifacts/m.onnxz"]);
        _work.Entries.ShouldBe(["artifacts/m.onnxz", "artifacts/m.report.html", "artifacts/m.report.json", "artifacts/m.report.md", name, "m.onnx"],
            ignoreOrder: true);
    }

    [Fact]
    public async Task AModelIsCompressedBesideItselfAtTheDefaultTarget()
    {
        var run = (await ToolRun.InProcess(_work["m.onnx"], "--json")).ShouldEndWith(0);
        using var json = JsonDocument.Parse(run.Output);
        json.RootElement.GetProperty("weights").EnumerateArray().Select(w => w.GetProperty("r2").GetDouble()).ShouldAllBe(r2 => r2 >= 0.999);
        json.RootElement.GetProperty("gate").GetProperty("checks")[0].GetProperty("threshold").GetDouble().ShouldBe(0.999);
        _work.Entries.ShouldBe(["m.onnx", "m.onnxz", "m.report.html", "m.report.json", "m.report.md"]);
    }

    [Fact]
    public async Task TheTargetOfAModelCanBeChosen()
    {
        var run = (await ToolRun.InProcess(_work["m.onnx"], "--r2", "0.9", "--json", "-o", _work["out"], "--threads", "1")).ShouldEndWith(0);
        using var json = JsonDocument.Parse(run.Output);
        json.RootElement.GetProperty("weights").EnumerateArray().Select(w => w.GetProperty("r2").GetDouble())
            .ShouldAllBe(r2 => r2 >= 0.9 && r2 < 0.99);
        _work.Entries.ShouldBe(["m.onnx", "out/m.onnxz", "out/m.report.html", "out/m.report.json", "out/m.report.md"]);
    }

    [Fact]
    public async Task AFailedGateWritesEverythingAndEndsWithTwo()
    {
        var run = (await ToolRun.InProcess(_work.Write("compress.yml", Spec), "--r2", "0.9999")).ShouldEndWith(2);
        run.Output.ShouldContain("failed");
        var line = run.Error.TrimEnd().Split('\n')[^1];
        line.ShouldStartWith($"{_work["compress.yml"]}(3,13): error CT4001: m.onnx: pooled R² is 0.99");
        line.ShouldContain("a.weight");
        _work.Entries.ShouldContain("artifacts/m.onnxz");
        File.ReadAllText(_work["artifacts/m.report.md"]).ShouldStartWith("# ❌");
    }

    /// <summary>Not of the temporary name that it has until it is whole.</summary>
    [Fact]
    public async Task WhatCannotBeWrittenIsNamed()
    {
        _work.Write("out", "a file");
        var run = (await ToolRun.InProcess(_work["m.onnx"], "--output", _work["out"])).ShouldEndWith(1);
        run.Error.ShouldContain($"{_work["out/m.onnxz"]}: error CT3013: ");
        run.Error.ShouldNotContain(".tmp");
    }

    [Fact]
    public async Task AReportThatCannotBeWrittenIsNoArtifact()
    {
        Directory.CreateDirectory(_work["m.report.json"]);
        var run = (await ToolRun.InProcess(_work["m.onnx"])).ShouldEndWith(1);
        run.Error.ShouldContain($"{_work["m.report.json"]}: error CT30");
        run.Error.ShouldNotContain("CT3013");
    }

    [Fact]
    public async Task AWarningGateEndsWithZero()
    {
        var run = (
            await ToolRun.InProcess(
                _work.Write("compress.yml",
                    Spec.Replace("gate: { r2: 0.99 }", "gate: { r2: 0.9999, onFailure: warning }", StringComparison.Ordinal)))).ShouldEndWith(0);
        run.Error.ShouldContain("warning CT4001:");
    }

    [Fact]
    public async Task SeveralModelsAreAnArrayInJson()
    {
        _work.WriteModel("n.onnx", ("c.weight", 40, 50));
        var run = (await ToolRun.InProcess(_work.Write("compress.yml", Spec.Replace("m.onnx", "'*.onnx'", StringComparison.Ordinal)), "--json"))
            .ShouldEndWith(0);
        using var json = JsonDocument.Parse(run.Output);
        json.RootElement.EnumerateArray().Select(report => report.GetProperty("model").GetProperty("path").GetString())
            .ShouldBe(["m.onnx", "n.onnx"]);
    }

    [Fact]
    public async Task ProgressGoesToStandardErrorOnly()
    {
        var run = (await ToolRun.InProcess(_work.Write("compress.yml", Spec), "--json")).ShouldEndWith(0);
        JsonDocument.Parse(run.Output).Dispose();
        run.Error.Split('\n').ShouldContain("m.onnx: compressing, 0 of 2 chunks, 0.0 of 0.0 MB");
        run.Error.ShouldContain("m.onnx: verifying");
    }

    [Fact]
    public async Task VerbosityDecidesHowMuchIsSaid()
    {
        var spec = _work.Write("compress.yml", Spec);
        var quiet = (await ToolRun.InProcess(spec, "-v", "quiet")).ShouldEndWith(0);
        (quiet.Output, quiet.Error).ShouldBe(("", ""));
        var minimal = (await ToolRun.InProcess(spec, "-v", "Minimal")).ShouldEndWith(0);
        minimal.Error.ShouldBe("");
        minimal.Output.ShouldNotContain("a.weight");
        (await ToolRun.InProcess(spec, "-v", "detailed")).ShouldEndWith(0).Output.ShouldContain("weight, worst first");
        var letter = (await ToolRun.InProcess(spec, "-v", "q")).ShouldEndWith(0);
        (letter.Output, letter.Error).ShouldBe(("", ""));
        (await ToolRun.InProcess(spec, "-v", "M")).ShouldEndWith(0).Output.ShouldBe(minimal.Output);
        (await ToolRun.InProcess(spec, "-v", "quiet", "--r2", "0.9999")).ShouldEndWith(2).Error.ShouldContain("CT4001");
    }

    [Fact]
    public async Task TheWorstWeightsAreShownFirst()
    {
        _work.WriteModel("m.onnx", ("a", 40, 50), ("b", 40, 50), ("c", 40, 50), ("d", 40, 50));
        var run = await ToolRun.InProcess(_work.Write("compress.yml", """
            models: [ m.onnx ]
            rules:
              - { weights: c, stack: [ quantize: { r2: 0.5 } ] }
              - { weights: "**", stack: [ quantize: { r2: 0.99 } ] }
            """));
        run.Output.ShouldContain("worst 3 of 4 coded weights");
        run.Output.Split('\n').SkipWhile(line => !line.Contains("worst 3", StringComparison.Ordinal)).Skip(2).First().TrimStart()
            .ShouldStartWith("c ");
        run.Output.ShouldContain("not set");
    }

    /// <summary>Of the model: 2 weights are coded, and one is carried exactly, too small for a chunk of its own.</summary>
    [Fact]
    public async Task EveryCountOfWeightsSaysOfWhich()
    {
        var run = (await ToolRun.InProcess(_work.Write("compress.yml", Spec))).ShouldEndWith(0);
        run.Error.ShouldContain("0 of 2 chunks");
        run.Output.ShouldContain("2 of 3 weights are coded with a loss; 1 are carried exactly, 0 of them in chunks of their own");
        (await ToolRun.InProcess("inspect", _work["m.onnx"])).Output
            .ShouldContain("3 weights, 3 of floating-point type, 2 of these with 1024 values or more; ");
        (await ToolRun.InProcess("inspect", _work["artifacts/m.onnxz"])).Output
            .ShouldContain("2 chunks, 0 of them lossless; the model's other weights are in its structure, ");
    }

    [Fact]
    public async Task NamesThatLookLikeMarkupAreShownAsTheyAre()
    {
        _work.WriteModel("[red]m.onnx", ("layer[0]/[bold]w", 40, 50));
        var run = (await ToolRun.InProcess(_work["[red]m.onnx"], "-v", "detailed")).ShouldEndWith(0);
        run.Output.ShouldContain("[red]m.onnx");
        run.Output.ShouldContain("layer[0]/[bold]w");
    }

    [Theory]
    [InlineData("nothing.onnx", "There is no such file")]
    [InlineData("nothing.yml", "There is no such file")]
    [InlineData("nothing", "There is no such file")]
    public async Task AMissingInputIsSaidPlainly(string name, string message)
    {
        var run = (await ToolRun.InProcess(_work[name])).ShouldEndWith(1);
        run.Error.ShouldBe($"{_work[name]}: error CT5005: {message}. Give the path of a spec (.yml), or of a model (.onnx).{Environment.NewLine}");
        run.Output.ShouldBe("");
    }

    [Fact]
    public async Task AnArtifactIsNotCompressedAgain()
    {
        (await ToolRun.InProcess(_work["m.onnx"])).ShouldEndWith(0);
        (await ToolRun.InProcess(_work["m.onnxz"])).ShouldEndWith(1)
            .Error.ShouldStartWith($"{_work["m.onnxz"]}: error CT5005: This is an artifact, compressed already.");
    }

    [Fact]
    public async Task AFileThatIsNoModelIsRefused() =>
        (await ToolRun.InProcess(_work.Write("text.onnx", "not a model"))).ShouldEndWith(1)
            .Error.ShouldStartWith($"{_work["text.onnx"]}: error CT20");

    [Theory]
    [InlineData("passwd", "root:x:0:0:root:/root:/bin/bash\n")]
    [InlineData("secret.yml", "password: hunter2\n")]
    [InlineData("list.yml", "- hunter2\n")]
    [InlineData("broken.yml", "*hunter2\n")]
    [InlineData("compose.yml", "version: '3'\nservices: { web: { image: hunter2 } }\n")]
    public async Task OfAFileThatIsNoSpecNothingIsShown(string name, string text)
    {
        var run = (await ToolRun.InProcess(_work.Write(name, text))).ShouldEndWith(1);
        run.Error.ShouldStartWith($"{_work[name]}: error CT1005: this is no spec: ");
        foreach (var word in (string[])["root:", "hunter2", "services", "password"])
            run.Error.ShouldNotContain(word);
    }

    [Theory]
    [InlineData("modles: [ m.onnx ]\n", "did you mean \"models\"?")]
    [InlineData("{ \"rules\": [] }\n", "needs the key \"models\"")]
    [InlineData("# nothing yet\n", "the spec is empty")]
    public async Task AFaultySpecIsStillOne(string text, string message) =>
        (await ToolRun.InProcess(_work.Write("compress.yml", text))).ShouldEndWith(1).Error.ShouldContain(message);

    [Fact]
    public async Task EveryMistakeOfASpecIsReportedAtItsPlace()
    {
        var spec = _work.Write("compress.yml", "models: [ m.onnx ]\nruls: []\ngate:\n  wieghtR2: 1\n");
        var run = (await ToolRun.InProcess(spec)).ShouldEndWith(1);
        run.Error.Split('\n').Take(2).Select(line => line.Split(": unknown")[0])
            .ShouldBe([$"{spec}(2,1): error CT1013", $"{spec}(4,3): error CT1013"]);
        _work.Entries.ShouldBe(["compress.yml", "m.onnx"]);
    }

    [Fact]
    public async Task AnOutputThatCannotBeWrittenIsAnError()
    {
        _work.Write("taken", "a file where a folder is needed");
        (await ToolRun.InProcess(_work["m.onnx"], "-o", _work["taken"])).ShouldEndWith(1).Error.ShouldContain("error CT3013:");
    }
}
