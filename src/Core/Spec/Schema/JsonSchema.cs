using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CompressTasks.Spec.Schema;

/// <summary>
/// The spec's definitions as a JSON Schema (draft-07, which YAML editors know), for completion and checks while typing. It accepts every spec that
/// the reader accepts, and refuses what can be seen in one place; what needs more, such as whether a stack exists that a rule names, is the reader's.
/// </summary>
internal static partial class JsonSchema
{
    /// <summary>By which a file is known to hold this schema, of whatever version.</summary>
    public const string Title = "CompressTasks spec";

    // Tabs and symbols such as ² stay readable; nothing of this goes into HTML.
    private static readonly JsonSerializerOptions _readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    /// <summary>The schema's text.</summary>
    public static string Write()
    {
        var definitions = new JsonObject();
        foreach (var schema in SpecSchema.All.Where(schema => schema != SpecSchema.Root))
            definitions.Add(schema.Name, Definition(schema));
        var root = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = Title,
            ["description"] = "What is compressed how, and what the result must hold.",
        };
        foreach (var (keyword, value) in Mapping(SpecSchema.Root).ToList())
            root.Add(keyword, value?.DeepClone());
        root.Add("definitions", definitions);
        return root.ToJsonString(_readable) + "\n";
    }

    private static JsonObject Of(ValueSchema schema) => schema switch
    {
        NumberSchema number => JsonScalar.Number(number),
        SizeSchema => JsonScalar.Size(),
        DurationSchema => JsonScalar.Duration(),
        TextSchema => JsonScalar.Text(),
        ChoiceSchema choice => JsonScalar.Choice(choice),
        ListSchema { AllowsSingle: true } list => AnyOf(Of(list.Item), List(list)),
        ListSchema list => List(list),
        NamesSchema names => new() { ["type"] = Types("object", "null"), ["additionalProperties"] = Of(names.Item) },
        NameOrListSchema either => AnyOf(Of(either.Name), List(either.List)),
        ObjectSchema mapping => new() { ["$ref"] = $"#/definitions/{mapping.Name}" },
        _ => throw new ArgumentOutOfRangeException(nameof(schema)),
    };

    private static JsonObject List(ListSchema list)
    {
        var json = new JsonObject { ["type"] = list.MinimumItems == 0 ? Types("array", "null") : "array", ["items"] = Of(list.Item) };
        if (list.MinimumItems > 0)
            json.Add("minItems", list.MinimumItems);
        return json;
    }

    /// <summary>The mapping, and what may stand in its place.</summary>
    private static JsonObject Definition(ObjectSchema schema)
    {
        if (schema.IsStage)
            return AnyOf(
                new JsonObject { ["enum"] = Strings(schema.Keys.Where(key => AllowsNothing((ObjectSchema)key.Value)).Select(key => key.Name)) },
                    Mapping(schema));
        return schema.TextIsValueOf is { } key ? AnyOf(Of(schema.Find(key)!.Value), Mapping(schema)) : Mapping(schema);
    }

    private static JsonObject Mapping(ObjectSchema schema)
    {
        var properties = new JsonObject();
        foreach (var key in schema.Keys)
            properties.Add(key.Name, Property(key));
        var json = new JsonObject
        {
            ["type"] = AllowsNothing(schema) ? Types("object", "null") : "object",
            ["properties"] = properties,
            ["additionalProperties"] = false
        };
        if (schema.Keys.Any(key => key.IsRequired))
            json.Add("required", Strings(schema.Keys.Where(key => key.IsRequired).Select(key => key.Name)));
        if (schema.ExactlyOneOf.Count > 0)
            json.Add("oneOf", new JsonArray([.. schema.ExactlyOneOf.Select(name => new JsonObject { ["required"] = Strings([name]) })]));
        return json;
    }

    private static JsonObject Property(KeySchema key)
    {
        var value = Of(key.Value);

        // Draft-07 ignores what stands beside a reference.
        var json = new JsonObject { ["description"] = Describe(key) };
        if (key.Default is not null)
            json.Add("default", JsonScalar.Default(key.Default));
        if (value.ContainsKey("$ref"))
        {
            json.Add("allOf", new JsonArray(value));
            return json;
        }

        foreach (var (keyword, rule) in value.ToList())
            json.Add(keyword, rule?.DeepClone());
        return json;
    }

    /// <summary>Editors show the description: it is all that a reader sees of the documentation.</summary>
    private static string Describe(KeySchema key)
    {
        var text = Link().Replace(key.Description, "${text}");
        var missing = key.Default ?? key.DefaultDescription;
        return $"{text} {char.ToUpperInvariant(key.Value.Expected[0])}{key.Value.Expected[1..]}.{(missing is null ? "" : $" Default: {missing}.")}";
    }

    /// <summary>Whether a key with nothing behind it is a mapping with all defaults.</summary>
    private static bool AllowsNothing(ObjectSchema schema) =>
        schema is { IsStage: false, TextIsValueOf: null, ExactlyOneOf.Count: 0 } && schema != SpecSchema.Root
            && !schema.Keys.Any(key => key.IsRequired);

    private static JsonObject AnyOf(params JsonObject[] schemas) => new() { ["anyOf"] = new JsonArray([.. schemas]) };

    private static JsonArray Types(params string[] names) => Strings(names);

    private static JsonArray Strings(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];

    /// <summary>A Markdown link into the documentation, which leads nowhere from an editor.</summary>
    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\([^)]+\)")]
    private static partial Regex Link();
}
