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
        run.Output.Split(Environment.NewLine).ShouldBe([_work["models/compress.yml"], _work["models/compress.schema.json"], ""]);
        (await ToolRun.InProcess(_work["models/compress.yml"])).ShouldEndWith(0);
        _work.Entries.ShouldContain("models/artifacts/m.onnxz");
    }

    [Fact]
    public async Task OfAnArtifactItIsSaidWhatItIs()
    {
        _work.WriteModel("m.onnx", ("a", 40, 50));
        (await ToolRun.InProcess(_work["m.onnx"])).ShouldEndWith(0);
        (await ToolRun.InProcess("init", _work["m.onnxz"])).ShouldEndWith(1).Error
            .ShouldBe($"{_work["m.onnxz"]}: error CT2006: This is an artifact, compressed already. Give the model that it was made from, or write one with 'dotnet compress restore'.{Environment.NewLine}");
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
    public async Task WhatCouldNotBeKnownIsSaidHereAndInTheSpec()
    {
        _work.WriteModel("m.onnx", ("tiny", 4, 5));
        var run = (await ToolRun.InProcess("init", _work["m.onnx"])).ShouldEndWith(0);
        run.Error.ShouldStartWith("No floating-point weight has 1024 values or more");
        File.ReadAllText(_work["compress.yml"]).ShouldContain("# No floating-point weight has 1024 values or more");
    }

    [NpmFact]
    public async Task ARealModelGetsASpecThatPassesItsOwnGate()
    {
        File.Copy(NpmModels.Cls, _work["cls.onnx"]);
        (await ToolRun.InProcess("init", _work["cls.onnx"])).ShouldEndWith(0);
        (await ToolRun.InProcess(_work["compress.yml"])).ShouldEndWith(0);
        (await ToolRun.InProcess("verify", _work["artifacts/cls.onnxz"], "--against", _work["cls.onnx"], "--spec", _work["compress.yml"])).ShouldEndWith(0);
    }

    [Fact]
    public async Task ASpecThatExistsNeedsForce()
    {
        _work.WriteModel("m.onnx", ("a", 40, 50));
        _work.Write("compress.yml", "mine");
        (await ToolRun.InProcess("init", _work["m.onnx"])).ShouldEndWith(1).Error.ShouldStartWith($"{_work["compress.yml"]}: error CT5003: ");
        File.ReadAllText(_work["compress.yml"]).ShouldBe("mine");
        (await ToolRun.InProcess("init", _work["m.onnx"], "--force")).ShouldEndWith(0);
        File.ReadAllText(_work["compress.yml"])
            .ShouldStartWith("# yaml-language-server: $schema=compress.schema.json\n# How the model is compressed");
    }

    [Fact]
    public async Task TheSchemaIsWrittenBesideTheSpecAndRenewedByTheNextInit()
    {
        _work.WriteModel("m.onnx", ("a", 40, 50));
        (await ToolRun.InProcess("init", _work["m.onnx"])).ShouldEndWith(0);
        var schema = File.ReadAllText(_work["compress.schema.json"]);
        schema.ShouldBe((await ToolRun.InProcess("schema")).Output);
        _work.Write("compress.schema.json", schema.Replace("\"type\"", "\"old\"", StringComparison.Ordinal));
        (await ToolRun.InProcess("init", _work["m.onnx"], "-o", _work["second.yml"])).ShouldEndWith(0);
        File.ReadAllText(_work["compress.schema.json"]).ShouldBe(schema);
    }

    [Fact]
    public async Task ASchemaOfSomebodyElseNeedsForce()
    {
        _work.WriteModel("m.onnx", ("a", 40, 50));
        _work.Write("compress.schema.json", "{ \"title\": \"mine\" }");
        (await ToolRun.InProcess("init", _work["m.onnx"])).ShouldEndWith(1).Error.ShouldStartWith($"{_work["compress.schema.json"]}: error CT5003: ");
        _work.Entries.ShouldBe(["compress.schema.json", "m.onnx"]);
        (await ToolRun.InProcess("init", _work["m.onnx"], "--force")).ShouldEndWith(0);
    }

    [Fact]
    public async Task AFolderThatIsMissingIsSaid()
    {
        _work.WriteModel("m.onnx", ("a", 40, 50));
        (await ToolRun.InProcess("init", _work["m.onnx"], "-o", _work["gone/x.yml"])).ShouldEndWith(1)
            .Error.ShouldStartWith($"{_work["gone/compress.schema.json"]}: error CT5002: there is no folder '{_work["gone"]}' to write 'compress.schema.json' into; make it");
        _work.Entries.ShouldBe(["m.onnx"]);
    }

    [Fact]
    public async Task AMissingModelIsSaid() =>
        (await ToolRun.InProcess("init", _work["m.onnx"])).ShouldEndWith(1).Error.ShouldContain("error CT2001:");
}
