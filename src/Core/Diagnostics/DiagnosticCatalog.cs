using System.Text.RegularExpressions;

namespace CompressTasks.Diagnostics;

/// <summary>
/// What <c>docs/diagnostics.md</c> says of each code. The document itself is in the assembly, so that reports and documentation cannot differ.
/// </summary>
internal static partial class DiagnosticCatalog
{
    private static readonly Lazy<IReadOnlyDictionary<string, DiagnosticEntry>> _entries = new(Read);

    /// <summary>The entry of a code, or null when the document has none.</summary>
    public static DiagnosticEntry? Find(string code) => _entries.Value.GetValueOrDefault(code);

    private static Dictionary<string, DiagnosticEntry> Read()
    {
        using var stream = typeof(DiagnosticCatalog).Assembly.GetManifestResourceStream("diagnostics.md")!;
        using var reader = new StreamReader(stream);
        return Row().Matches(reader.ReadToEnd()).ToDictionary(
            row => row.Groups["code"].Value,
            row => new DiagnosticEntry(Plain(row.Groups["cause"].Value), Plain(row.Groups["remedy"].Value)),
            StringComparer.Ordinal);
    }

    /// <summary>Without code spans and links, which only Markdown shows.</summary>
    private static string Plain(string markdown) => Link().Replace(markdown, "$1").Replace("`", "", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"^\| (?<code>CT[0-9]{4}) \|(?<cause>[^|]*)\|(?<remedy>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();
}

/// <summary>One row of the document.</summary>
/// <param name="Cause">What is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record DiagnosticEntry(string Cause, string Remedy);
