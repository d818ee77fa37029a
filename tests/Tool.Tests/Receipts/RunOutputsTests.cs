using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tool.Tests.Receipts;

public sealed class RunOutputsTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void WhatTheNextRunDoesNotMakeGoes()
    {
        Made("a.onnxz", "a.report.html", "b.onnxz");
        var next = Start();
        next.Begin([_workspace["obj/a.onnxz"]], CancellationToken.None);

        next.End([_workspace["obj/a.onnxz"]], read: [], CancellationToken.None);

        Files().ShouldBe(["a.onnxz"]);
    }

    [Fact]
    public void ReportsGoBeforeAnythingIsDone()
    {
        Made("a.onnxz", "a.onnxz.record", "a.report.html");

        Start().RemoveReports();

        Files().ShouldBe(["a.onnxz", "a.onnxz.record"]);
    }

    [Fact]
    public void FilesOfTheUsersStay()
    {
        Write("a.report.md", "mine");
        Made("b.onnxz", "b.report.html");
        Write("b.report.html", "mine now");
        var next = Start();
        next.RemoveReports();

        next.End([], read: [], CancellationToken.None);

        Files().ShouldBe(["a.report.md", "b.report.html"]);
    }

    [Fact]
    public void RunnableModelsGoWithTheirData()
    {
        Made("a.onnx", "a.onnx.data", "b.onnx", "b.report.onnx");
        Write("b.onnx", "mine now");
        var next = Start();
        next.RemoveReports();
        Files().ShouldContain("b.report.onnx", "it is no report");

        next.End([], read: [], CancellationToken.None);

        Files().ShouldBe(["b.onnx"]);
    }

    [Fact]
    public void ARunnableModelThatTheNextRunReadsStays()
    {
        Made("a.onnx", "b.onnx");

        Start().End([], read: [_workspace["obj/a.onnx"]], CancellationToken.None);

        Files().ShouldBe(["a.onnx"]);
    }

    /// <summary>A run that ends with an error leaves the model of the run before it, which the next one still knows.</summary>
    [Fact]
    public void ARunnableModelIsKnownAfterARunThatEnded()
    {
        Made("a.onnx");
        Start().Begin([_workspace["obj/a.onnx"], _workspace["obj/b.onnx"]], CancellationToken.None);
        Write("b.onnx", "whoever wrote it");

        Start().End([], read: [], CancellationToken.None);

        Files().ShouldBe(["b.onnx"]);
    }

    [Fact]
    public void WhatAnEndedRunHasWrittenGoesWithTheNext()
    {
        Write("mine.onnxz", "mine");
        Start().Begin([_workspace["obj/mine.onnxz"], _workspace["obj/a.onnxz"], _workspace["obj/never.onnxz"]], CancellationToken.None);
        Write("a.onnxz", "half of the run");

        var next = Start();
        next.End([], read: [], CancellationToken.None);

        Files().ShouldBe(["mine.onnxz"]);
    }

    [Fact]
    public void AReceiptWithoutAListHasOneInItself()
    {
        Write("a.report.html", "old");
        var stamp = FileStamp.Of(_workspace["obj/a.report.html"]);
        new Receipt([new(ReceiptRole.Output, "a.report.html", stamp)], [], "", []).Write(_workspace["obj/compress.receipt"]);

        Start().RemoveReports();

        Files().ShouldBeEmpty();
    }

    [Fact]
    public void ADamagedListIsNone()
    {
        Made("a.onnxz");
        Write("compress.receipt.outputs", "something else");

        var next = Start();
        next.End([], read: [], CancellationToken.None);

        Files().ShouldBe(["a.onnxz"]);
    }

    /// <summary>A list of a stranger's, by which anything could be removed.</summary>
    [Fact]
    public void NothingIsRemovedThatNoRunMakes()
    {
        foreach (var name in (string[])["obj/mine.txt", "mine.yml", "a.onnx"])
            _workspace.Write(name, "x");
        _workspace.Write("obj/compress.receipt.outputs",
            "CompressTasks receipt 1\nOutput -1 0 - mine.txt\nOutput -1 0 - ../mine.yml\nOutput -1 0 - ../a.onnx\nOutput -1 0 - a\0b.onnxz\n");

        Start().End([], read: [], CancellationToken.None);

        foreach (var name in (string[])["obj/mine.txt", "mine.yml", "a.onnx"])
            File.Exists(_workspace[name]).ShouldBeTrue(name);
    }

    private RunOutputs Start() => RunOutputs.Of(_workspace["obj/compress.receipt"]);

    private void Made(params string[] names)
    {
        var run = Start();
        run.Begin([.. names.Select(name => _workspace[$"obj/{name}"])], CancellationToken.None);
        foreach (var name in names)
            Write(name, $"content of {name}");
        run.End([.. names.Select(name => _workspace[$"obj/{name}"])], read: [], CancellationToken.None);
    }

    private void Write(string name, string text) => _workspace.Write($"obj/{name}", text);

    private IEnumerable<string> Files() =>
        _workspace.Entries.Select(Path.GetFileName).OfType<string>().Where(name => !name.StartsWith("compress.receipt", StringComparison.Ordinal));
}
