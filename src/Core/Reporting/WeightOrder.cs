namespace CompressTasks.Reporting;

/// <summary>The order in which weights are named wherever the worst come first.</summary>
internal static class WeightOrder
{
    /// <summary>By R², an unknown one first; equal ones by path.</summary>
    public static IEnumerable<T> WorstFirst<T>(this IEnumerable<T> weights, Func<T, double> r2, Func<T, string> path) =>
        weights.OrderBy(weight => Rank(r2(weight))).ThenBy(path, StringComparer.Ordinal);

    private static double Rank(double r2) => double.IsNaN(r2) ? double.NegativeInfinity : r2;
}
