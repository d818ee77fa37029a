using System.Globalization;
using CompressTasks.Diagnostics;

namespace CompressTasks.Spec.Schema;

/// <summary>A value that its schema has accepted.</summary>
internal abstract record SpecValue(SourceLocation At);

internal sealed record NumberValue(double Number, SourceLocation At) : SpecValue(At);

internal sealed record TextValue(string Text, SourceLocation At) : SpecValue(At);

/// <param name="Items">Those that were accepted.</param>
/// <param name="IsComplete">All of them were.</param>
/// <param name="At">Where the list begins.</param>
internal sealed record ListValue(IReadOnlyList<SpecValue> Items, bool IsComplete, SourceLocation At) : SpecValue(At);

/// <param name="Name">The key as written.</param>
/// <param name="NameAt">The place of the key.</param>
/// <param name="Value">Null when it was refused.</param>
internal sealed record Field(string Name, SourceLocation NameAt, SpecValue? Value);

/// <summary>A mapping. Where a key was refused, its default stands in, so that the rest can still be checked.</summary>
internal sealed record ObjectValue(ObjectSchema? Schema, IReadOnlyList<Field> Fields, SourceLocation At) : SpecValue(At)
{
    public Field? Find(string key) => Fields.FirstOrDefault(field => field.Name == key);

    public SpecValue? this[string key] => Find(key)?.Value;

    public double? OptionalNumber(string key) => (this[key] as NumberValue)?.Number;

    public double Number(string key) => OptionalNumber(key) ?? double.Parse(Default(key) ?? "0", CultureInfo.InvariantCulture);

    public string Text(string key) => (this[key] as TextValue)?.Text ?? Default(key) ?? "";

    public TEnum Choice<TEnum>(string key)
        where TEnum : struct, Enum =>
        Enum.Parse<TEnum>(Text(key), ignoreCase: true);

    /// <summary>The texts of a list of texts, with their places.</summary>
    public IReadOnlyList<TextValue> Texts(string key) => [.. Items(key).OfType<TextValue>()];

    public IReadOnlyList<SpecValue> Items(string key) => (this[key] as ListValue)?.Items ?? [];

    private string? Default(string key) => Schema?.Find(key)?.Default;
}
