using System.Text.RegularExpressions;
using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests;

/// <summary>
/// A page and its snippets, by what runs them: <c>sh</c> as a script, <c>csharp</c> as a program, <c>yaml</c> as a spec, <c>yml</c> as a
/// workflow, none as commands, <c>text</c> as what the script before it prints.
/// </summary>
internal sealed partial class MarkdownPage(string path)
{
    public IReadOnlyList<Snippet> All { get; } =
        [.. Fence().Matches(File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n"))
            .Select(match => new Snippet(match.Groups["language"].Value, match.Groups["text"].Value, match.Groups["file"].Value))];

    public IEnumerable<string> Languages => All.Select(snippet => snippet.Language).Distinct();

    public IEnumerable<string> Snippets(string language) => All.Where(snippet => snippet.Language == language).Select(snippet => snippet.Text);

    /// <summary>The commands of the snippets without a language.</summary>
    public IEnumerable<string> Commands() => Snippets("").SelectMany(Commands);

    /// <summary>The commands of a snippet, without their comments.</summary>
    public static IEnumerable<string> Commands(string snippet) =>
        snippet.Split('\n').Select(line => line.Split(" #")[0].Trim()).Where(line => line.Length > 0);

    /// <summary>The commands that workflows run.</summary>
    public IEnumerable<string> WorkflowCommands() =>
        Snippets("yml").SelectMany(workflow => RunStep().Matches(workflow).Select(match => match.Groups["command"].Value));

    /// <summary>Whether a line is in what was printed; "…" stands for any characters of a line.</summary>
    public static bool IsPrinted(string line, string printed) =>
        Regex.IsMatch(printed, $"^{string.Join(".*", line.Split('…').Select(Regex.Escape))}", RegexOptions.Multiline);

    [GeneratedRegex(@"^(`(?<file>[^`\n]+)`\n\n)?```(?<language>[a-z]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^ *- run: (?<command>.*)$", RegexOptions.Multiline)]
    private static partial Regex RunStep();

    /// <summary>One block of a page; <see cref="File"/> is the name of the file that it is, which the page says on a line above it, or empty.</summary>
    internal sealed record Snippet(string Language, string Text, string File);
}
