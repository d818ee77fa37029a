using System.Text.Json;
using System.Text.RegularExpressions;

namespace CompressTasks.Core.Tests.Reporting;

/// <summary>A plain validator for JSON Schema, draft 4: the keywords that the schema of SARIF uses. A keyword that it does not know is an error, so that none is skipped in silence.</summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly HashSet<string> _silent = ["$schema", "id", "title", "description", "default", "definitions"];

    public static JsonSchema Load(string path) => new(JsonDocument.Parse(File.ReadAllText(path)).RootElement);

    /// <returns>What is wrong, each with its JSON path; nothing when the value is valid.</returns>
    public IReadOnlyList<string> Validate(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. Check(root, document.RootElement, "$")];
    }

    private IEnumerable<string> Check(JsonElement schema, JsonElement value, string path) =>
        schema.EnumerateObject().Where(keyword => !_silent.Contains(keyword.Name)).SelectMany(keyword => CheckKeyword(schema, keyword.Name, keyword.Value, value, path));

    private IEnumerable<string> CheckKeyword(JsonElement schema, string keyword, JsonElement rule, JsonElement value, string path) => keyword switch
    {
        "$ref" => Check(Resolve(rule.GetString()!), value, path),
        "type" => Demand(Names(rule).Any(type => IsOfType(value, type)), $"{path}: {value.ValueKind}, expected {rule}"),
        "enum" => Demand(rule.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)), $"{path}: {value} is none of {rule}"),
        "required" => IsObject(value) ? rule.EnumerateArray().SelectMany(name => Demand(value.TryGetProperty(name.GetString()!, out _), $"{path}: lacks {name}")) : [],
        "properties" => IsObject(value) ? value.EnumerateObject().SelectMany(property => rule.TryGetProperty(property.Name, out var inner) ? Check(inner, property.Value, $"{path}.{property.Name}") : []) : [],
        "additionalProperties" => IsObject(value) ? Additional(schema, rule, value, path) : [],
        "items" => IsArray(value) ? value.EnumerateArray().SelectMany((item, index) => Check(rule, item, $"{path}[{index}]")) : [],
        "minItems" => IsArray(value) ? Demand(value.GetArrayLength() >= rule.GetInt32(), $"{path}: fewer items than {rule}") : [],
        "uniqueItems" => IsArray(value) && rule.GetBoolean() ? Demand(AreUnique([.. value.EnumerateArray()]), $"{path}: an item twice") : [],
        "minimum" => value.ValueKind == JsonValueKind.Number ? Demand(value.GetDouble() >= rule.GetDouble(), $"{path}: {value} is below {rule}") : [],
        "maximum" => value.ValueKind == JsonValueKind.Number ? Demand(value.GetDouble() <= rule.GetDouble(), $"{path}: {value} is above {rule}") : [],
        "pattern" => value.ValueKind == JsonValueKind.String ? Demand(Regex.IsMatch(value.GetString()!, rule.GetString()!, RegexOptions.ECMAScript), $"{path}: {value} does not match {rule}") : [],
        "format" => value.ValueKind == JsonValueKind.String ? Demand(HasFormat(value.GetString()!, rule.GetString()!), $"{path}: {value} is no {rule}") : [],
        "anyOf" => Demand(rule.EnumerateArray().Any(option => !Check(option, value, path).Any()), $"{path}: fits none of anyOf"),
        "oneOf" => Demand(rule.EnumerateArray().Count(option => !Check(option, value, path).Any()) == 1, $"{path}: does not fit one of oneOf"),
        _ => throw new NotSupportedException($"The keyword {keyword} is not known here."),
    };

    private IEnumerable<string> Additional(JsonElement schema, JsonElement rule, JsonElement value, string path)
    {
        var others = value.EnumerateObject().Where(property => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(property.Name, out _));
        return rule.ValueKind switch
        {
            JsonValueKind.True => [],
            JsonValueKind.False => others.Select(property => $"{path}: {property.Name} is not known"),
            _ => others.SelectMany(property => Check(rule, property.Value, $"{path}.{property.Name}")),
        };
    }

    private JsonElement Resolve(string reference)
    {
        reference.ShouldStartWith("#/");
        return reference[2..].Split('/').Aggregate(root, (element, name) => element.GetProperty(name));
    }

    private static IEnumerable<string> Names(JsonElement rule) => rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Select(name => name.GetString()!) : [rule.GetString()!];

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => IsObject(value),
        "array" => IsArray(value),
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new NotSupportedException($"The type {type} is not known here."),
    };

    private static bool HasFormat(string value, string format) => format switch
    {
        "uri" => Uri.IsWellFormedUriString(value, UriKind.Absolute),
        "uri-reference" => Uri.IsWellFormedUriString(value, UriKind.RelativeOrAbsolute),
        "date-time" => DateTimeOffset.TryParse(value, out _),
        _ => throw new NotSupportedException($"The format {format} is not known here."),
    };

    private static bool AreUnique(IReadOnlyList<JsonElement> items) =>
        !items.SelectMany((item, index) => items.Take(index).Where(other => JsonElement.DeepEquals(item, other))).Any();

    private static bool IsObject(JsonElement value) => value.ValueKind == JsonValueKind.Object;

    private static bool IsArray(JsonElement value) => value.ValueKind == JsonValueKind.Array;

    private static IEnumerable<string> Demand(bool holds, string message) => holds ? [] : [message];
}
