namespace CompressTasks.Reporting.Writers.Html;

/// <summary>Round values of R² for an axis that is spaced by nines.</summary>
internal static class R2Ticks
{
    /// <summary>Below this many nines, values of R² are nearly evenly spaced, and so are the ticks.</summary>
    private const double Narrow = 0.8;

    /// <summary>Above this many nines, one tick for each is enough.</summary>
    private const double Wide = 3;

    private const int MostNines = 15;
    private const double Most = 6;
    private const double RoundingRoom = 1e-9;

    private static readonly double[] _factors = [1, 2, 5, 10];

    /// <summary>The ticks from <paramref name="from"/> to <paramref name="to"/> nines, in ascending order.</summary>
    public static IReadOnlyList<double> Between(double from, double to) => to - from < Narrow ? Even(from, to) : Ladder(from, to);

    /// <summary>What is lost goes down by 1, 2, 5: R² 0.9, 0.95, 0.98, 0.99.</summary>
    private static List<double> Ladder(double from, double to)
    {
        double[] steps = to - from > Wide ? [1] : [1, 0.5, 0.2];
        return [.. Enumerable.Range(0, MostNines)
            .SelectMany(nines => steps.Select(step => Math.Round(1 - (step / Math.Pow(10, nines)), nines + 1)))
            .Where(r2 => Chart.Nines(r2) >= from - RoundingRoom && Chart.Nines(r2) <= to + RoundingRoom)];
    }

    private static List<double> Even(double from, double to)
    {
        var (low, high) = (1 - Math.Pow(10, -from), 1 - Math.Pow(10, -to));
        var rough = (high - low) / Most;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = _factors.Select(factor => factor * unit).First(candidate => candidate >= rough - (RoundingRoom * unit));
        var first = (long)Math.Ceiling((low / step) - RoundingRoom);
        var last = (long)Math.Floor((high / step) + RoundingRoom);
        return [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => Math.Round((first + i) * step, MostNines))];
    }
}
