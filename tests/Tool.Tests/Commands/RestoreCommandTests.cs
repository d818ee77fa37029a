namespace CompressTasks.Tool.Tests.Commands;

public sealed class RestoreCommandTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task AModelIsWrittenWhereAsked()
    {
        await Compress();
        var run = (await ToolRun.InProcess("restore", _work["m.onnxz"], "-o", _work["out/copy.onnx"], "--threads", "2")).ShouldEndWith(0);
        run.Output.ShouldBe(_work["out/copy.onnx"] + Environment.NewLine);
        run.Error.ShouldBe("");
        new FileInfo(_work["out/copy.onnx"]).Length.ShouldBe(new FileInfo(_work["m.onnx"]).Length);
    }

    [Fact]
    public async Task AFileThatExistsNeedsForce()
    {
        await Compress();
        _work.Write("mine.onnx", "mine");
        var run = (await ToolRun.InProcess("restore", _work["m.onnxz"], "--output", _work["mine.onnx"])).ShouldEndWith(1);
        run.Error.ShouldStartWith($"{_work["mine.onnx"]}: error CT5003: ");
        File.ReadAllText(_work["mine.onnx"]).ShouldBe("mine");
        (await ToolRun.InProcess("restore", _work["m.onnxz"], "--output", _work["mine.onnx"], "--force")).ShouldEndWith(0);
        new FileInfo(_work["mine.onnx"]).Length.ShouldBe(new FileInfo(_work["m.onnx"]).Length);
    }

    [Fact]
    public async Task ADamagedArtifactLeavesNothing()
    {
        await Compress();
        var bytes = File.ReadAllBytes(_work["m.onnxz"]);
        bytes[100] ^= 1;
        File.WriteAllBytes(_work["m.onnxz"], bytes);
        var before = _work.Entries.ToList();
        (await ToolRun.InProcess("restore", _work["m.onnxz"], "-o", _work["out.onnx"])).ShouldEndWith(1).Error.ShouldContain("error CT3010: The weight 'w' is damaged");
        _work.Entries.ShouldBe(before);
    }

    [Fact]
    public async Task WhatIsNoArtifactIsRefused()
    {
        (await ToolRun.InProcess("restore", _work["none.onnxz"])).ShouldEndWith(1).Error.ShouldContain("error CT3001:");
        (await ToolRun.InProcess("restore", _work.WriteModel("m.onnx", ("w", 40, 50)), "-o", _work["x.onnx"])).ShouldEndWith(1).Error.ShouldContain("error CT3005:");
    }

    private async Task Compress()
    {
        _work.WriteModel("m.onnx", ("w", 40, 50));
        (await ToolRun.InProcess(_work["m.onnx"])).ShouldEndWith(0);
    }
}
