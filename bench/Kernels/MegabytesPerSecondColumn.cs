using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace CompressTasks.Benchmarks.Kernels;

/// <summary>Bytes of fp32 weights that one operation handles, over its median time; 1 MB = 10⁶ bytes.</summary>
internal sealed class MegabytesPerSecondColumn(double bytesPerOperation) : IColumn
{
    public string Id => nameof(MegabytesPerSecondColumn);

    public string ColumnName => "MB/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "fp32 megabytes (10^6 bytes) per second, from the median time";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        // Nanoseconds: bytes per nanosecond are gigabytes per second.
        var median = summary[benchmarkCase]?.ResultStatistics?.Median;
        return median is { } nanoseconds ? (bytesPerOperation / nanoseconds * 1000).ToString("F2", CultureInfo.InvariantCulture) : "NA";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
}
