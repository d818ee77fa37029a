using System.Diagnostics;

namespace CompressTasks.Benchmarks.Decisions;

/// <summary>Two ways to do the same, in turns; the fastest of each counts: what disturbs one only ever makes it slower.</summary>
/// <param name="Taken">Milliseconds of the way that the product takes.</param>
/// <param name="Other">Milliseconds of the other.</param>
internal readonly record struct Pair(double Taken, double Other)
{
    public double Ratio => Other / Taken;

    public static Pair Measure(int turns, Action taken, Action other)
    {
        var best = new Pair(double.PositiveInfinity, double.PositiveInfinity);
        for (var turn = 0; turn <= turns; turn++)
        {
            // The first turn compiles.
            var now = new Pair(Milliseconds(taken), Milliseconds(other));
            if (turn > 0)
                best = new(Math.Min(best.Taken, now.Taken), Math.Min(best.Other, now.Other));
        }

        return best;
    }

    private static double Milliseconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }
}
