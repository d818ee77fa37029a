using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Benchmarks.Page;

namespace CompressTasks.Benchmarks.Runnable;

/// <summary>
/// <c>dotnet run -c Release --project bench -- runnable [--busy] [--pairs 40] [--output docs]</c>: measures runnable models, and writes the page
/// <c>runnable.md</c>.
/// </summary>
internal static class RunnableCommand
{
    private const string Usage = "usage: runnable [--busy] [--pairs 40] [--output docs]";

    private const string Busy = " **Other work ran on the machine in this run: milliseconds are more than on a quiet one, and speeds spread more.**";

    public static int Run(string[] args)
    {
        var (busy, pairs, output) = (false, 40, "docs");
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--busy")
                busy = true;
            else if (args[i] == "--output" && i + 1 < args.Length)
                output = args[++i];
            else if (args[i] == "--pairs" && i + 1 < args.Length && int.TryParse(args[++i], out var count) && count > 0)
                pairs = count;
            else
            {
                Console.Error.WriteLine($"'{args[i]}' is not understood; {Usage}");
                return 1;
            }
        }

        var places = new List<(string Place, string Content)>
        {
            ("machine", Machine.Description),
            ("busy", busy ? Busy : ""),
            ("pairs", FormattableString.Invariant($"{pairs}")),
        };
        foreach (var key in (string[])["sample", "rec"])
        {
            var model = OutputModel.All.Single(model => model.Key == key);
            var figures = RunnableFigures.Measure(model, pairs, what => Console.Error.WriteLine($"{model.Title}: {what}"));
            places.Add((key, Table(figures)));
        }

        PageFile.Write(output, "runnable.md", PageTemplate.Fill("runnable.template.md", places));
        return 0;
    }

    private static string Table(IReadOnlyList<RunnableFigures> figures)
    {
        var table = new MarkdownTable("", "weights", "model, bytes", "artifact, bytes", "ms", "speed", "quarters", "output R²");
        foreach (var (way, bytes, artifactBytes, rewritten, r2, latency) in figures)
        {
            table.Row(
                way.Title,
                Cell.Count(rewritten),
                Cell.Count(bytes),
                artifactBytes is { } artifact ? Cell.Count(artifact) : Cell.NotMeasured,
                Cell.Hundredths(latency.Milliseconds),
                $"{Cell.Hundredths(latency.Speed)}×",
                $"{Cell.Hundredths(latency.LowerQuarter)}–{Cell.Hundredths(latency.UpperQuarter)}",
                Cell.R2(r2));
        }

        return table.ToString();
    }
}
