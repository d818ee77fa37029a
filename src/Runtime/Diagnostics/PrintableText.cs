using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CompressTasks.Diagnostics;

/// <summary>
/// Text that comes from files, such as the names of weights, as it may be printed: on one line, without terminal escapes, and so that neither MSBuild
/// nor the service that runs a build takes it for a diagnostic or a command.
/// </summary>
internal static partial class PrintableText
{
    private const int LongestMessage = 8_000;

    /// <summary>A message of bearable length: what comes from a file may have any, and is cut in the middle.</summary>
    public static string Message(string text)
    {
        if (text.Length <= LongestMessage)
            return Of(text);
        var half = LongestMessage / 2;
        return Of(string.Create(CultureInfo.InvariantCulture, $"{text[..half]} … ({text.Length - (2 * half)} characters are left out) … {text[^half..]}"));
    }

    /// <summary>A line: characters that control a terminal, and what services take for commands, as <c>\\u001B</c>.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAny(_suspicious) && !text.Any(IsControl))
            return text;
        var printable = new StringBuilder(text.Length);
        foreach (var character in text)
            _ = IsControl(character) ? Escape(printable, character) : printable.Append(character);
        return Commands().Replace(printable.ToString(), match => Escape(new(), match.Value[0]).Append(match.Value.AsSpan(1)).ToString());
    }

    /// <summary>A name or a path: also without what MSBuild takes for a diagnostic.</summary>
    public static string Name(string text) =>
        Categories().Replace(Of(text), match => Escape(new(), match.Value[0]).Append(match.Value.AsSpan(1)).ToString());

    private static readonly System.Buffers.SearchValues<char> _suspicious = System.Buffers.SearchValues.Create(":#");

    private static StringBuilder Escape(StringBuilder text, char character) => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");

    /// <summary>Also what separates lines elsewhere, and what turns the direction of writing.</summary>
    private static bool IsControl(char character) =>
        char.IsControl(character) || character is '\u2028' or '\u2029' or '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E')
            or (>= '\u2066' and <= '\u2069');

    /// <summary>GitHub takes commands at the beginning of a line, white space or not; Azure Pipelines anywhere.</summary>
    [GeneratedRegex(@"(?<=^\s*):(?=:)|#(?=#(vso)?\[)")]
    private static partial Regex Commands();

    [GeneratedRegex(@":(?=\s*([^:\s]+\s+)?(error|warning)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Categories();
}
