using System.Globalization;
using CompressTasks.Numerics;

namespace CompressTasks.Benchmarks.Decisions;

/// <summary>The exponential function of plain arithmetic and that of the machine's library.</summary>
internal static class Elementary
{
    private const int Count = 1_000_000;

    public static void Measure()
    {
        double[] arguments = [.. Enumerable.Range(0, Count).Select(i => -20.0 * i / Count)];
        var results = new double[Count];
        var pair = Pair.Measure(
            5,
            () =>
            {
                for (var i = 0; i < Count; i++)
                    results[i] = DeterministicMath.ExpOfNonPositive(arguments[i]);
            },
            () =>
            {
                for (var i = 0; i < Count; i++)
                    results[i] = Math.Exp(arguments[i]);
            });
        var different = arguments.Count(x => !DeterministicMath.ExpOfNonPositive(x).Equals(Math.Exp(x)));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"exp: own {pair.Taken:F1} ns, Math.Exp {pair.Other:F1} ns each, ratio {pair.Ratio:F2}; {100.0 * different / Count:F1} % of results differ"));
    }
}
