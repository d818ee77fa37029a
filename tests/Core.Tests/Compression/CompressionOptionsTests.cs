using CompressTasks.Compression;

namespace CompressTasks.Core.Tests.Compression;

public sealed class CompressionOptionsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void RunningOnNoThreadIsRefused(int threads) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new CompressionOptions { Threads = threads })
            .ParamName.ShouldBe(nameof(CompressionOptions.Threads));

    [Fact]
    public void ByDefaultEveryProcessorHasAThread() => new CompressionOptions().Threads.ShouldBe(Environment.ProcessorCount);
}
