using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace CompressTasks.Reporting.Writers;

/// <summary>
/// The gate as JUnit XML, for the test views of build servers: a suite for the model, a test case for each threshold, and one for each weight when
/// each has a threshold.
/// </summary>
internal static class JUnitReport
{
    private static readonly XmlWriterSettings _settings = new()
    {
        Indent = true,
        NewLineChars = "\n",
        Encoding = new System.Text.UTF8Encoding(false)
    };

    public static string Write(CompressionReport report)
    {
        var findings = GateFindings.Of(report);
        var cases = findings.Select(finding => GateCase(report, finding.Check, finding.Diagnostic)).ToList();
        var weightR2 = findings.FirstOrDefault(finding => finding.Check.Name == "weightR2");
        if (weightR2.Check is { } each)
            cases.AddRange(report.Weights.WorstFirst(weight => weight.R2, weight => weight.Path)
                .Select(weight => WeightCase(report, weight, each, weightR2.Diagnostic)));
        var suite = new XElement("testsuite",
            Text("name", report.Model.Path),
            Number("tests", cases.Count),
            Number("failures", cases.Count(test => test.Element("failure") is not null)),
            Number("errors", 0),
            Number("skipped", 0),
            new XAttribute("time", "0"),
            cases);
        return Serialize(
            new XElement("testsuites", new XAttribute("name", "CompressTasks"), suite.Attribute("tests"), suite.Attribute("failures"),
                suite.Attribute("errors"), suite.Attribute("time"), suite));
    }

    private static XElement GateCase(CompressionReport report, GateCheckSummary check, DiagnosticSummary? diagnostic)
    {
        var test = Case(report, "gate", GateFindings.Asked(check));
        if (diagnostic is not null)
            test.Add(Outcome(diagnostic, diagnostic.Message));
        else if (!check.Passed)
            test.Add(new XElement("failure", new XAttribute("message", $"measured {FigureText.Number(check.Actual)}")));
        return test;
    }

    private static XElement WeightCase(CompressionReport report, WeightSummary weight, GateCheckSummary check, DiagnosticSummary? diagnostic)
    {
        var test = Case(report, "weightR2", weight.Path);
        if (diagnostic is not null && !(weight.R2 >= check.Threshold))
            test.Add(Outcome(diagnostic, $"R² is {FigureText.R2(weight.R2)}, the gate asks for at least {FigureText.Number(check.Threshold)}"));
        return test;
    }

    private static XElement Case(CompressionReport report, string kind, string name) =>
        new("testcase", Text("classname", $"{report.Model.Path}.{kind}"), Text("name", name), new XAttribute("time", "0"));

    /// <summary>JUnit knows no warnings: what does not fail the build is only said.</summary>
    private static XElement Outcome(DiagnosticSummary diagnostic, string message)
    {
        var text = XmlText.Valid($"{(diagnostic.Place is { } place ? $"{place}: " : "")}{diagnostic.Severity} {diagnostic.Code}: {message}");
        return diagnostic.IsError
            ? new("failure", Text("message", message), Text("type", diagnostic.Code), text)
            : new("system-out", text);
    }

    private static XAttribute Text(string name, string value) => new(name, XmlText.Valid(value));

    private static XAttribute Number(string name, int value) => new(name, value.ToString(CultureInfo.InvariantCulture));

    private static string Serialize(XElement root)
    {
        using var buffer = new MemoryStream();
        using (var writer = XmlWriter.Create(buffer, _settings))
            root.Save(writer);
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
