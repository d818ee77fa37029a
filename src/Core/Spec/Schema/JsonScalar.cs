using System.Globalization;
using System.Text.Json.Nodes;

namespace CompressTasks.Spec.Schema;

/// <summary>
/// Single values in the JSON Schema. What <see cref="ScalarReader"/> takes as text may look like a number or a truth value to an editor, and both
/// must pass.
/// </summary>
internal static class JsonScalar
{
    public static JsonObject Number(NumberSchema schema)
    {
        var (range, json) = (schema.Range, new JsonObject { ["type"] = schema.IsWhole ? "integer" : "number" });
        if (range.Minimum == range.Maximum)
            json.Add("enum", new JsonArray(Value(range.Minimum)));
        else
        {
            if (double.IsFinite(range.Minimum))
                json.Add(range.ExcludesMinimum ? "exclusiveMinimum" : "minimum", Value(range.Minimum));
            if (double.IsFinite(range.Maximum))
                json.Add(range.ExcludesMaximum ? "exclusiveMaximum" : "maximum", Value(range.Maximum));
        }

        return json;
    }

    public static JsonObject Size() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "number", ["minimum"] = 1 },
            new JsonObject { ["type"] = "string", ["pattern"] = "^(?=.*[1-9])[0-9]+(\\.[0-9]+)? ?([Bb]|[KkMmGg][Ii]?[Bb])?$" }),
    };

    public static JsonObject Duration() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0, ["maximum"] = Value(ScalarReader.LongestSeconds) },
            new JsonObject { ["type"] = "string", ["pattern"] = "^(?=.*[1-9])[0-9]+(\\.[0-9]+)? ?(s|min|h)?$" }),
    };

    public static JsonObject Text() => new() { ["type"] = new JsonArray("string", "number", "boolean"), ["pattern"] = "^(?=[\\s\\S]*\\S)[^\\u0000]*$" };

    public static JsonObject Choice(ChoiceSchema schema)
    {
        var values = new JsonArray([.. schema.Choices.Select(choice => JsonValue.Create(choice))]);
        foreach (var truth in schema.Choices.Where(choice => choice is "true" or "false"))
            values.Add(truth == "true");
        return new() { ["enum"] = values };
    }

    /// <summary>A default is YAML: a number, a list of plain texts, or a plain text.</summary>
    public static JsonNode Default(string yaml)
    {
        if (yaml is ['[', .. var items, ']'])
            return new JsonArray(
                [.. items.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(item => Default(item))]);
        if (yaml is "true" or "false")
            return JsonValue.Create(yaml == "true");
        return double.TryParse(yaml, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Value(number) : JsonValue.Create(yaml);
    }

    private static JsonValue Value(double number) =>
        number == Math.Floor(number) && Math.Abs(number) < 1e15 ? JsonValue.Create((long)number) : JsonValue.Create(number);
}
