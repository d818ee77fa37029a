using CompressTasks.Compression;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Tests.Output;

public sealed class ProgressLinesTests
{
    private static readonly TimeSpan _never = TimeSpan.FromHours(1);

    [Fact]
    public void EveryPhaseOfEveryModelBeginsWithALine() => Lines(sayPhases: true, _never, lines =>
    {
        lines.Report(new("a.onnx", CompressionPhase.Encoding, 0, 13_000_000, 0, 40));
        lines.Report(new("a.onnx", CompressionPhase.Encoding, 1_000_000, 13_000_000, 1, 40));
        lines.Report(new("a.onnx", CompressionPhase.Comparing, 0, 13_000_000, 0, 0));
        lines.Report(new("b.onnx", CompressionPhase.Encoding, 0, 2_000_000, 0, 3));
    }).ShouldBe(
        ["a.onnx: compressing, 0 of 40 chunks, 0.0 of 13.0 MB", "a.onnx: comparing outputs", "b.onnx: compressing, 0 of 3 chunks, 0.0 of 2.0 MB"]);

    [Fact]
    public void ALongSilenceIsBrokenWithoutAnyReport()
    {
        var lines = Lines(sayPhases: false, TimeSpan.FromMilliseconds(700), lines =>
        {
            lines.Report(new("a.onnx", CompressionPhase.Encoding, 4_000_000, 13_000_000, 12, 40));
            Thread.Sleep(3000);
        });
        lines.ShouldNotBeEmpty();
        lines.ShouldAllBe(line => line.StartsWith("a.onnx: compressing, 12 of 40 chunks, 4.0 of 13.0 MB, ", StringComparison.Ordinal)
            && line.EndsWith(" left", StringComparison.Ordinal) && line.Contains(" MB/s, 0:0", StringComparison.Ordinal));
    }

    [Fact]
    public void AShortRunOfABuildIsSilent() =>
        Lines(sayPhases: false, _never, lines => lines.Report(new("a.onnx", CompressionPhase.Encoding, 0, 1, 0, 1))).ShouldBeEmpty();

    [Theory]
    [InlineData(4, "12 of 40 chunks, 2.0 of 8.0 MB, 0.5 MB/s, 0:12 left")] // 2 MB took 4 s; 6 MB are left.
    [InlineData(4000, "12 of 40 chunks, 2.0 of 8.0 MB, 0.0 MB/s, 3:20:00 left")]
    [InlineData(0.1, "12 of 40 chunks, 2.0 of 8.0 MB")]
    public void SpeedAndTimeLeftFollowFromTheBytesDone(double seconds, string expected)
    {
        var phase = new PhaseProgress("m.onnx", CompressionPhase.Encoding);
        phase.Update(new("m.onnx", CompressionPhase.Encoding, 2_000_000, 8_000_000, 12, 40));
        phase.Figures(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(CompressionPhase.Searching, 4_000_000, 16_000_000, "25 %, 0:30 left")] // A quarter of what it may take at most took 10 s.
    [InlineData(CompressionPhase.Calibrating, 250, 1000, "25 %, 0:30 left")] // A quarter took 10 s; its unit is no byte.
    [InlineData(CompressionPhase.Preparing, 1_000_000, 4_000_000, "25 %, 0:30 left")]
    [InlineData(CompressionPhase.Timing, 250, 1000, "25 %, 0:30 left")]
    [InlineData(CompressionPhase.Comparing, 0, 1000, "")]
    public void PhasesWithoutBytesHaveNoSpeed(CompressionPhase kind, long done, long total, string expected)
    {
        var phase = new PhaseProgress("m.onnx", kind);
        phase.Update(new("m.onnx", kind, done, total, 0, 0));
        phase.Figures(TimeSpan.FromSeconds(10)).ShouldBe(expected);
    }

    /// <summary>A quarter took 10 s; of the rest, 30 s at that speed, the spec allows for less.</summary>
    [Theory]
    [InlineData(12, "25 %, 0:12 left")]
    [InlineData(300, "25 %, 0:30 left")]
    [InlineData(0, "25 %, 0:00 left")]
    public void NoMoreIsLeftThanThereMayBe(double most, string expected)
    {
        var phase = new PhaseProgress("m.onnx", CompressionPhase.Searching);
        phase.Update(new("m.onnx", CompressionPhase.Searching, 250, 1000, 0, 0) { MostLeft = TimeSpan.FromSeconds(most) });
        phase.Figures(TimeSpan.FromSeconds(10)).ShouldBe(expected);
    }

    private static string[] Lines(bool sayPhases, TimeSpan silence, Action<IProgress<CompressionProgress>> run)
    {
        using StringWriter output = new(), error = new();
        using (var lines = new ProgressLines(new ToolConsole(output, error, false, false), sayPhases, silence))
            run(lines);
        return error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
