using System.Globalization;

namespace CompressTasks.Benchmarks.Page;

/// <summary>Numbers as the tables write them.</summary>
internal static class Cell
{
    public const string NotMeasured = "–";

    public static string Bits(double bits) => bits.ToString("F3", CultureInfo.InvariantCulture);

    public static string R2(double r2) => r2.ToString(r2 > 0.9995 ? "F6" : "F4", CultureInfo.InvariantCulture).Replace('-', '−');

    public static string Loss(double nats) => nats.ToString("F4", CultureInfo.InvariantCulture);

    public static string Target(double r2) => $"R² {r2.ToString(CultureInfo.InvariantCulture)}";

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Megabytes(double bytes) => (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture);

    public static string Tenths(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    public static string Hundredths(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
