using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks.Page;

/// <summary>
/// Fills the template of <c>docs/reliability.md </c>. Each campaign is measured by a command of its own, which stores its table in
/// <c>bench/Page/reliability </c> and writes the page with the tables of the others as they are.
/// </summary>
internal static class ReliabilityPage
{
    private const string NotMeasured = "*Not measured yet.*";

    private static readonly string[] _parts = ["fuzz", "chaos", "inject", "processes", "soak", "machines"];

    /// <summary>Stores the table of a campaign, and writes the page.</summary>
    public static void Store(string part, string table)
    {
        PageFile.Write(Folder, $"{part}.md", table + "\n");
        PageFile.Write(Path.Combine(Repository.Root, "docs"), "reliability.md",
            PageTemplate.Fill("reliability.template.md", _parts.Select(name => (name, Read(name)))));
    }

    private static string Folder => Path.Combine(Repository.Root, "bench", "Page", "reliability");

    private static string Read(string part) =>
        Path.Combine(Folder, $"{part}.md") is var path && File.Exists(path) ? File.ReadAllText(path).TrimEnd('\n') : NotMeasured;
}
