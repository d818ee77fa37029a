using System.Xml.Linq;

namespace CompressTasks.Tool.Tests.Commands;

/// <summary>Runs over one, two and five models: the page that lists them all, what it leads to, and when it goes.</summary>
public sealed class OverviewCommandTests : IDisposable
{
    private const string Html = "models.report.overview.html";
    private const string Markdown = "models.report.overview.md";
    private const string Rules = "rules: [ { weights: '**', minElements: 64, stack: [ quantize: { r2: 0.95 } ] } ]\noutput: out\n";

    private readonly Workspace _work = new();

    public OverviewCommandTests()
    {
        foreach (var name in new[] { "a", "b", "c", "d", "e&<i>" })
            File.SetLastWriteTimeUtc(_work.WriteModel($"{name}.onnx", ("w", 32, 32)), DateTime.UtcNow.AddMinutes(-1));
    }

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task OneModelIsItsOwnOverview()
    {
        await Run("models: [ a.onnx ]\n", exitCode: 0);
        Overviews.ShouldBeEmpty();
    }

    [Fact]
    public async Task SeveralModelsHaveOneInTheFormatsThatAreAskedFor()
    {
        await Run("models: [ a.onnx, b.onnx ]\nreport: [ json, html ]\n", exitCode: 0);
        Overviews.ShouldBe([$"out/{Html}"]);
        await Run("models: [ a.onnx, b.onnx ]\nreport: markdown\n", exitCode: 0);
        Overviews.ShouldBe([$"out/{Markdown}"]);
        await Run("models: [ a.onnx, b.onnx ]\nreport: [ json, sarif, junit ]\n", exitCode: 0);
        Overviews.ShouldBeEmpty();
    }

    [Fact]
    public async Task EveryOneOfFiveIsInItAndLinked()
    {
        await Run("models: [ '*.onnx' ]\ngate: { weightR2: 0.9 }\n", exitCode: 0);
        var page = XDocument.Parse(File.ReadAllText(_work[$"out/{Html}"]));
        page.Descendants("strong").First().Value.ShouldBe("5 of 5 gates hold");
        var links = page.Descendants("a").ToList();
        links.Select(link => link.Value).Order(StringComparer.Ordinal).ShouldBe(["a.onnx", "b.onnx", "c.onnx", "d.onnx", "e&<i>.onnx"]);
        foreach (var link in links)
            File.Exists(_work[$"out/{Uri.UnescapeDataString(link.Attribute("href")!.Value)}"]).ShouldBeTrue();
    }

    [Fact]
    public async Task WhenOneModelIsLeftItGoes()
    {
        await Run("models: [ a.onnx, b.onnx ]\n", exitCode: 0);
        Overviews.ShouldBe([$"out/{Html}", $"out/{Markdown}"]);
        File.ReadAllText(_work["out/compress.receipt"]).ShouldContain($" {Html}\n");

        await Run("models: [ a.onnx ]\n", exitCode: 0);
        Overviews.ShouldBeEmpty();
    }

    [Fact]
    public async Task ARunThatEndsInAnErrorLeavesNoOverviewOfTheLastOne()
    {
        await Run("models: [ a.onnx, b.onnx ]\n", exitCode: 0);
        await Run("models: [ a.onnx, b.onnx ]\ngate: { r2: many }\n", exitCode: 1);
        Overviews.ShouldBeEmpty();
    }

    [Fact]
    public async Task KeptArtifactsAreInItAsThoseThatAreMade()
    {
        await Run("models: [ a.onnx, b.onnx ]\n", exitCode: 0);
        var (html, markdown) = (File.ReadAllText(_work[$"out/{Html}"]), File.ReadAllText(_work[$"out/{Markdown}"]));
        var again = await Run("models: [ a.onnx, b.onnx ]\n", exitCode: 0);
        again.Error.ShouldContain("b.onnx: b.onnxz is kept");
        File.ReadAllText(_work[$"out/{Html}"]).ShouldBe(html);
        File.ReadAllText(_work[$"out/{Markdown}"]).ShouldBe(markdown);
    }

    [Fact]
    public async Task AGateThatFailsComesFirst()
    {
        await Run("models: [ a.onnx, b.onnx ]\ngate: { maxBytes: 10 }\n", exitCode: 2);
        File.ReadAllText(_work[$"out/{Markdown}"]).ShouldStartWith("# ❌ 0 of 2 gates hold\n");
        Overviews.ShouldBe([$"out/{Html}", $"out/{Markdown}"]);
    }

    [Fact]
    public async Task SeveralInputsHaveOneInTheFolderThatHoldsThemAll()
    {
        _work.WriteModel("in/first/m.onnx", ("w", 32, 32));
        _work.WriteModel("in/second/m.onnx", ("w", 32, 32));
        _work.Write("in/broken.onnx", "no model");
        (await ToolProcess.Run(_work.Folder, "in/first/m.onnx", "in/second/m.onnx", "in/broken.onnx", "--no-probe", "-v", "q")).ShouldEndWith(1);
        Overviews.ShouldBe([$"in/{Html}", $"in/{Markdown}"]);
        var page = XDocument.Parse(File.ReadAllText(_work[$"in/{Html}"]));
        page.Descendants("tbody").First().Elements("tr").Select(row => row.Element("th")!.Value)
            .ShouldBe(["in/broken.onnx", "in/first/m.onnx", "in/second/m.onnx"]);
        page.Descendants("tbody").First().Elements("tr").First().Element("td")!.Value.ShouldBe("✗ not made");
        page.Descendants("a").Select(link => link.Attribute("href")!.Value).ShouldBe(["first/m.report.html", "second/m.report.html"]);
    }

    [Fact]
    public async Task WithAnOutputFolderItIsThere()
    {
        (await ToolRun.InProcess(_work["a.onnx"], _work["b.onnx"], "-o", _work["all"], "--no-probe")).ShouldEndWith(0)
            .Output.ShouldEndWith($"{_work[$"all/{Markdown}"]}{Environment.NewLine}{_work[$"all/{Html}"]}{Environment.NewLine}");
        Overviews.ShouldBe([$"all/{Html}", $"all/{Markdown}"]);
    }

    /// <summary>Of many weights, each has an entry of some bytes: what is asked for is enough for the first model and for the third.</summary>
    [Fact]
    public async Task WhatWasMadeBeforeAnErrorIsListedWithWhatWasNot()
    {
        _work.WriteModel("b.onnx", [.. Enumerable.Range(0, 60).Select(i => ($"weight.{i}", 16, 8))]);
        var spec = _work.Write("compress.yml", "models: [ a.onnx, b.onnx, c.onnx ]\nrules: [ { weights: '**', minElements: 64, stack: [ quantize: { bytes: 1 KB } ] } ]\noutput: out\n");
        (await ToolRun.InProcess(spec, "--no-probe", "-v", "q")).ShouldEndWith(1).Error.ShouldContain("CT1040");
        var lines = File.ReadAllLines(_work[$"out/{Markdown}"]);
        lines[2].ShouldStartWith("1 model: 4.1 kB became ");
        lines[2].ShouldEndWith(" times smaller. 1 could not be made. 1 was not reached.");
        lines[6].ShouldBe("| `b.onnx` | ❌ not made | | | | | | 1 error |");
        lines[7].ShouldBe("| `c.onnx` | ❌ not reached | | | | | |  |");
        lines[8].ShouldStartWith("| [`a.onnx`](<a.report.md>) | ⚪ none | ");
    }

    [Fact]
    public async Task AFolderInItsPlaceIsSaidBeforeAnythingIsMade()
    {
        Directory.CreateDirectory(_work[$"out/{Html}"]);
        (await Run("models: [ a.onnx, b.onnx ]\n", exitCode: 1)).Error.ShouldContain($"{Html}: error CT3091: ");
        _work.Entries.ShouldNotContain("out/a.onnxz");
    }

    private async Task<ToolRun> Run(string spec, int exitCode) =>
        (await ToolRun.InProcess(_work.Write("compress.yml", spec + Rules), "--no-probe", "--receipt", _work["out/compress.receipt"])).ShouldEndWith(exitCode);

    private IEnumerable<string> Overviews => _work.Entries.Where(entry => entry.Contains(".report.overview.", StringComparison.Ordinal));
}
