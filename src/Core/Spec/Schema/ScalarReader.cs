using System.Globalization;
using System.Text.RegularExpressions;
using CompressTasks.Diagnostics;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Spec.Schema;

/// <summary>Reads single values, whatever the culture of the machine.</summary>
internal sealed partial class ScalarReader(ICollection<Diagnostic> errors)
{
    private static readonly Dictionary<string, double> _units = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = 1,
        ["B"] = 1,
        ["KB"] = 1e3,
        ["MB"] = 1e6,
        ["GB"] = 1e9,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
    };

    private static readonly Dictionary<string, double> _seconds = new(StringComparer.Ordinal)
    {
        [""] = 1,
        ["s"] = 1,
        ["min"] = 60,
        ["h"] = 3600,
    };

    /// <summary>A day is more than any build may take.</summary>
    public const double LongestSeconds = 86400;

    public NumberValue? ReadNumber(string name, Node node, NumberSchema schema)
    {
        if (node is not ScalarNode { IsPlain: true } scalar || !Number().IsMatch(scalar.Text))
            return Refuse<NumberValue>(SpecDiagnostics.WrongType(name, Found.Describe(node), schema.Expected, node.At, Remedy(node)));
        var number = double.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (schema.IsWhole && double.IsFinite(number) && Math.Floor(number) != number)
            return Refuse<NumberValue>(SpecDiagnostics.WrongType(name, scalar.Text, schema.Expected, node.At));
        return schema.Range.Contains(number)
            ? new(number, node.At)
            : Refuse<NumberValue>(SpecDiagnostics.OutOfRange(name, Found.Quote(scalar.Text).Trim('"'), schema.Expected, node.At));
    }

    public NumberValue? ReadSize(string name, Node node, SizeSchema schema)
    {
        if (node is not ScalarNode scalar || Size().Match(scalar.Text) is not { Success: true } match
            || !_units.TryGetValue(match.Groups["unit"].Value, out var unit))
            return Refuse<NumberValue>(SpecDiagnostics.WrongType(name, Found.Describe(node), schema.Expected, node.At));
        var bytes = double.Parse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * unit;
        return bytes is >= 1 and < long.MaxValue
            ? new(Math.Floor(bytes), node.At)
            : Refuse<NumberValue>(
                SpecDiagnostics.OutOfRange(name, Found.Quote(scalar.Text).Trim('"'), "at least 1 byte and less than 8 EiB", node.At));
    }

    /// <returns>Seconds.</returns>
    public NumberValue? ReadDuration(string name, Node node, DurationSchema schema)
    {
        if (node is not ScalarNode scalar || Size().Match(scalar.Text) is not { Success: true } match
            || !_seconds.TryGetValue(match.Groups["unit"].Value, out var unit))
            return Refuse<NumberValue>(SpecDiagnostics.WrongType(name, Found.Describe(node), schema.Expected, node.At));
        var seconds = double.Parse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * unit;
        return seconds is > 0 and <= LongestSeconds
            ? new(seconds, node.At)
            : Refuse<NumberValue>(SpecDiagnostics.OutOfRange(name, Found.Quote(scalar.Text).Trim('"'), "more than 0, at most 24 h", node.At));
    }

    public TextValue? ReadText(string name, Node node, TextSchema schema)
    {
        if (node is not ScalarNode { IsNull: false } scalar || string.IsNullOrWhiteSpace(scalar.Text))
            return Refuse<TextValue>(SpecDiagnostics.WrongType(name, Found.Describe(node), schema.Expected, node.At));

        // No name of a file or a weight has one, and what .NET makes of it has no place in the spec.
        return scalar.Text.Contains('\0', StringComparison.Ordinal)
            ? Refuse<TextValue>(SpecDiagnostics.OutOfRange(name, Found.Quote(scalar.Text), "text without a zero character", node.At)) : new(scalar.Text, node.At);
    }

    public TextValue? ReadChoice(string name, Node node, ChoiceSchema schema)
    {
        if (node is not ScalarNode { IsNull: false } scalar)
            return Refuse<TextValue>(SpecDiagnostics.WrongType(name, Found.Describe(node), schema.Expected, node.At));
        return schema.Choices.Contains(scalar.Text, StringComparer.Ordinal)
            ? new(scalar.Text, node.At)
            : Refuse<TextValue>(
                SpecDiagnostics.UnknownChoice(name, scalar.Text, EditDistance.Nearest(scalar.Text, schema.Choices), schema.Expected, node.At));
    }

    private static string Remedy(Node node) => node switch
    {
        ScalarNode { IsPlain: false } scalar when Number().IsMatch(scalar.Text) => "remove the quotes",
        ScalarNode scalar when scalar.Text.EndsWith('%') => "write 0.95 for 95 %",
        ScalarNode scalar when NotFinite().IsMatch(scalar.Text) => "the number must be finite",
        ScalarNode scalar when Number().IsMatch(scalar.Text.Replace(',', '.')) => "use a point, not a comma",
        _ => "",
    };

    private T? Refuse<T>(Diagnostic diagnostic)
        where T : class
    {
        errors.Add(diagnostic);
        return null;
    }

    [GeneratedRegex(@"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^(?<number>[0-9]+(\.[0-9]+)?) ?(?<unit>[A-Za-z]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Size();

    [GeneratedRegex(@"^[+-]?\.?(nan|inf|infinity)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex NotFinite();
}
