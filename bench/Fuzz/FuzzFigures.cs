using System.Globalization;
using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Processes;
using CompressTasks.Benchmarks.Page;

namespace CompressTasks.Benchmarks.Fuzz;

/// <summary>What a campaign has done to one reader.</summary>
/// <param name="Share">The reader.</param>
/// <param name="Result">Of all workers together.</param>
/// <param name="Edges">That were reached by any worker.</param>
/// <param name="Findings">Kinds of them.</param>
internal sealed record FuzzFigures(FuzzShare Share, WorkerResult Result, int Edges, int Findings)
{
    public static FuzzFigures Of(IGrouping<FuzzShare, WorkerJob> jobs) => new(
        jobs.Key,
        jobs.Select(job => job.Result).Aggregate((one, other) => one + other),
        jobs.SelectMany(job => job.Edges).ToList() is { Count: > 0 } edges ? EdgeCounts.Count(edges) : 0,
        jobs.SelectMany(job => job.Findings).DistinctBy(finding => finding.Id).Count());

    /// <summary>For the page.</summary>
    public static string Table(IReadOnlyList<FuzzFigures> figures, FuzzOptions options)
    {
        var table = new MarkdownTable("reader", "", "inputs", "taken", "processor, s", "edges", "corpus", "findings");
        foreach (var figure in figures.OrderBy(figure => figure.Share.Name, StringComparer.Ordinal))
        {
            table.Row(figure.Share.Name, figure.Share.What, Cell.Count(figure.Result.Inputs), Cell.Count(figure.Result.Accepted),
                Cell.Count((long)figure.Result.Seconds), Cell.Count(figure.Edges), Cell.Count(figure.Result.Corpus), Cell.Count(figure.Findings));
        }

        table.Row("**all**", "", Cell.Count(figures.Sum(figure => figure.Result.Inputs)), Cell.Count(figures.Sum(figure => figure.Result.Accepted)),
            Cell.Count((long)figures.Sum(figure => figure.Result.Seconds)), "", Cell.Count(figures.Sum(figure => figure.Result.Corpus)),
            Cell.Count(figures.Sum(figure => figure.Findings)));
        return $"`{options.Command}`, {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, {Machine.Description}.\n\n{table}";
    }
}
