using CompressTasks.Diagnostics;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Spec.Schema;

/// <summary>Finds out what an unknown key was meant to be.</summary>
internal static class UnknownKeys
{
    public static Diagnostic Explain(ScalarNode key, ObjectSchema schema, IReadOnlyList<MappingEntry> siblings)
    {
        var names = schema.Keys.Select(known => known.Name).ToList();
        if (UnindentedParent(key, schema, siblings) is { } parent)
            return SpecDiagnostics.NotIndented(key.Text, parent, schema.Name, key.At);
        return schema.IsStage
            ? SpecDiagnostics.UnknownStage(key.Text, Meant(key.Text, schema), names, key.At)
            : SpecDiagnostics.UnknownKey(key.Text, schema.Name, Meant(key.Text, schema), names, key.At);
    }

    public static string? Meant(string key, ObjectSchema schema) => EditDistance.Nearest(key, schema.Keys.Select(known => known.Name));

    /// <summary>YAML reads <c>- pca:</c> with <c>keep: 0.5</c> in the same column below it as two keys of one mapping.</summary>
    private static string? UnindentedParent(ScalarNode key, ObjectSchema schema, IReadOnlyList<MappingEntry> siblings) =>
        siblings.FirstOrDefault(sibling =>
            sibling.Value is ScalarNode { IsNull: true }
            && schema.Find(sibling.Key.Text)?.Value is ObjectSchema options
            && options.Find(key.Text) is not null)?.Key.Text;
}
