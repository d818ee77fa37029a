using System.Text.RegularExpressions;
using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests;

/// <summary>The pages as a whole: links lead somewhere, and every page can be found from docs/README.md.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Pages =>
        [.. Directory.GetFiles(Repository.Root, "*.md").Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Append(Path.Combine(Repository.Root, "samples", "TinyGpt", "README.md"))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryLinkLeadsSomewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        foreach (var link in Links(page).Where(link => !link.Contains("://", StringComparison.Ordinal)))
        {
            var (target, anchor) = link.Split('#') is [var path, var heading] ? (path, heading) : (link, "");
            var file = target.Length == 0 ? Path.Combine(Repository.Root, page) : Path.GetFullPath(Path.Combine(folder, target));
            (File.Exists(file) || Directory.Exists(file)).ShouldBeTrue($"{page} links to {link}");
            if (anchor.Length > 0)
                Anchors(file).ShouldContain(anchor, $"{page} links to {link}");
        }
    }

    [Fact]
    public void TheIndexHasEveryPage()
    {
        var linked = Links("docs/README.md").ToHashSet(StringComparer.Ordinal);
        Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(Path.GetFileName)
            .Where(name => name != "README.md" && !linked.Contains(name!)).ShouldBeEmpty();
    }

    private static IEnumerable<string> Links(string page) =>
        Link().Matches(Fence().Replace(File.ReadAllText(Path.Combine(Repository.Root, page)), "")).Select(match => match.Groups["target"].Value);

    /// <summary>As GitHub makes them of headings: small letters, no punctuation, blanks as hyphens; <c>&lt;a id&gt;</c> beside them.</summary>
    private static List<string> Anchors(string file)
    {
        var text = File.ReadAllText(file).ReplaceLineEndings("\n");
        return [.. Heading().Matches(Fence().Replace(text, ""))
            .Select(match => NoPartOfAnchors().Replace(match.Groups["title"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')),
            .. Named().Matches(text).Select(match => match.Groups["id"].Value)];
    }

    [GeneratedRegex(@"(?<!\!)\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<title>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("<a (id|name)=\"(?<id>[^\"]+)\"")]
    private static partial Regex Named();

    [GeneratedRegex(@"[^\p{L}\p{N}\- _]")]
    private static partial Regex NoPartOfAnchors();

    [GeneratedRegex(@"^ *```.*?^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
