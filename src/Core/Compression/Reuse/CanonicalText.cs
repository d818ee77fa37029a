using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using CompressTasks.Diagnostics;
using CompressTasks.Spec;

namespace CompressTasks.Compression.Reuse;

/// <summary>A text of a part of a spec that is equal for equal meaning, wherever and however the spec writes it.</summary>
/// <remarks>All public properties count, so that a new option cannot be forgotten. Places do not.</remarks>
internal static class CanonicalText
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append('-');
                break;
            case string characters:
                // With its length, no text can look like two.
                text.Append(CultureInfo.InvariantCulture, $"{characters.Length}:{characters}");
                break;
            case WeightGlob glob:
                Append(text, glob.Pattern);
                break;
            case IFormattable number:
                text.Append(number.ToString(null, CultureInfo.InvariantCulture));
                break;
            case bool flag:
                text.Append(flag);
                break;
            case IEnumerable items:
                text.Append('[');
                foreach (var item in items)
                    AppendEntry(text, "", item);
                text.Append(']');
                break;
            default:
                text.Append(value.GetType().Name).Append('{');
                foreach (var property in Properties(value.GetType()))
                    AppendEntry(text, property.Name, property.GetValue(value));
                text.Append('}');
                break;
        }
    }

    private static void AppendEntry(StringBuilder text, string name, object? value)
    {
        text.Append(name).Append('=');
        Append(text, value);
        text.Append(';');
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.PropertyType != typeof(SourceLocation))
            .OrderBy(property => property.Name, StringComparer.Ordinal);
}
