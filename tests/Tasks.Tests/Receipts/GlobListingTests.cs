using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tasks.Tests.Receipts;

public sealed class GlobListingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*.onnx", "a.onnx")]
    [InlineData("models/*.onnx", "models/b.onnx")]
    [InlineData("models/*", "models/b.onnx")]
    [InlineData("models/*.*", "models/b.onnx")]
    [InlineData("models/ocr-*.onnx", "models/ocr-3.onnx")]
    [InlineData("*/b.onnx", "models/b.onnx")]
    [InlineData("**/*.onnx", "a.onnx")]
    [InlineData("**/*.onnx", "models/deep/down/c.onnx")]
    [InlineData("models/**/c.onnx", "models/c.onnx")]
    [InlineData("models/**", "models/deep/c.onnx")]
    [InlineData("models/*.onnx", "models/UPPER.ONNX")]
    [InlineData("models/net+(1)/*.onnx", "models/net+(1)/b.onnx")]
    public void NewMatchChangesTheDigest(string pattern, string file)
    {
        _folder.Write("models/existing.txt");
        var before = GlobListing.Digest(_folder.Path, pattern);

        _folder.Write(file);

        GlobListing.Digest(_folder.Path, pattern).ShouldNotBe(before);
    }

    [Theory]
    [InlineData("*.onnx", "models/b.onnx")]
    [InlineData("models/*.onnx", "models/deep/b.onnx")]
    [InlineData("models/*.onnx", "models/b.onnx.data")]
    [InlineData("models/*.onnx", "models/b-onnx")]
    [InlineData("**/*.onnx", "obj/Debug/a.onnxz")]
    [InlineData("*/*.onnx", "models/deep/b.onnx")]
    public void FileThatDoesNotMatchLeavesTheDigest(string pattern, string file)
    {
        _folder.Write("models/existing.txt");
        var before = GlobListing.Digest(_folder.Path, pattern);

        _folder.Write(file);

        GlobListing.Digest(_folder.Path, pattern).ShouldBe(before);
    }

    /// <summary>A matcher that tries every way to divide a name among the stars would not come back.</summary>
    [Theory]
    [InlineData("deep/*a*a*a*a*a*a*a*a*a*a*a*ab.onnx")]
    [InlineData("deep/**/**/**/**/**/**/**/**/**/**/**/**/*.onnx")]
    public void StarsTakeNoTime(string pattern)
    {
        _folder.Write($"deep/{string.Concat(Enumerable.Repeat("a/", 24))}x.txt");
        _folder.Write($"deep/{new string('a', 120)}.onnx");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var before = GlobListing.Digest(_folder.Path, pattern);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));

        _folder.Write($"deep/{new string('a', 20)}b.onnx");
        GlobListing.Digest(_folder.Path, pattern).ShouldNotBe(before);
    }

    [Fact]
    public void PatternMayLeadUpwards()
    {
        Directory.CreateDirectory(_folder.In("app"));
        var before = GlobListing.Digest(_folder.In("app"), "../models/*.onnx");

        _folder.Write("models/a.onnx");

        GlobListing.Digest(_folder.In("app"), "../models/*.onnx").ShouldNotBe(before);
    }

    [Fact]
    public void AbsolutePatternIsNotRelativeToTheFolder()
    {
        _folder.Write("models/a.onnx");

        GlobListing.Digest(_folder.In("app"), _folder.In("models") + "/*.onnx")
            .ShouldBe(GlobListing.Digest(_folder.Path, "models/*.onnx"));
    }

    [Fact]
    public void ContentDoesNotMatter()
    {
        _folder.Write("a.onnx", "1");
        var before = GlobListing.Digest(_folder.Path, "*.onnx");

        _folder.Write("a.onnx", "2");

        GlobListing.Digest(_folder.Path, "*.onnx").ShouldBe(before);
    }
}
