using System.Text.RegularExpressions;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Spec;

/// <summary>Tells a spec, however faulty, from a file of another kind: what stands in that is nobody's business, and messages do not quote it.</summary>
internal static partial class SpecRecognition
{
    /// <summary>Many other files have a version.</summary>
    private static readonly string[] _keys = [.. SpecSchema.Root.Keys.Select(key => key.Name).Where(key => key != "version")];

    /// <summary>Whether a text has a key of a spec, or a slip of one, or nothing at all.</summary>
    public static bool IsSpec(string text)
    {
        var keys = Key().Matches(text);
        return keys.Any(key => EditDistance.Nearest(key.Groups["key"].Value, _keys) is not null)
            || text.Split('\n').All(line => line.AsSpan().TrimStart("\uFEFF \t\r") is [] or ['#', ..]);
    }

    /// <summary>At the margin, or in a mapping with braces that begins there.</summary>
    [GeneratedRegex("""(^\uFEFF?|[{,][ \t\r\n]*)["']?(?<key>[A-Za-z]+)["']?[ \t]*:(?=[ \t\r\n]|$)""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Key();
}
