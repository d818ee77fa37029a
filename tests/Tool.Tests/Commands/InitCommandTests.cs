using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests.Commands;

public sealed class InitCommandTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task TheSpecThatIsWrittenWorks()
    {
        _work.WriteModel("models/m.onnx", ("a", 40, 50));
        var run = (await ToolRun.InProcess("init", _work["models/m.onnx"])).ShouldEndWith(0);
        run.Output.ShouldBe(_work["models/compress.yml"] + Environment.NewLine);
        (await ToolRun.InProcess(_work["models/compress.yml"])).ShouldEndWith(0);
        _work.Entries.ShouldContain("models/artifacts/m.onnxz");
    }

    [Fact]
    public async Task ASpecElsewhereStillFindsTheModel()
    {
        _work.WriteModel("models/m.onnx", ("tiny", 4, 5));
        Directory.CreateDirectory(_work["specs"]);
        (await ToolRun.InProcess("init", _work["models/m.onnx"], "-o", _work["specs/m.yml"])).ShouldEndWith(0);
        File.ReadAllText(_work["specs/m.yml"]).ShouldContain("\"../models/m.onnx\"");
        (await ToolRun.InProcess(_work["specs/m.yml"])).ShouldEndWith(0);
    }

    [Fact]
    public async Task ARealModelGetsASpecThatPassesItsOwnGate()
    {
        File.Copy(NpmModels.Cls, _work["cls.onnx"]);
        (await ToolRun.InProcess("init", _work["cls.onnx"])).ShouldEndWith(0);
        (await ToolRun.InProcess(_work["compress.yml"])).ShouldEndWith(0);
        (await ToolRun.InProcess("verify", _work["artifacts/cls.onnxz"], "--against", _work["cls.onnx"], "--r2", "0.99")).ShouldEndWith(0);
    }

    [Fact]
    public async Task ASpecThatExistsNeedsForce()
    {
        _work.WriteModel("m.onnx", ("a", 40, 50));
        _work.Write("compress.yml", "mine");
        (await ToolRun.InProcess("init", _work["m.onnx"])).ShouldEndWith(1).Error.ShouldStartWith($"{_work["compress.yml"]}: error CT5003: ");
        File.ReadAllText(_work["compress.yml"]).ShouldBe("mine");
        (await ToolRun.InProcess("init", _work["m.onnx"], "--force")).ShouldEndWith(0);
        File.ReadAllText(_work["compress.yml"]).ShouldStartWith("# How the model is compressed");
    }

    [Fact]
    public async Task AFolderThatIsMissingIsSaid()
    {
        _work.WriteModel("m.onnx", ("a", 40, 50));
        (await ToolRun.InProcess("init", _work["m.onnx"], "-o", _work["gone/x.yml"])).ShouldEndWith(1).Error.ShouldStartWith("compress: error CT5002: ");
        _work.Entries.ShouldBe(["m.onnx"]);
    }

    [Fact]
    public async Task AMissingModelIsSaid() => (await ToolRun.InProcess("init", _work["m.onnx"])).ShouldEndWith(1).Error.ShouldContain("error CT2001:");
}
