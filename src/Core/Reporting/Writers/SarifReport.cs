using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CompressTasks.Diagnostics;

namespace CompressTasks.Reporting.Writers;

/// <summary>
/// What was found, in the Static Analysis Results Interchange Format, SARIF 2.1.0 (OASIS), for code scanning and editors. Sections named below are
/// those of the standard.
/// </summary>
internal static class SarifReport
{
    /// <summary>The name that the standard suggests for the root of the source tree (3.14.14); a reader knows where that is.</summary>
    private const string Root = "%SRCROOT%";

    private static readonly JsonSerializerOptions _indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    public static string Write(CompressionReport report)
    {
        var codes = report.Diagnostics.Select(diagnostic => diagnostic.Code).Distinct().ToList();
        var log = new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = Array(new JsonObject
            {
                ["tool"] = new JsonObject { ["driver"] = Driver(report.Tool, codes) },
                // One category for each model, or the upload of one would replace that of another (3.17.3).
                ["automationDetails"] = new JsonObject { ["id"] = $"CompressTasks/{report.Model.Path}/" },
                ["invocations"] = Array(new JsonObject { ["executionSuccessful"] = true }),
                ["columnKind"] = "utf16CodeUnits",
                ["originalUriBaseIds"] = new JsonObject { [Root] = new JsonObject { ["description"] = Message("The root of the source tree.") } },
                ["artifacts"] = Array([.. Artifacts(report)]),
                ["results"] = Array([.. report.Diagnostics.Select(diagnostic => Result(diagnostic, codes))]),
            }),
        };
        return log.ToJsonString(_indented) + "\n";
    }

    private static JsonObject Driver(string tool, IEnumerable<string> codes) => new()
    {
        ["name"] = "CompressTasks",
        ["semanticVersion"] = tool[(tool.LastIndexOf(' ') + 1)..],
        ["rules"] = Array([.. codes.Select(Rule)]),
    };

    private static JsonObject Rule(string code)
    {
        var rule = new JsonObject { ["id"] = code };
        if (DiagnosticCatalog.Find(code) is { } entry)
        {
            rule["shortDescription"] = Message(entry.Cause);
            rule["help"] = Message(entry.Remedy);
        }

        return rule;
    }

    private static JsonObject Result(DiagnosticSummary diagnostic, List<string> codes)
    {
        var result = new JsonObject
        {
            ["ruleId"] = diagnostic.Code,
            ["ruleIndex"] = codes.IndexOf(diagnostic.Code),
            ["level"] = diagnostic.Severity,
            ["message"] = Message(diagnostic.Message),
        };
        if (diagnostic.File is { } file)
            result["locations"] = Array(new JsonObject { ["physicalLocation"] = Place(file, diagnostic.Line, diagnostic.Column) });
        return result;
    }

    private static JsonObject Place(string file, int line, int column)
    {
        var place = new JsonObject { ["artifactLocation"] = ArtifactLocation(file) };
        if (line > 0)
            place["region"] = column > 0 ? new JsonObject { ["startLine"] = line, ["startColumn"] = column }
                : new JsonObject { ["startLine"] = line };
        return place;
    }

    private static IEnumerable<JsonObject> Artifacts(CompressionReport report)
    {
        if (report.Spec?.Path is not { } spec)
            yield break;
        yield return new() { ["location"] = ArtifactLocation(spec), ["roles"] = new JsonArray("userSpecifiedConfiguration") };
        var model = Join(spec, report.Model.Path);
        // A file that is not in the tree has no path that another machine could follow.
        if (model.StartsWith("../", StringComparison.Ordinal))
            yield break;
        yield return new()
        {
            ["location"] = ArtifactLocation(model),
            ["length"] = report.Model.Bytes,
            ["roles"] = new JsonArray("analysisTarget"),
            ["hashes"] = new JsonObject { ["sha-256"] = report.Model.Sha256 },
        };
    }

    /// <summary>A path that is relative to the folder of the spec, from the root.</summary>
    private static string Join(string spec, string path)
    {
        var folders = new Stack<string>(spec.Split('/')[..^1]);
        foreach (var part in path.Split('/'))
        {
            if (part == ".." && folders.TryPeek(out var parent) && parent != "..")
                folders.Pop();
            else
                folders.Push(part);
        }

        return string.Join('/', folders.Reverse());
    }

    /// <summary>A relative URI reference (RFC 3986): every part percent-encoded.</summary>
    private static JsonObject ArtifactLocation(string path) => new()
    {
        ["uri"] = string.Join('/', path.Split('/').Select(Uri.EscapeDataString)),
        ["uriBaseId"] = Root,
    };

    /// <summary>Braces stand for arguments unless they are doubled (3.11.5).</summary>
    private static JsonObject Message(string text) =>
        new() { ["text"] = text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal) };

    private static JsonArray Array(params JsonNode[] items) => new(items);
}
