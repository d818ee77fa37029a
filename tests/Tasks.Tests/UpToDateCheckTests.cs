using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tasks.Tests;

public sealed class UpToDateCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Receipt _receipt;

    public UpToDateCheckTests()
    {
        _receipt = new Receipt(
            [
                Record(ReceiptRole.Tool, "tool", "tool.dll"),
                Record(ReceiptRole.Spec, "app", "compress.yml"),
                Record(ReceiptRole.Input, "app", "models/a.onnx"),
                Record(ReceiptRole.Output, "app/obj", "a.onnxz"),
            ],
            [new ReceiptGlob("models/*.onnx", GlobListing.Digest(_folder.In("app"), "models/*.onnx"))],
            "r2=0.9",
            []);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void UnchangedFilesAreUpToDate()
    {
        var check = Run();

        check.Change.ShouldBeNull();
        check.Refreshed.ShouldBeNull();
    }

    [Theory]
    [InlineData("tool/tool.dll", "tool.dll")]
    [InlineData("app/compress.yml", "compress.yml")]
    [InlineData("app/models/a.onnx", "models/a.onnx")]
    [InlineData("app/obj/a.onnxz", "a.onnxz")]
    public void ChangedContentOfTheSameLengthIsNoticed(string file, string named)
    {
        var text = File.ReadAllText(_folder.In(file));
        _folder.Write(file, new string('x', text.Length));
        Touch(file);

        Run().Change.ShouldBe($"{named} has changed");
    }

    [Fact]
    public void ChangedLengthIsNoticedWhateverTheTimeStamp()
    {
        var path = _folder.In("app/models/a.onnx");
        var time = File.GetLastWriteTimeUtc(path);
        File.AppendAllText(path, "more");
        File.SetLastWriteTimeUtc(path, time);

        Run().Change.ShouldBe("models/a.onnx has changed");
    }

    [Fact]
    public void MissingFileIsNoticed()
    {
        File.Delete(_folder.In("app/obj/a.onnxz"));

        Run().Change.ShouldBe("a.onnxz is missing");
    }

    [Fact]
    public void NewMatchOfAGlobIsNoticed()
    {
        _folder.Write("app/models/b.onnx");

        Run().Change.ShouldBe("models/*.onnx matches other files");
    }

    [Fact]
    public void TouchedFileIsUpToDateAndItsNewTimeIsKept()
    {
        Touch("app/models/a.onnx");

        var check = Run();

        check.Change.ShouldBeNull();
        var refreshed = check.Refreshed.ShouldNotBeNull().Files.Single(f => f.Role == ReceiptRole.Input).Stamp;
        refreshed.WriteTicks.ShouldBe(File.GetLastWriteTimeUtc(_folder.In("app/models/a.onnx")).Ticks);
        UpToDateCheck.Run(check.Refreshed, _folder.In("app/compress.yml"), _receipt.Key, Folders()).Refreshed.ShouldBeNull();
    }

    [Fact]
    public void FileThatChangedWhileItWasUsedIsNeverUpToDate()
    {
        var receipt = new Receipt([.. _receipt.Files, new ReceiptFile(ReceiptRole.Input, "models/a.onnx", FileStamp.Unknown)], [], _receipt.Key, []);

        UpToDateCheck.Run(receipt, _folder.In("app/compress.yml"), _receipt.Key, Folders()).Change.ShouldBe("models/a.onnx has changed");
    }

    [Fact]
    public void AnotherSpecIsNoticed()
    {
        _folder.Write("app/other.yml");

        UpToDateCheck.Run(_receipt, _folder.In("app/other.yml"), _receipt.Key, Folders()).Change.ShouldBe("the last run was of another spec");
    }

    [Fact]
    public void OtherThresholdsAreNoticed() =>
        UpToDateCheck.Run(_receipt, _folder.In("app/compress.yml"), "r2=0.8", Folders())
            .Change.ShouldBe("thresholds or models differ from the last run's (r2=0.9)");

    [Fact]
    public void WithoutReceiptNothingIsUpToDate() =>
        UpToDateCheck.Run(null, _folder.In("app/compress.yml"), _receipt.Key, Folders()).Change.ShouldBe("no earlier run has passed");

    private UpToDateCheck Run() => UpToDateCheck.Run(_receipt, _folder.In("app/compress.yml"), _receipt.Key, Folders());

    private ReceiptFolders Folders() => new(_folder.In("tool"), _folder.In("app"), _folder.In("app/obj"));

    private ReceiptFile Record(ReceiptRole role, string folder, string path) =>
        new(role, path, FileStamp.Of(_folder.Write($"{folder}/{path}", $"content of {path}")));

    private void Touch(string file) => File.SetLastWriteTimeUtc(_folder.In(file), new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
}
