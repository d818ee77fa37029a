namespace CompressTasks.Spec;

/// <summary>How a report is written. See <c>docs/reports.md</c>.</summary>
internal enum ReportFormat
{
    /// <summary>For programs.</summary>
    Json,

    /// <summary>For people, in pull requests and step summaries.</summary>
    Markdown,

    /// <summary>For people: one page without script and network.</summary>
    Html,

    /// <summary>For code scanning: what failed, at its place in the spec (SARIF 2.1.0).</summary>
    Sarif,

    /// <summary>For test views: a test case for each threshold (JUnit XML).</summary>
    Junit,
}

/// <summary>The formats of a spec that names none.</summary>
internal static class ReportFormats
{
    public static IReadOnlyList<ReportFormat> Default { get; } = [ReportFormat.Json, ReportFormat.Markdown, ReportFormat.Html];
}
