using System.Globalization;
using System.Text;

namespace TinyGpt;

/// <summary>What one model weighs, what it costs to load, and how well it does.</summary>
internal sealed record ModelResult(string Name, long Bytes, LoadCost Load, Evaluation Evaluation);

/// <summary>Results side by side, one column per model.</summary>
internal static class Comparison
{
    private const int LabelWidth = 22;
    private const int ColumnWidth = 14;

    public static string Table(IReadOnlyList<ModelResult> results)
    {
        var table = new StringBuilder();
        Row("", result => result.Name);
        Row("file, bytes", result => result.Bytes.ToString("N0", CultureInfo.InvariantCulture));
        Row("file, share", result => Share(result.Bytes, results[0].Bytes));
        Row("load, ms", result => result.Load.Milliseconds.ToString("N0", CultureInfo.InvariantCulture));
        Row("peak memory, MB", result => result.Load.PeakMegabytes.ToString("N0", CultureInfo.InvariantCulture));
        Row("loss, nats/character", result => result.Evaluation.Loss.ToString("F4", CultureInfo.InvariantCulture));
        Row("top-1", result => result.Evaluation.Top1.ToString("F4", CultureInfo.InvariantCulture));
        return table.ToString();

        void Row(string label, Func<ModelResult, string> cell)
        {
            table.Append(label.PadRight(LabelWidth));
            foreach (var result in results)
                table.Append(cell(result).PadLeft(ColumnWidth));
            table.AppendLine();
        }
    }

    private static string Share(long bytes, long whole) =>
        ((double)bytes / whole).ToString("P1", CultureInfo.InvariantCulture);
}
