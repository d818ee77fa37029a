using System.Text.RegularExpressions;
using CompressTasks.Corpus;

namespace CompressTasks.Core.Tests;

public partial class DiagnosticsDocumentationTests
{
    [Fact]
    public void EveryDiagnosticIsDocumentedAndEveryDocumentedOneExists()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => InCode().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        var documented = InDocumentation().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "diagnostics.md")))
            .Select(match => match.Groups[1].Value)
            .ToList();
        sources.Count.ShouldBeGreaterThan(60);
        documented.ShouldBeUnique();
        documented.Order().ShouldBe(sources.Order());
    }

    [GeneratedRegex("\"(CT[0-9]{4})\"")]
    private static partial Regex InCode();

    [GeneratedRegex(@"^\| (CT[0-9]{4}) \|", RegexOptions.Multiline)]
    private static partial Regex InDocumentation();
}
