using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tasks.Tests.Receipts;

public sealed class ReceiptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string ReceiptPath => _folder.In("compress.receipt");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        var file = new ReceiptFile(ReceiptRole.Input, "models/größer als 1.onnx", new FileStamp(5, 638_000_000_000_000_000, "AB"));
        var glob = new ReceiptGlob("my models/*.onnx", "CD");

        var warning = new ReceiptWarning("CT4001", "my spec.yml", 10, 7, "R² is\ttoo low.");

        new Receipt([file], [glob], "r2=0.9 models=a b.onnx", [warning]).Write(ReceiptPath);
        var read = Receipt.Read(ReceiptPath).ShouldNotBeNull();

        var readFile = read.Files.ShouldHaveSingleItem();
        readFile.Role.ShouldBe(ReceiptRole.Input);
        readFile.Path.ShouldBe("models/größer als 1.onnx");
        readFile.Stamp.Length.ShouldBe(5);
        readFile.Stamp.WriteTicks.ShouldBe(638_000_000_000_000_000);
        readFile.Stamp.Sha256.ShouldBe("AB");
        var readGlob = read.Globs.ShouldHaveSingleItem();
        readGlob.Pattern.ShouldBe("my models/*.onnx");
        readGlob.Digest.ShouldBe("CD");
        read.Key.ShouldBe("r2=0.9 models=a b.onnx");
        var readWarning = read.Warnings.ShouldHaveSingleItem();
        (readWarning.Code, readWarning.File, readWarning.Line, readWarning.Column, readWarning.Message)
            .ShouldBe(("CT4001", "my spec.yml", 10, 7, "R² is\ttoo low."));
        Directory.GetFiles(_folder.Path).ShouldHaveSingleItem();
    }

    [Fact]
    public void MissingReceiptIsNull() => Receipt.Read(ReceiptPath).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("CompressTasks receipt 2\n")]
    [InlineData("CompressTasks receipt 1\nInput 5\n")]
    [InlineData("CompressTasks receipt 1\nInput five 1 AB a.onnx\n")]
    [InlineData("CompressTasks receipt 1\nGlob AB\n")]
    [InlineData("CompressTasks receipt 1\nWarning CT4001 1 1 no message\n")]
    [InlineData("CompressTasks receipt 1\nSomething 1 1 AB a.onnx\n")]
    [InlineData("CompressTasks receipt 1\n9 1 1 AB a.onnx\n")]
    public void ReceiptThatIsNotUnderstoodIsNull(string text)
    {
        _folder.Write("compress.receipt", text);

        Receipt.Read(ReceiptPath).ShouldBeNull();
    }
}
