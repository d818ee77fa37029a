using CompressTasks.Core.Tests.Reporting;
using CompressTasks.Metrics;

namespace CompressTasks.Core.Tests.Metrics;

public sealed class PrintedFiguresTests
{
    [Theory]
    [InlineData("0.0512", 0.0512)]
    [InlineData("  -1.5e-3\r\n", -0.0015)]
    [InlineData("\uFEFF7", 7)]
    [InlineData("loading model\nwords: 1200\n0.25\n\n  \n", 0.25)]
    [InlineData("{\"wer\": 0.5}", 0.5)]
    [InlineData("\r1\r2\r3\r0.1\n", 0.1)]
    [InlineData("{\n  \"cer\": 1,\n  \"wer\": 5e-1\n}\n", 0.5)]
    [InlineData("3 of 6\n{\"wer\": 0.5, \"model\": \"m\"}", 0.5)]
    public void TheFigureIsReadFromAllOrTheLastLine(string output, double expected) => Find(output).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    [InlineData("hello")]
    [InlineData("0.5\ndone")]
    [InlineData("0,5")]
    [InlineData("5 %")]
    [InlineData("[0.5]")]
    [InlineData("{\"wer\": NaN}")]
    [InlineData("{\"wer\": 0.5")]
    [InlineData("1 2")]
    [InlineData("7\b\b0.1")]
    [InlineData("{\"\\ud800\": 1, \"wer\": 0.5}")]
    [InlineData("{\"name\": \"\\ud800\", \"wer\": 0.5}")]
    public void AnythingElseIsNoFigure(string output) => PrintedFigures.Read(output, isCut: false).ShouldBeNull();

    [Theory]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    [InlineData("1e999")]
    [InlineData("{\"wer\": 1e999}")]
    [InlineData("{\"wer\": null}")]
    [InlineData("{\"wer\": \"NaN\"}")]
    public void WhatIsNotFiniteIsReadAsSuch(string output) => double.IsFinite(Find(output)!.Value).ShouldBeFalse();

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"WER\": 1}")]
    [InlineData("{\"wer\": \"0.5\"}")]
    [InlineData("{\"wer\": [1]}")]
    public void AnObjectMayLackTheFigure(string output) => Find(output).ShouldBeNull();

    [Fact]
    public void ANumberServesEveryName() => PrintedFigures.Read("4", isCut: false)!.Find("anything").ShouldBe(4);

    [Fact]
    public void OfOutputThatIsCutOnlyTheLastLineCounts()
    {
        PrintedFigures.Read("5 is the end of a longer line\n0.5", isCut: true)!.Find("wer").ShouldBe(0.5);
        PrintedFigures.Read("{\n\"wer\": 1\n}", isCut: true).ShouldBeNull();
    }

    [Fact]
    public void NumbersAreTheSameInAnyCulture() => InGermany.Run(() =>
    {
        Find("0.5").ShouldBe(0.5);
        PrintedFigures.Read("0,5", isCut: false).ShouldBeNull();
    });

    private static double? Find(string output) => PrintedFigures.Read(output, isCut: false).ShouldNotBeNull().Find("wer");
}
