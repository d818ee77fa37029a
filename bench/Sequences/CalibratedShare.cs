using System.Globalization;
using CompressTasks.Reporting;

namespace CompressTasks.Benchmarks.Sequences;

/// <summary>How much of what was searched for is coded against the inputs of its layers.</summary>
internal static class CalibratedShare
{
    /// <summary>The share of the coded bytes; nothing where there is no calibration.</summary>
    public static string Of(CompressionReport report)
    {
        if (report.Search is not { MomentsSha256: not null } search)
            return "";
        var bytes = report.Weights.ToDictionary(weight => weight.Path, weight => weight.CompressedBytes, StringComparer.Ordinal);
        var calibrated = search.Weights.Where(weight => weight.Damping is not null).Sum(weight => bytes[weight.Path]);
        return string.Create(CultureInfo.InvariantCulture, $"{100.0 * calibrated / search.Weights.Sum(weight => bytes[weight.Path]):0} %");
    }
}
