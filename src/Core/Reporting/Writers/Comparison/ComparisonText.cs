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
        _ => "unknown",
    };

    private static string Bytes(long? bytes) => bytes is { } known ? FigureText.Bytes(known) : "–";

    private static string Factor(double factor) =>
        double.IsNaN(factor) ? "–" : double.IsInfinity(factor) ? "×∞" : string.Create(_culture, $"×{factor:0.00}");
}
