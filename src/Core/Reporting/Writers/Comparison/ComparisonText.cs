using System.Globalization;

namespace CompressTasks.Reporting.Writers.Comparison;

/// <summary>The figures of a comparison as people read them.</summary>
internal static class ComparisonText
{
    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    /// <summary>The weights that are worth a line.</summary>
    public static IReadOnlyList<ComparedWeight> Different(IReadOnlyList<ComparedWeight> weights) =>
        [.. weights.Where(weight => weight.Verdict != ComparisonVerdict.Same || weight.IsCodedDifferently)];

    public static string Value(string unit, double value) => unit switch
    {
        _ when double.IsNaN(value) => "unknown",
        "bytes" => FigureText.Bytes((long)value),
        "R²" => FigureText.R2(value),
        "values" => value.ToString("0", _culture),
        "metric" => FigureText.Exact(value),
        _ => value.ToString("0.000000", _culture),
    };

    /// <summary>
    /// Of sizes in per cent of the baseline, of R² the factor by which 1 − R² has grown, of errors that by which they have, of metrics the difference.
    /// </summary>
    public static string Change(ComparedFigure figure) => figure.Unit switch
    {
        "bytes" => string.Create(_culture, $"{100 * ((figure.Candidate / figure.Baseline) - 1):+0.00;−0.00;0.00} %"),
        "values" => string.Create(_culture, $"{figure.Candidate - figure.Baseline:+0;−0;0}"),
        "metric" when double.IsNaN(figure.Candidate - figure.Baseline) => "–",
        "metric" => string.Create(_culture, $"{figure.Candidate - figure.Baseline:+0.######;−0.######;0}"),
        "nats" or "error" => Factor(figure.Candidate / figure.Baseline),
        _ => Factor((1 - figure.Candidate) / (1 - figure.Baseline)),
    };

    public static string ErrorRatio(ComparedWeight weight) => Factor(weight.ErrorRatio);

    public static string State(WeightState state) => state.Coding switch
    {
        ComparedCoding.Absent => "no such weight",
        ComparedCoding.Unknown => "unknown",
        ComparedCoding.Exact => "exact",
        ComparedCoding.Shared => $"shared, {FigureText.R2(state.R2)}",
        _ => FigureText.R2(state.R2),
    };

    public static string Bytes(ComparedWeight weight) => $"{Bytes(weight.Baseline.Bytes)} → {Bytes(weight.Candidate.Bytes)}";

    public static string Gate(bool? passed) => passed switch
    {
        null => "unknown",
        true => "passed",
        false => "failed",
    };

    public static string Verdict(ComparisonVerdict verdict) => verdict switch
    {
        ComparisonVerdict.Worse => "worse",
        ComparisonVerdict.Better => "better",
        ComparisonVerdict.Same => "same",
        ComparisonVerdict.NotJudged => "not judged",
        _ => "unknown",
    };

    /// <summary>What a comparison calls worse.</summary>
    public static string Rule(ComparisonTolerance tolerance) => string.Create(_culture,
        $"Worse: {100 * tolerance.Bytes:0.###} % more bytes, {100 * tolerance.Loss:0.###} % more of 1 − R², or unknown in a report where it was known.");

    public static string Signed(long bytes) => bytes.ToString("+#,0;−#,0;0", _culture).Replace(',', '\u202F');

    /// <summary>In one line: the size, and the first figure that reads otherwise, in the order of what they are worth.</summary>
    /// <param name="comparison">With the bytes of the artifact as its first figure.</param>
    /// <param name="than">What the baseline is called.</param>
    /// <returns>Null when nothing reads otherwise.</returns>
    public static string? Line(ComparisonReport comparison, string than)
    {
        var grown = (long)(comparison.Figures[0].Candidate - comparison.Figures[0].Baseline);
        var figure = comparison.Figures.Skip(1)
            .Where(figure => !double.IsNaN(figure.Baseline) && Value(figure.Unit, figure.Baseline) != Value(figure.Unit, figure.Candidate))
            .OrderBy(figure => figure.Name.Split(' ')[0] switch { "metric" => 0, "labels:" => 1, "output" => 2, "outputs" => 3, _ => 4 })
            .FirstOrDefault();
        if (grown == 0 && figure is null)
            return null;
        var size = grown == 0 ? $"as large as {than}" : $"{FigureText.Bytes(Math.Abs(grown))} {(grown < 0 ? "smaller" : "larger")} than {than}";
        return figure is null ? size
            : $"{size}, {figure.Name} {Value(figure.Unit, figure.Baseline)} → {Value(figure.Unit, figure.Candidate)}";
    }

    private static string Bytes(long? bytes) => bytes is { } known ? FigureText.Bytes(known) : "–";

    private static string Factor(double factor) =>
        double.IsNaN(factor) ? "–" : double.IsInfinity(factor) ? "×∞" : string.Create(_culture, $"×{factor:0.00}");
}
