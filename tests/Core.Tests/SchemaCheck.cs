using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace CompressTasks.Core.Tests;

/// <summary>A JSON Schema (draft 7), formats included.</summary>
internal sealed class SchemaCheck(string text)
{
    private static readonly EvaluationOptions _options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly JsonSchema _schema = JsonSchema.FromText(text, new BuildOptions { Dialect = Dialect.Draft07 });

    /// <summary>Why <paramref name="value"/> is not as the schema says; empty when it is.</summary>
    public IReadOnlyList<string> Errors(JsonNode? value)
    {
        var results = _schema.Evaluate(JsonSerializer.SerializeToElement(value), _options);
        return results.IsValid ? [] : ["not as the schema says", .. (results.Details ?? []).SelectMany(Errors)];
    }

    private static IEnumerable<string> Errors(EvaluationResults place) =>
        place.Errors?.Select(error => $"{place.InstanceLocation} {error.Key}: {error.Value}") ?? [];
}
