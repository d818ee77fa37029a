using CompressTasks.Diagnostics;
using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tool.Tests.Receipts;

public sealed class ReceiptRecorderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("receipt-").FullName;

    private string ReceiptPath => Path.Combine(_folder, "obj", "compress.receipt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EverythingThatMattersIsRecordedRelativeToItsFolder()
    {
        var spec = WriteEarlier("app/compress.yml", "models: []");
        var model = WriteEarlier("app/models/a.onnx", "abc");
        var samples = WriteEarlier("app/samples.npz", "s");
        var recorder = ReceiptRecorder.Start(ReceiptPath, spec, ["models/*.onnx"], DateTime.UtcNow, "r2=0.9");
        var artifact = WriteEarlier("obj/a.onnxz", "z");

        recorder.Write([model], [model, samples], [artifact], [new("CT4001", Severity.Warning, "R² is low.", new(spec, 10, 7))],
            CancellationToken.None);

        var receipt = Receipt.Read(ReceiptPath).ShouldNotBeNull();
        Paths(receipt, ReceiptRole.Tool).ShouldBe(
        [
            "CompressTasks.Tool.dll", "CompressTasks.Tool.deps.json",
            "CompressTasks.Core.dll", "CompressTasks.Runtime.dll", "CompressTasks.Media.dll",
        ]);
        Paths(receipt, ReceiptRole.Spec).ShouldBe(["compress.yml"]);
        Paths(receipt, ReceiptRole.Model).ShouldBe(["models/a.onnx"]);
        Paths(receipt, ReceiptRole.Input).ShouldBe(["samples.npz"]);
        Paths(receipt, ReceiptRole.Output).ShouldBe(["a.onnxz"]);
        receipt.Globs.ShouldHaveSingleItem().Pattern.ShouldBe("models/*.onnx");
        receipt.Key.ShouldBe("r2=0.9");
        var warning = receipt.Warnings.ShouldHaveSingleItem();
        (warning.Code, warning.File, warning.Line, warning.Column, warning.Message).ShouldBe(("CT4001", "compress.yml", 10, 7, "R² is low."));
        var stamp = receipt.Files.Single(f => f.Role == ReceiptRole.Model).Stamp;
        stamp.Length.ShouldBe(3);
        // The standard's own example: SHA-256 of "abc".
        stamp.Sha256.ShouldBe("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
        stamp.WriteTicks.ShouldBe(File.GetLastWriteTimeUtc(model).Ticks);
    }

    [Fact]
    public void InputThatWasWrittenDuringTheRunIsRecordedAsUnknown()
    {
        var spec = WriteEarlier("app/compress.yml", "models: []");
        var model = WriteEarlier("app/a.onnx", "abc");
        var recorder = ReceiptRecorder.Start(ReceiptPath, spec, [], DateTime.UtcNow);
        File.SetLastWriteTimeUtc(model, DateTime.UtcNow.AddSeconds(1));

        recorder.Write([model], [model], [], [], CancellationToken.None);

        Receipt.Read(ReceiptPath).ShouldNotBeNull().Files.Single(f => f.Role == ReceiptRole.Model).Stamp.Length.ShouldBe(-1);
    }

    [Fact]
    public void ModelThatAppearsDuringTheRunIsANewMatch()
    {
        var spec = WriteEarlier("app/compress.yml", "models: []");
        var recorder = ReceiptRecorder.Start(ReceiptPath, spec, ["*.onnx"], DateTime.UtcNow);
        WriteEarlier("app/late.onnx", "abc");

        recorder.Write([], [], [], [], CancellationToken.None);

        var glob = Receipt.Read(ReceiptPath).ShouldNotBeNull().Globs.ShouldHaveSingleItem();
        GlobListing.Digest(Path.Combine(_folder, "app"), "*.onnx").ShouldNotBe(glob.Digest);
    }

    [Fact]
    public void StartRemovesTheLastReceipt()
    {
        WriteEarlier("obj/compress.receipt", "CompressTasks receipt 1");

        ReceiptRecorder.Start(ReceiptPath, WriteEarlier("app/compress.yml", "models: []"), [], DateTime.UtcNow);

        File.Exists(ReceiptPath).ShouldBeFalse();
    }

    private static IEnumerable<string> Paths(Receipt receipt, ReceiptRole role) => receipt.Files.Where(f => f.Role == role).Select(f => f.Path);

    private string WriteEarlier(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-1));
        return path;
    }
}
