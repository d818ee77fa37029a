using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CompressTasks.Core.Tests;

/// <summary>
/// Draft-07 of JSON Schema, as its validation vocabulary says (draft-handrews-json-schema-validation-01, section 6), for the keywords that the spec's schema and that of SARIF use; the
/// latter is draft-04, where these mean the same. Any other is an error, so that no rule is passed over.
/// </summary>
internal sealed class SchemaEvaluator(JsonObject root)
{
    private static readonly HashSet<string> _annotations = ["$schema", "id", "title", "description", "default", "definitions"];

    public static SchemaEvaluator Load(string path) => new(JsonNode.Parse(File.ReadAllText(path))!.AsObject());

    /// <summary>Why <paramref name="value"/> is not as the schema says; empty when it is.</summary>
    public IReadOnlyList<string> Errors(JsonNode? value) => [.. Errors(root, value, "#")];

    private IEnumerable<string> Errors(JsonObject schema, JsonNode? value, string at)
    {
        if (schema["$ref"] is { } reference)
            return Errors(Target((string)reference!), value, at);
        return schema.Where(rule => !_annotations.Contains(rule.Key)).SelectMany(rule => Errors(schema, rule.Key, rule.Value!, value, at));
    }

    private IEnumerable<string> Errors(JsonObject schema, string keyword, JsonNode rule, JsonNode? value, string at) => keyword switch
    {
        "type" => Unless((rule is JsonArray types ? types : [rule.DeepClone()]).Any(type => IsOf((string)type!, value)), at, $"is not {rule}"),
        "enum" => Unless(rule.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)), at, $"is none of {rule.ToJsonString()}"),
        "minimum" => Unless(Number(value) is not { } number || number >= (double)rule, at, $"is below {rule}"),
        "maximum" => Unless(Number(value) is not { } number || number <= (double)rule, at, $"is above {rule}"),
        "exclusiveMinimum" => Unless(Number(value) is not { } number || number > (double)rule, at, $"is not above {rule}"),
        "exclusiveMaximum" => Unless(Number(value) is not { } number || number < (double)rule, at, $"is not below {rule}"),
        "pattern" => Unless(Text(value) is not { } text || Regex.IsMatch(text, (string)rule!, RegexOptions.ECMAScript), at, $"does not match {rule}"),
        "minItems" => Unless(value is not JsonArray list || list.Count >= (int)rule, at, $"has fewer than {rule} items"),
        "uniqueItems" => Unless(value is not JsonArray list || !(bool)rule || AreUnique(list), at, "has an item twice"),
        "format" => Unless(Text(value) is not { } text || HasFormat(text, (string)rule!), at, $"is no {rule}"),
        "items" => value is JsonArray list ? list.SelectMany((item, index) => Errors(rule.AsObject(), item, $"{at}/{index}")) : [],
        "required" => value is JsonObject mapping ? rule.AsArray().Where(key => !mapping.ContainsKey((string)key!)).Select(key => $"{at} has no {key}") : [],
        "properties" => value is JsonObject mapping ? rule.AsObject().Where(key => mapping.ContainsKey(key.Key)).SelectMany(key => Errors(key.Value!.AsObject(), mapping[key.Key], $"{at}/{key.Key}")) : [],
        "additionalProperties" => value is JsonObject mapping ? mapping.Where(key => schema["properties"]?[key.Key] is null).SelectMany(key => Additional(rule, key.Value, $"{at}/{key.Key}")) : [],
        "allOf" => rule.AsArray().SelectMany(part => Errors(part!.AsObject(), value, at)),
        "anyOf" => Unless(Matching(rule, value) > 0, at, "has none of the forms"),
        "oneOf" => Unless(Matching(rule, value) == 1, at, $"has {Matching(rule, value)} of the forms in place of one"),
        _ => throw new NotSupportedException($"The schema uses {keyword}, which this evaluator does not know."),
    };

    private IEnumerable<string> Additional(JsonNode rule, JsonNode? value, string at) =>
        rule is JsonObject schema ? Errors(schema, value, at) : Unless((bool)rule, at, "is unknown");

    private int Matching(JsonNode forms, JsonNode? value) => forms.AsArray().Count(form => !Errors(form!.AsObject(), value, "").Any());

    private JsonObject Target(string reference) => reference.StartsWith("#/", StringComparison.Ordinal)
        && reference[2..].Split('/').Aggregate<string, JsonNode?>(root, (node, name) => node?[name]) is JsonObject target
            ? target
            : throw new KeyNotFoundException($"{reference} leads nowhere.");

    private static bool IsOf(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => Number(value) is not null,
        "integer" => Number(value) is { } number && Math.Floor(number) == number,
        _ => throw new NotSupportedException($"There is no type {type}."),
    };

    private static bool HasFormat(string text, string format) => format switch
    {
        "uri" => Uri.IsWellFormedUriString(text, UriKind.Absolute),
        "uri-reference" => Uri.IsWellFormedUriString(text, UriKind.RelativeOrAbsolute),
        "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        _ => throw new NotSupportedException($"There is no format {format}."),
    };

    private static bool AreUnique(JsonArray list) => !list.SelectMany((item, index) => list.Take(index).Where(other => JsonNode.DeepEquals(item, other))).Any();

    private static string? Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? (string)value! : null;

    private static double? Number(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number ? (double)value : null;

    private static IEnumerable<string> Unless(bool holds, string at, string error) => holds ? [] : [$"{at} {error}"];
}
