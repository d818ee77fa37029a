using CompressTasks.Diagnostics;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Comparison;

namespace CompressTasks.Core.Tests.Reporting.Writers.Comparison;

public sealed class ComparisonReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0.75)]
    [InlineData(double.NaN)]
    public void AReportComesBackAsItWasWritten(double r2)
    {
        var report = SampleReport.Make(passed: true, r2);
        var read = ComparisonReader.Read(Write(JsonReport.Write(report)));
        var direct = ComparisonSide.OfReport(read.File.Path, report);
        read.Weights.ToList().ShouldBe(direct.Weights.ToList());
        (read.R2, read.WorstWeightR2, read.Bytes, read.ModelSha256, read.File)
            .ShouldBe((direct.R2, direct.WorstWeightR2, direct.Bytes, direct.ModelSha256, direct.File));
        read.Gate!.Checks.ShouldBe(report.Gate.Checks);
    }

    [Fact]
    public void AByteOrderMarkIsNoError() =>
        ComparisonReader.Read(Write("\uFEFF" + JsonReport.Write(SampleReport.Make(passed: true)))).Bytes.ShouldBe(345_678);

    [Theory]
    [InlineData("", "This is no report of one model:")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "This is no report of one model:")]
    [InlineData("[]", "a list, such as '--json' prints")]
    [InlineData("7", "it has no \"schemaVersion\"")]
    [InlineData("{}", "it has no \"schemaVersion\"")]
    [InlineData("""{ "schemaVersion": "1" }""", "This is no report of one model:")]
    [InlineData("""{ "schemaVersion": 1 }""", "missing required properties")]
    public void WhatIsNoReportIsRefused(string text, string message) => Diagnose(Write(text), "CT5008").Message.ShouldContain(message);

    [Fact]
    public void AMissingFieldAndANullInAListAreRefused()
    {
        var report = JsonReport.Write(SampleReport.Make(passed: true));
        Diagnose(Write(report.Replace("\"artifactBytes\"", "\"bytes\"", StringComparison.Ordinal)), "CT5008").Message.ShouldContain("artifactBytes");
        Diagnose(Write(report.Replace("\"shared\": [", "\"shared\": [ null,", StringComparison.Ordinal)), "CT5008").Message.ShouldContain("null");
        Diagnose(Write(report.Replace("\"path\": \"bias\"", "\"path\": null", StringComparison.Ordinal)), "CT5008").Message.ShouldContain("null");
    }

    [Fact]
    public void DamageIsLocatedByItsLine() =>
        Diagnose(Write("{\n  \"schemaVersion\": 1,\n  \"tool\" \n}"), "CT5008").Location!.Line.ShouldBe(4);

    [Fact]
    public void AnotherLayoutIsRefusedByItsVersion() =>
        Diagnose(Write("""{ "schemaVersion": 2, "whatever": true }"""), "CT5009").Message.ShouldContain("version 2; this tool reads version 1");

    [Fact]
    public void AMissingFileAndAFolderAreRefused()
    {
        Diagnose(_folder["gone.report.json"], "CT5007").Message.ShouldStartWith("There is no such file.");
        Diagnose(Path.GetDirectoryName(_folder["x"])!, "CT5007").Message.ShouldStartWith("This is a folder.");
    }

    private string Write(string text)
    {
        File.WriteAllText(_folder["m.report.json"], text);
        return _folder["m.report.json"];
    }

    private static Diagnostic Diagnose(string path, string code)
    {
        var diagnostic = Should.Throw<CompressException>(() => ComparisonReader.Read(path)).Diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe(code);
        diagnostic.Location!.File.ShouldBe(path);
        return diagnostic;
    }
}
