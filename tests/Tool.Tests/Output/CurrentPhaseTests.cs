using CompressTasks.Compression;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Tests.Output;

public sealed class CurrentPhaseTests
{
    private readonly CurrentPhase _phase = new();

    [Fact]
    public void BeforeTheFirstReportThereIsNone() => _phase.Value.ShouldBeNull();

    [Fact]
    public void APhaseGoesOnFromReportToReport()
    {
        _phase.Update(Report(CompressionPhase.Measuring, 0)).ShouldBeTrue();
        var first = _phase.Value;
        _phase.Update(Report(CompressionPhase.Measuring, 3_000_000)).ShouldBeFalse();
        _phase.Value.ShouldBeSameAs(first);
        _phase.Value.Share.ShouldBe(0.375);
    }

    [Fact]
    public void APhaseThatComesAgainHasAClockOfItsOwn()
    {
        _phase.Update(Report(CompressionPhase.Measuring, 8_000_000));
        var first = _phase.Value;
        _phase.Update(Report(CompressionPhase.Searching, 0)).ShouldBeTrue();
        _phase.Update(Report(CompressionPhase.Measuring, 0)).ShouldBeTrue();
        var second = _phase.Value;
        second.ShouldNotBeSameAs(first);
        _phase.Update(Report(CompressionPhase.Measuring, 1_000_000)).ShouldBeFalse();
        _phase.Value.ShouldBeSameAs(second);
    }

    [Fact]
    public void APhaseThatComesAgainRightAwayHasOneToo()
    {
        _phase.Update(Report(CompressionPhase.Measuring, 8_000_000));
        var first = _phase.Value;
        _phase.Update(Report(CompressionPhase.Measuring, 0)).ShouldBeTrue();
        _phase.Value.ShouldNotBeSameAs(first);
    }

    [Fact]
    public void AnotherModelIsAnotherPhase()
    {
        _phase.Update(Report(CompressionPhase.Encoding, 0));
        _phase.Update(Report(CompressionPhase.Encoding, 0) with { Model = "b.onnx" }).ShouldBeTrue();
        _phase.Value.Title.ShouldBe("b.onnx: compressing");
    }

    private static CompressionProgress Report(CompressionPhase phase, long done) => new("a.onnx", phase, done, 8_000_000, 0, 0);
}
