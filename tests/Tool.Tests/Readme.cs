using System.Text.RegularExpressions;
using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests;

/// <summary>
/// The snippets of README.md, by what runs them: <c>sh</c> as a script, <c>csharp</c> as a program, <c>yaml</c> as a spec, <c>yml</c> as a
/// workflow, none as commands, <c>text</c> as what they print.
/// </summary>
internal static partial class Readme
{
    private static readonly List<(string Language, string Text)> _snippets =
        [.. Fence().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n"))
            .Select(match => (match.Groups["language"].Value, match.Groups["text"].Value))];

    public static IEnumerable<string> Languages => _snippets.Select(snippet => snippet.Language).Distinct();

    public static IEnumerable<string> Snippets(string language) =>
        _snippets.Where(snippet => snippet.Language == language).Select(snippet => snippet.Text);

    /// <summary>The commands of a snippet, without their comments.</summary>
    public static IEnumerable<string> Commands(string snippet) =>
        snippet.Split('\n').Select(line => line.Split(" #")[0].Trim()).Where(line => line.Length > 0);

    [GeneratedRegex(@"^```(?<language>[a-z]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
