using CompressTasks.Diagnostics;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Spec.Schema;

/// <summary>Checks a YAML tree against the schema. Everything that is wrong is collected, nothing stops it.</summary>
internal sealed class SchemaReader(ICollection<Diagnostic> errors)
{
    private readonly ScalarReader _scalars = new(errors);

    /// <param name="name">The key or noun that messages call the value by.</param>
    /// <param name="node">The value.</param>
    /// <param name="schema">What it must be.</param>
    /// <param name="owner">The place to name when something is missing in the value.</param>
    /// <returns>Null when it was refused.</returns>
    public SpecValue? Read(string name, Node node, ValueSchema schema, SourceLocation owner) => schema switch
    {
        NumberSchema number => _scalars.ReadNumber(name, node, number),
        SizeSchema size => _scalars.ReadSize(name, node, size),
        DurationSchema duration => _scalars.ReadDuration(name, node, duration),
        TextSchema text => _scalars.ReadText(name, node, text),
        ChoiceSchema choice => _scalars.ReadChoice(name, node, choice),
        ListSchema list => ReadList(name, node, list),
        NamesSchema names => ReadNames(name, node, names),
        NameOrListSchema either =>
            node is ScalarNode { IsNull: false } ? _scalars.ReadText(name, node, either.Name) : ReadList(name, node, either.List),
        ObjectSchema mapping => ReadObject(name, node, mapping, owner),
        _ => throw new ArgumentOutOfRangeException(nameof(schema)),
    };

    private ListValue? ReadList(string name, Node node, ListSchema schema)
    {
        IReadOnlyList<Node>? nodes = node switch
        {
            SequenceNode sequence => sequence.Items,
            ScalarNode { IsNull: true } when schema.MinimumItems == 0 => [],
            _ when schema.AllowsSingle => [node],
            _ => null,
        };
        if (nodes is null)
            return Refuse<ListValue>(SpecDiagnostics.WrongType(name, Found.Describe(node), schema.Expected, node.At));
        if (nodes.Count < schema.MinimumItems)
            return Refuse<ListValue>(SpecDiagnostics.EmptyList(name, schema.Expected, node.At));
        var items = nodes.Select(item => Read(name, item, schema.Item, item.At)).ToList();
        var accepted = items.OfType<SpecValue>().ToList();
        return new(accepted, accepted.Count == items.Count, node.At);
    }

    private ObjectValue? ReadNames(string name, Node node, NamesSchema schema)
    {
        if (node is ScalarNode { IsNull: true })
            return new(null, [], node.At);
        if (node is not MappingNode mapping)
            return Refuse<ObjectValue>(SpecDiagnostics.WrongType(name, Found.Describe(node), schema.Expected, node.At));
        var fields = mapping.Entries.Select(entry =>
            new Field(entry.Key.Text, entry.Key.At, Read(entry.Key.Text, entry.Value, schema.Item, entry.Key.At)));
        return new(null, [.. fields], node.At);
    }

    private ObjectValue? ReadObject(string name, Node node, ObjectSchema schema, SourceLocation owner)
    {
        if (Entries(node, schema) is not { } entries)
            return Refuse<ObjectValue>(SpecDiagnostics.WrongType(name, Found.Describe(node), schema.Expected, node.At));
        var fields = new List<Field>();
        var unknown = new List<MappingEntry>();
        foreach (var entry in entries)
        {
            if (schema.Find(entry.Key.Text) is { } key)
                fields.Add(new(key.Name, entry.Key.At, Read(key.Name, entry.Value, key.Value, entry.Key.At)));
            else
                unknown.Add(entry);
        }
        foreach (var entry in unknown)
            errors.Add(UnknownKeys.Explain(entry.Key, schema, entries));
        ReportMissing(schema, fields, unknown, owner);
        return new(schema, fields, owner);
    }

    private static IReadOnlyList<MappingEntry>? Entries(Node node, ObjectSchema schema) => node switch
    {
        MappingNode mapping => mapping.Entries,
        ScalarNode { IsNull: true } when !schema.IsStage && schema.TextIsValueOf is null => [],
        ScalarNode { IsNull: false } text when schema.IsStage => [new(text, ScalarNode.Null(text.At))],
        ScalarNode { IsNull: false } text when schema.TextIsValueOf is { } key => [new(new(key, isPlain: true, text.At), text)],
        _ => null,
    };

    /// <summary>An unknown key is most likely the missing one misspelt, and one message is enough for that.</summary>
    private void ReportMissing(ObjectSchema schema, List<Field> fields, List<MappingEntry> unknown, SourceLocation owner)
    {
        var slips = unknown.Select(entry => UnknownKeys.Meant(entry.Key.Text, schema)).ToHashSet();
        foreach (var key in schema.Keys.Where(key => key.IsRequired && !slips.Contains(key.Name)))
        {
            if (fields.All(field => field.Name != key.Name))
                errors.Add(SpecDiagnostics.MissingKey(schema.Name, key.Name, key.Value.Expected, owner));
        }
        var given = fields.Where(field => schema.ExactlyOneOf.Contains(field.Name)).ToList();
        if (given.Count > 1)
            errors.Add(SpecDiagnostics.NotExactlyOne(schema.Name, schema.ExactlyOneOf, [.. given.Select(field => field.Name)], given[1].NameAt));
        else if (given.Count == 0 && schema.ExactlyOneOf.Count > 0 && unknown.Count == 0)
            errors.Add(SpecDiagnostics.NotExactlyOne(schema.Name, schema.ExactlyOneOf, [], owner));
    }

    private T? Refuse<T>(Diagnostic diagnostic)
        where T : class
    {
        errors.Add(diagnostic);
        return null;
    }
}
