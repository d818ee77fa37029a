using System.Text.Json;
using System.Text.Json.Nodes;
using CompressTasks.Corpus;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;

namespace CompressTasks.Core.Tests.Reporting.Writers;

public class SarifReportTests
{
    // Written for draft 4, in keywords that mean the same in draft 7.
    private static readonly Lazy<SchemaCheck> _schema =
        new(() => new(File.ReadAllText(SarifSchema.Path).Replace("draft-04", "draft-07", StringComparison.Ordinal)));

    public static TheoryData<string> Reports => ["failed", "warning", "passed", "noSpec"];

    [SarifTheory]
    [MemberData(nameof(Reports))]
    public void LogsAreValidByTheSchemaOfSarif(string name) => _schema.Value.Errors(JsonNode.Parse(SarifReport.Write(Report(name)))).ShouldBeEmpty();

    [SarifTheory]
    [InlineData("\"version\": \"2.1.0\"", "\"version\": \"2.2\"")]
    [InlineData("\"level\": \"error\"", "\"level\": \"fatal\"")]
    [InlineData("\"startLine\": 3", "\"startLine\": 0")]
    [InlineData("\"startLine\": 3", "\"startLine\": \"3\"")]
    [InlineData("\"startLine\": 3", "\"line\": 3")]
    [InlineData("\"text\":", "\"words\":")]
    [InlineData("my%20spec.yml", "my spec.yml")]
    public void TheSchemaRefusesWhatIsNoSarif(string good, string bad)
    {
        var log = SarifReport.Write(FailedReport.Make());
        log.ShouldContain(good);
        _schema.Value.Errors(JsonNode.Parse(log.Replace(good, bad, StringComparison.Ordinal))).ShouldNotBeEmpty();
    }

    [Fact]
    public void AFailureIsAResultAtItsPlaceInTheSpec()
    {
        var run = Run(FailedReport.Make());
        var results = run.GetProperty("results").EnumerateArray().ToList();
        results.Count.ShouldBe(2);
        results[0].GetProperty("ruleId").GetString().ShouldBe("CT4002");
        results[0].GetProperty("level").GetString().ShouldBe("error");
        var place = results[0].GetProperty("locations")[0].GetProperty("physicalLocation");
        place.GetProperty("artifactLocation").GetProperty("uri").GetString().ShouldBe("app/my%20spec.yml");
        place.GetProperty("region").GetProperty("startLine").GetInt32().ShouldBe(3);
        place.GetProperty("region").GetProperty("startColumn").GetInt32().ShouldBe(13);
        results[1].GetProperty("level").GetString().ShouldBe("warning");
        results[1].GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region").TryGetProperty("startColumn", out _)
            .ShouldBeFalse("the column is unknown");
    }

    [Fact]
    public void BracesInMessagesAreDoubled() =>
        // SARIF 2.1.0, 3.11.5: {0} would be replaced by an argument.
        Run(FailedReport.Make()).GetProperty("results")[0].GetProperty("message").GetProperty("text").GetString()!.ShouldContain("&amp;{{0}} (0.5).");

    [Fact]
    public void RulesAreThoseOfTheDocumentation()
    {
        var run = Run(FailedReport.Make());
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().ToList();
        rules.Select(rule => rule.GetProperty("id").GetString()).ShouldBe(["CT4002", "CT4009"]);
        rules[0].GetProperty("shortDescription").GetProperty("text").GetString().ShouldBe("A weight's R² is below gate.weightR2, or unknown.");
        run.GetProperty("results").EnumerateArray().Select(result => rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString())
            .ShouldBe(["CT4002", "CT4009"]);
    }

    [Fact]
    public void SpecAndModelAreNamedFromTheRootOfTheTree() =>
        Run(FailedReport.Make()).GetProperty("artifacts").EnumerateArray()
            .Select(artifact => artifact.GetProperty("location").GetProperty("uri").GetString())
            .ShouldBe(["app/my%20spec.yml", "app/models/m%7C1.onnx"]);

    [Theory]
    [InlineData("../models/m.onnx", "models/m.onnx")]
    [InlineData("../../elsewhere/m.onnx", null)]
    public void AModelAboveTheSpecIsNamedUnlessItIsOutsideOfTheTree(string path, string? expected)
    {
        var report = FailedReport.Make();
        Run(report with { Model = report.Model with { Path = path } }).GetProperty("artifacts").EnumerateArray().Skip(1)
            .Select(artifact => artifact.GetProperty("location").GetProperty("uri").GetString()).SingleOrDefault().ShouldBe(expected);
    }

    [Fact]
    public void APassedGateHasNoResults() => Run(Report("passed")).GetProperty("results").GetArrayLength().ShouldBe(0);

    private static CompressionReport Report(string name) => name switch
    {
        "failed" => FailedReport.Make(),
        "warning" => FailedReport.Make("warning"),
        "passed" => SampleReport.Make(passed: true) with { Spec = FailedReport.Make().Spec },
        _ => SampleReport.Make(passed: true) with { Spec = new(null, "models: [ m.onnx ]", []) },
    };

    private static JsonElement Run(CompressionReport report) => JsonDocument.Parse(SarifReport.Write(report)).RootElement.GetProperty("runs")[0];
}
