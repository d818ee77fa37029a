using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Benchmarks.Runnable;
using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks.Page;

/// <summary>
/// Fills the template of <c>docs/runnable.md</c>. The table of each model is stored in <c>bench/Page/runnable</c>, and the page written with those of
/// the others as they are.
/// </summary>
internal static class RunnablePage
{
    private const string NotMeasured = "*Not measured yet.*";

    /// <summary>Stores the table of a model, and writes the page.</summary>
    public static void Store(string key, string table)
    {
        PageFile.Write(Folder, $"{key}.md", table + "\n");
        PageFile.Write(Path.Combine(Repository.Root, "docs"), "runnable.md", PageTemplate.Fill("runnable.template.md",
            [("machine", Machine.Description), .. RunnableModel.All.Select(model => (model.Key, Read(model.Key)))]));
    }

    public static string Table(IReadOnlyList<RunnableFigures> figures)
    {
        var table = new MarkdownTable(
            "", "weights", "model, bytes", "artifact, bytes", "MB in memory", "load, ms", "ms", "speed", "quarters", "output R²", "at its task");
        foreach (var (way, bytes, artifactBytes, rewritten, r2, task, latency, load) in figures)
        {
            table.Row(
                way.Title,
                Cell.Count(rewritten),
                Cell.Count(bytes),
                artifactBytes is { } artifact ? Cell.Count(artifact) : Cell.NotMeasured,
                Cell.Tenths(load.KeptMegabytes),
                Cell.Tenths(load.Milliseconds),
                Cell.Hundredths(latency.Milliseconds),
                $"{Cell.Hundredths(latency.Speed)}×",
                $"{Cell.Hundredths(latency.LowerQuarter)}–{Cell.Hundredths(latency.UpperQuarter)}",
                Cell.R2(r2),
                task);
        }

        return table.ToString();
    }

    private static string Folder => Path.Combine(Repository.Root, "bench", "Page", "runnable");

    private static string Read(string key) =>
        Path.Combine(Folder, $"{key}.md") is var path && File.Exists(path) ? File.ReadAllText(path).TrimEnd('\n') : NotMeasured;
}
