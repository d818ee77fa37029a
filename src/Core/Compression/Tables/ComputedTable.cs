using CompressTasks.Numerics;

namespace CompressTasks.Compression.Tables;

/// <summary>
/// Recognizes constants that were computed rather than trained: Fourier and wavelet bases, filter banks, windows, positions. What they compute goes
/// through logarithms and thresholds, so that an error which no R² of weights shows ruins the model. Their rows follow rules that no training leaves
/// intact, and follow them to within rounding.
/// </summary>
internal static class ComputedTable
{
    private const int FirstRows = 8;
    private const int Rows = 64;

    /// <summary>More than this in the first rows is no table in all of them.</summary>
    private const double Hopeless = 0.03;

    /// <summary>Measures the rule that comes nearest.</summary>
    /// <param name="type">A floating-point type.</param>
    /// <param name="shape">The weight's shape.</param>
    /// <param name="payload">Little-endian elements.</param>
    public static TableEvidence Measure(ElementType type, IReadOnlyList<long> shape, ReadOnlySpan<byte> payload)
    {
        var best = TableEvidence.None;
        foreach (var view in RowView.Of(shape))
        {
            // A few rows rule out what was trained.
            var evidence = Nearest(view.Sample(FirstRows, type, payload), type);
            if (evidence.Departure <= Hopeless && view.Count > FirstRows)
                evidence = Nearest(view.Sample(Rows, type, payload), type);
            if (evidence.Departure < best.Departure)
                best = evidence;
        }

        return best;
    }

    private static TableEvidence Nearest(List<double[]> rows, ElementType type)
    {
        if (rows.Count == 0)
            return TableEvidence.None;
        var supports = rows.ConvertAll(row => Support.Of(row));
        TableEvidence[] all =
        [
            new(TableKind.Sinusoids, Median(rows.ConvertAll(row => SinusoidRule.Departure(row, type)), rows.Count)),
            new(TableKind.Mirrored, Median(supports.ConvertAll(MirrorRule.Departure), rows.Count)),
            new(TableKind.Repeated, Median(RepetitionRule.Departures(supports), rows.Count)),
            new(TableKind.Bumps, Median(supports.ConvertAll(BumpRule.Departure), leastAnswers: BumpRule.LeastRows)),
        ];
        return all.MinBy(evidence => evidence.Departure);
    }

    /// <summary>The median of the rows that a rule says something of; 1 where these are fewer than half of <paramref name="leastAnswers"/>.</summary>
    private static double Median(List<double?> departures, int leastAnswers)
    {
        var answers = departures.OfType<double>().Order().ToList();
        return answers.Count == 0 || answers.Count < leastAnswers / 2 ? 1 : answers[answers.Count / 2];
    }
}
