using System.Xml.Linq;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;

namespace CompressTasks.Core.Tests.Reporting.Writers;

public class JUnitReportTests
{
    [Fact]
    public void TheModelIsASuiteWithATestForEachThresholdAndEachWeight()
    {
        var suite = Suite(FailedReport.Make());
        suite.Attribute("name")!.Value.ShouldBe("models/m|1.onnx");
        Tests(suite, "gate").ShouldBe(["r2 ≥ 0.5", "weightR2 ≥ 0.9"]);
        Tests(suite, "weightR2").ShouldBe([FailedReport.Hostile, SampleReport.AwkwardPath, "better"], "the worst first");
    }

    [Fact]
    public void CountsAreThoseOfTheTests()
    {
        var suite = Suite(FailedReport.Make());
        // weightR2 itself, and the weights with 0.5 and 0.75 below 0.9.
        (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value).ShouldBe(("5", "3"));
        suite.Elements("testcase").Count(test => test.Element("failure") is not null).ShouldBe(3);
        (suite.Parent!.Attribute("tests")!.Value, suite.Parent.Attribute("failures")!.Value).ShouldBe(("5", "3"));
    }

    [Fact]
    public void AFailureHasItsMessageAndItsPlace()
    {
        var failure = Suite(FailedReport.Make()).Elements("testcase")
            .First(test => test.Attribute("name")!.Value.StartsWith("weightR2", StringComparison.Ordinal)).Element("failure")!;
        failure.Attribute("type")!.Value.ShouldBe("CT4002");
        failure.Attribute("message")!.Value.ShouldBe(FailedReport.Make().Diagnostics[0].Message);
        failure.Value.ShouldStartWith("app/my spec.yml(3,13): error CT4002: models/m|1.onnx: 2 of 3");
    }

    [Fact]
    public void WhatIsOnlyAWarningIsNoFailure()
    {
        var suite = Suite(FailedReport.Make("warning"));
        suite.Attribute("failures")!.Value.ShouldBe("0");
        suite.Elements("testcase")
            .Count(test => test.Element("system-out") is { } said && said.Value.Contains("warning CT4002", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public void WithoutAGateThereAreNoTests() =>
        Suite(SampleReport.Make(passed: true) with { Gate = new(true, []) }).Attribute("tests")!.Value.ShouldBe("0");

    [Fact]
    public void AnUnknownR2Fails()
    {
        var report = FailedReport.Make();
        var suite = Suite(report with { Weights = [report.Weights[0] with { Path = "lost", R2 = double.NaN }] });
        suite.Elements("testcase").Last().Element("failure")!.Attribute("message")!.Value.ShouldBe("R² is unknown, the gate asks for at least 0.9");
    }

    [Fact]
    public void WhatXmlForbidsInNamesIsReplaced()
    {
        var report = FailedReport.Make();
        var suite = Suite(report with { Weights = [report.Weights[0] with { Path = "a\0b\u0007c\uD800d😀" }] });
        Tests(suite, "weightR2").ShouldBe(["a\uFFFDb\uFFFDc\uFFFDd😀"]);
    }

    private static IEnumerable<string> Tests(XElement suite, string kind) =>
        suite.Elements("testcase").Where(test => test.Attribute("classname")!.Value == $"models/m|1.onnx.{kind}")
            .Select(test => test.Attribute("name")!.Value);

    private static XElement Suite(CompressionReport report) =>
        XDocument.Parse(JUnitReport.Write(report)).Root!.Elements("testsuite").ShouldHaveSingleItem();
}
