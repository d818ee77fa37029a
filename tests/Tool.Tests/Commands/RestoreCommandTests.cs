using System.Security.Cryptography;
using CompressTasks.Onnx;
using CompressTasks.Tool.Tests.LargeModels;

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

    /// <summary>As <c>/dev/stdout</c> is one: root would replace it for everybody.</summary>
    [Fact]
    public async Task ALinkToADeviceStays()
    {
        if (OperatingSystem.IsWindows())
            return;
        await Compress();
        File.CreateSymbolicLink(_work["stdout"], "/proc/self/fd/1");
        (await ToolRun.InProcess("restore", _work["m.onnxz"], "--output", _work["stdout"], "--force")).ShouldEndWith(1).Error.ShouldContain("error CT5002");
        new FileInfo(_work["stdout"]).LinkTarget.ShouldBe("/proc/self/fd/1");
    }

    [Fact]
    public async Task WhatCannotBeWrittenIsNamed()
    {
        await Compress();
        _work.Write("file", "mine");
        var run = (await ToolRun.InProcess("restore", _work["m.onnxz"], "--output", _work["file/m.onnx"])).ShouldEndWith(1);
        run.Error.ShouldStartWith($"{_work["file/m.onnx"]}: error CT5002: ");
    }

    [Fact]
    public async Task ALinkThatLeadsNowhereIsSaidToBeOneAndReplacedByForce()
    {
        if (OperatingSystem.IsWindows())
            return;
        await Compress();
        File.CreateSymbolicLink(_work["link.onnx"], _work["nowhere.onnx"]);
        (await ToolRun.InProcess("restore", _work["m.onnxz"], "--output", _work["link.onnx"])).ShouldEndWith(1).Error
            .ShouldStartWith($"{_work["link.onnx"]}: error CT5003: ");
        (await ToolRun.InProcess("restore", _work["m.onnxz"], "--output", _work["link.onnx"], "--force")).ShouldEndWith(0);
        new FileInfo(_work["link.onnx"]).LinkTarget.ShouldBeNull();
        File.Exists(_work["nowhere.onnx"]).ShouldBeFalse();
    }

    [Fact]
    public async Task ADamagedArtifactLeavesNothing()
    {
        await Compress();
        var bytes = File.ReadAllBytes(_work["m.onnxz"]);
        bytes[100] ^= 1;
        File.WriteAllBytes(_work["m.onnxz"], bytes);
        var before = _work.Entries.ToList();
        (await ToolRun.InProcess("restore", _work["m.onnxz"], "-o", _work["out.onnx"])).ShouldEndWith(1)
            .Error.ShouldContain("error CT3010: The weight 'w' is damaged");
        _work.Entries.ShouldBe(before);
    }

    [Fact]
    public async Task WhatIsNoArtifactIsRefused()
    {
        (await ToolRun.InProcess("restore", _work["none.onnxz"])).ShouldEndWith(1).Error.ShouldContain("error CT3001:");
        (await ToolRun.InProcess("restore", _work.WriteModel("m.onnx", ("w", 40, 50)), "-o", _work["x.onnx"])).ShouldEndWith(1)
            .Error.ShouldContain("error CT3005:");
    }

    [Theory]
    [InlineData(4096, "--alignment")]
    [InlineData(512, "--alignment", "512")]
    [InlineData(1 << 16, "--alignment", "64KiB")]
    [InlineData(1 << 20, "--alignment", "1mib")]
    public async Task ExternalDataIsAlignedOnDemandOnly(int alignment, params string[] options)
    {
        LargeModel.Write(_work.Folder, mebibytes: 1);
        (await ToolRun.InProcess(_work["model.onnx"])).ShouldEndWith(0);
        (await ToolRun.InProcess("restore", _work["model.onnxz"], "-o", _work["same/model.onnx"])).ShouldEndWith(0);
        File.ReadAllBytes(_work["same/model.onnx"]).ShouldBe(File.ReadAllBytes(_work["model.onnx"]));
        Offsets("same/model.onnx").ShouldAllBe(offset => offset % 512 != 0);

        (await ToolRun.InProcess(["restore", _work["model.onnxz"], "-o", _work["aligned/model.onnx"], .. options])).ShouldEndWith(0);
        Offsets("aligned/model.onnx").ShouldAllBe(offset => offset % alignment == 0);
        Offsets("aligned/model.onnx").ShouldBeUnique();
        Payloads("aligned/model.onnx").ShouldBe(Payloads("same/model.onnx"));
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(1 << 16, "--alignment", "64KiB")]
    public async Task LargeTensorsOfOneFileGoToExternalDataOnDemand(int alignment, params string[] options)
    {
        _work.WriteModel("m.onnx", ("a", 64, 64), ("b", 40, 50), ("c", 4, 4));
        (await ToolRun.InProcess(_work["m.onnx"])).ShouldEndWith(0);
        (await ToolRun.InProcess("restore", _work["m.onnxz"], "-o", _work["same/m.onnx"])).ShouldEndWith(0);

        var run = await ToolRun.InProcess(["restore", _work["m.onnxz"], "-o", _work["moved/n.onnx"], "--external-data", .. options]);

        run.ShouldEndWith(0).Output.ShouldBe(_work["moved/n.onnx"] + Environment.NewLine);
        Directory.EnumerateFiles(_work["moved"]).Select(Path.GetFileName).Order().ShouldBe(["n.onnx", "n.onnx.data"]);
        var second = ((4 * 64 * 64) + alignment - 1) / alignment * alignment;
        new FileInfo(_work["moved/n.onnx.data"]).Length.ShouldBe(second + (4 * 40 * 50));
        using (var moved = OnnxModel.Open(_work["moved/n.onnx"]))
        {
            moved.Weights.Where(weight => weight.PayloadBytes >= 4096).ShouldAllBe(weight => weight.Offset % alignment == 0);
            moved.Weights.Select(weight => weight.Path).ShouldBe(["a", "b", "c"]);
        }

        Payloads("moved/n.onnx").ShouldBe(Payloads("same/m.onnx"));
        (await ToolRun.InProcess("restore", _work["m.onnxz"], "-o", _work["moved/n.onnx"], "--external-data")).ShouldEndWith(1)
            .Error.ShouldContain("error CT5003");
        (await ToolRun.InProcess("restore", _work["m.onnxz"], "-o", _work["moved/n.onnx"], "--external-data", "--force")).ShouldEndWith(0);
    }

    [Fact]
    public async Task ExternalDataOfTheOriginalIsAlignedWhereExternalDataIsAskedFor()
    {
        LargeModel.Write(_work.Folder, mebibytes: 1);
        (await ToolRun.InProcess(_work["model.onnx"])).ShouldEndWith(0);
        (await ToolRun.InProcess("restore", _work["model.onnxz"], "-o", _work["same/model.onnx"])).ShouldEndWith(0);

        (await ToolRun.InProcess("restore", _work["model.onnxz"], "-o", _work["aligned/model.onnx"], "--external-data")).ShouldEndWith(0);

        Offsets("aligned/model.onnx").ShouldAllBe(offset => offset % 4096 == 0);
        Payloads("aligned/model.onnx").ShouldBe(Payloads("same/model.onnx"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3KiB")]
    [InlineData("-4096")]
    [InlineData("64KB")]
    [InlineData("2048MiB")]
    public async Task WhatIsNoAlignmentIsRefused(string alignment) =>
        (await ToolRun.InProcess("restore", _work["m.onnxz"], "--alignment", alignment)).ShouldEndWith(1)
            .Error.ShouldContain("error CT5001: --alignment must be a power of two");

    private List<long> Offsets(string name)
    {
        using var model = OnnxModel.Open(_work[name]);
        return [.. model.Weights.Select(weight => weight.Offset)];
    }

    private List<string> Payloads(string name)
    {
        using var model = OnnxModel.Open(_work[name]);
        return [.. model.Weights.Select(weight => Convert.ToHexString(SHA256.HashData(model.ReadBytes(weight))))];
    }

    private async Task Compress()
    {
        _work.WriteModel("m.onnx", ("w", 40, 50));
        (await ToolRun.InProcess(_work["m.onnx"])).ShouldEndWith(0);
    }
}
