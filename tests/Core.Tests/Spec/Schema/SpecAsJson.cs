using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CompressTasks.Diagnostics;
using CompressTasks.Spec.Schema;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Core.Tests.Spec.Schema;

/// <summary>What an editor makes of a spec: JSON by the core schema of YAML 1.2, checked against the JSON Schema.</summary>
internal static partial class SpecAsJson
{
    private static readonly SchemaCheck _schema = new(JsonSchema.Write());

    /// <returns>What the schema finds wrong; null when the text is no YAML, or has values that JSON has not.</returns>
    public static IReadOnlyList<string>? Errors(string yaml)
    {
        var errors = new List<Diagnostic>();
        var root = NodeReader.Read(yaml.TrimStart('\uFEFF'), "compress.yml", errors);
        if (root is null || errors.Count > 0)
            return null;
        try
        {
            return _schema.Errors(ToJson(root));
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static JsonNode? ToJson(Node node) => node switch
    {
        MappingNode mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ToJson(entry.Value)))),
        SequenceNode sequence => new JsonArray([.. sequence.Items.Select(ToJson)]),
        ScalarNode scalar => Scalar(scalar),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private static JsonValue? Scalar(ScalarNode scalar)
    {
        if (!scalar.IsPlain)
            return JsonValue.Create(scalar.Text);
        if (scalar.IsNull)
            return null;
        if (scalar.Text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
            return JsonValue.Create(bool.Parse(scalar.Text));
        if (NotANumber().IsMatch(scalar.Text))
            throw new NotSupportedException("JSON has no infinity and no NaN.");
        if (!Number().IsMatch(scalar.Text))
            return JsonValue.Create(scalar.Text);
        var number = double.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? JsonValue.Create(number) : throw new NotSupportedException("JSON has no infinity.");
    }

    // YAML 1.2.2, section 10.3.2.
    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z")]
    private static partial Regex NotANumber();
}
