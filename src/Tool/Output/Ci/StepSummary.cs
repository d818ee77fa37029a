using System.Text;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Comparison;

namespace CompressTasks.Tool.Output.Ci;

/// <summary>Adds reports to the page of a workflow run.</summary>
internal static class StepSummary
{
    /// <summary>What GitHub takes from one step; it shows nothing of a step with more.</summary>
    public const int MaximumBytes = 1024 * 1024;

    /// <summary>How many weights are shown, from the whole report down to none.</summary>
    private static readonly int[] _shownWeights = [int.MaxValue, 1000, 100, 10, 0];

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Appends the overview, where there is one, and the reports, shortened until all of them have room.</summary>
    /// <returns>How many of the reports had no room at all.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    public static int Append(string path, RunOverview? overview, IReadOnlyList<CompressionReport> reports,
        IReadOnlyList<BaselineChange?>? changes = null)
    {
        var present = File.Exists(path) ? new FileInfo(path).Length : 0;
        var left = (int)Math.Max(0, MaximumBytes - present);
        var text = new StringBuilder();
        if (overview is not null && MarkdownOverview.Write(overview, folder: null) + "\n" is var first && _utf8.GetByteCount(first) <= left)
        {
            text.Append(first);
            left -= _utf8.GetByteCount(first);
        }

        var omitted = 0;
        for (var i = 0; i < reports.Count; i++)
        {
            // Each of the reports that are still to come has the same share.
            var section = Shortened(reports[i], changes?[i], left / (reports.Count - i));
            if (section is null)
                omitted++;
            else
                left -= _utf8.GetByteCount(section);
            text.Append(section);
        }

        File.AppendAllText(path, text.ToString(), _utf8);
        return omitted;
    }

    private static string? Shortened(CompressionReport report, BaselineChange? change, int bytes) => _shownWeights
        .Select(shown => MarkdownReport.Write(report, change, shown) + "\n")
        .FirstOrDefault(text => _utf8.GetByteCount(text) <= bytes);
}
