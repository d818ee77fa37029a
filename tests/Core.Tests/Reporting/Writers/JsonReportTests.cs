using System.Text.Json;
using CompressTasks.Reporting.Writers;

namespace CompressTasks.Core.Tests.Reporting.Writers;

public class JsonReportTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void WhatIsNoNumberIsNull(double r2)
    {
        using var json = JsonDocument.Parse(JsonReport.Write(SampleReport.Make(passed: false, r2)));
        json.RootElement.GetProperty("total").GetProperty("r2").ValueKind.ShouldBe(JsonValueKind.Null);
        json.RootElement.GetProperty("weights")[0].GetProperty("r2").ValueKind.ShouldBe(JsonValueKind.Null);
        json.RootElement.GetProperty("gate").GetProperty("checks")[0].GetProperty("actual").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void TheSameReportIsTheSameText()
    {
        var text = JsonReport.Write(SampleReport.Make(passed: true));
        JsonReport.Write(SampleReport.Make(passed: true)).ShouldBe(text);
        text.ShouldNotContain("\r");
        text.ShouldEndWith("}\n");
    }

    [Fact]
    public void NumbersKeepAllTheirDigitsInAnyCulture() => InGermany.Run(() =>
    {
        using var json = JsonDocument.Parse(JsonReport.Write(SampleReport.Make(passed: true, r2: 0.1 + 0.2)));
        json.RootElement.GetProperty("total").GetProperty("r2").GetRawText().ShouldBe("0.30000000000000004");
    });

    [Fact]
    public void NamesComeBackAsTheyWere()
    {
        using var json = JsonDocument.Parse(JsonReport.Write(SampleReport.Make(passed: true)));
        json.RootElement.GetProperty("weights")[0].GetProperty("path").GetString().ShouldBe(SampleReport.AwkwardPath);
        json.RootElement.GetProperty("weights")[0].GetProperty("levels")[2].GetProperty("kept").GetBoolean().ShouldBeFalse();
    }
}
