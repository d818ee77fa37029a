using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks.Page;

/// <summary>The tables of docs/reliability.md, each in a file of its own, so that one campaign writes its own figures and no others.</summary>
internal static class ReliabilityTables
{
    private static string Folder => Path.Combine(Repository.Root, "bench", "Page", "reliability");

    /// <summary>Stores a table.</summary>
    /// <param name="name">Of the file, without its extension.</param>
    /// <param name="markdown">The table.</param>
    public static void Store(string name, string markdown) => PageFile.Write(Folder, $"{name}.md", markdown + "\n");
}
