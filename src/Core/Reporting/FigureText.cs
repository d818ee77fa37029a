using System.Globalization;

namespace CompressTasks.Reporting;

/// <summary>Figures as people read them: the same in every report, finding and terminal.</summary>
internal static class FigureText
{
    private const string Unknown = "unknown";

    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    /// <summary>Six decimals; an R² far below zero is shortened.</summary>
    public static string R2(double value) =>
        double.IsNaN(value) ? Unknown : value.ToString(value < -1000 ? "0.00e+0" : "0.000000", _culture);

    /// <summary>Up to six decimals, as a threshold is written; what would be lost in them has three digits.</summary>
    public static string Number(double value) =>
        double.IsNaN(value) ? Unknown : value.ToString(value != 0 && Math.Abs(value) < 1e-6 ? "0.##e+0" : "0.######", _culture);

    /// <summary>As a program has printed it.</summary>
    public static string Exact(double value) => double.IsNaN(value) ? Unknown : value.ToString(_culture);

    /// <summary>A figure that not everything has.</summary>
    public static string Optional(double? value, string format) => value switch
    {
        null => "–",
        { } number when double.IsNaN(number) => Unknown,
        { } number when double.IsInfinity(number) => number > 0 ? "∞" : "−∞",
        { } number => number.ToString(format, _culture),
    };

    /// <summary>A number of things; the noun is that of one.</summary>
    public static string Count(long count, string noun) => string.Create(_culture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1_000_000 => string.Create(_culture, $"{bytes / 1e6:0.00} MB"),
        >= 1_000 => string.Create(_culture, $"{bytes / 1e3:0.0} kB"),
        _ => string.Create(_culture, $"{bytes} B"),
    };
}
