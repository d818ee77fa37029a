namespace CompressTasks.Compression.Tables;

/// <summary>A row is positive in one place, rises there and falls again, and is zero elsewhere.</summary>
internal static class BumpRule
{
    /// <summary>Two values that are not zero always rise and fall, three seldom.</summary>
    private const int LeastSupport = 3;

    /// <summary>Rows that must have as many, or half of them.</summary>
    public const int LeastRows = 8;

    /// <summary>The energy of the steps that lead the wrong way, in that of all; 1 when the support is most of the row, or not positive.</summary>
    public static double? Departure(Support support)
    {
        var x = support.Values.Span;
        if (x.Length < LeastSupport)
            return null;
        if (2 * x.Length > support.RowLength || x.ContainsAnyInRange(double.NegativeInfinity, 0))
            return 1;
        double peak = 0;
        var top = 0;
        for (var t = 0; t < x.Length; t++)
        {
            if (x[t] > peak)
                (peak, top) = (x[t], t);
        }

        double wrong = 0, all = (x[0] * x[0]) + (x[^1] * x[^1]);
        for (var t = 1; t < x.Length; t++)
        {
            var step = x[t] - x[t - 1];
            all += step * step;
            wrong += t <= top == step < 0 ? step * step : 0;
        }

        return wrong / all;
    }
}
