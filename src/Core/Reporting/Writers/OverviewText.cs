using System.Globalization;

namespace CompressTasks.Reporting.Writers;

/// <summary>What all overviews say in the same words.</summary>
internal static class OverviewText
{
    /// <summary>How much was said about a model, such as <c>1 warning, 2 notes</c>.</summary>
    public static string Notes(OverviewEntry entry)
    {
        var errors = entry.Diagnostics.Count(diagnostic => diagnostic.IsError);
        return string.Join(", ", new[]
        {
            Counted(errors, "error"), Counted(entry.Diagnostics.Count - errors, "warning"), Counted(entry.Report?.Notes.Count ?? 0, "note"),
        }.Where(text => text.Length > 0));
    }

    private static string Counted(int count, string what) =>
        count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
