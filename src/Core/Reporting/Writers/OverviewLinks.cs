namespace CompressTasks.Reporting.Writers;

/// <summary>The way from an overview to the reports of its models.</summary>
internal static class OverviewLinks
{
    /// <returns>A relative URI reference (RFC 3986); null where there is no such report, or no way to it.</returns>
    public static string? To(OverviewEntry entry, string extension, string folder)
    {
        if (entry.ReportPaths.FirstOrDefault(path => path.EndsWith(extension, StringComparison.Ordinal)) is not { } report)
            return null;
        var way = Path.GetRelativePath(folder, report);
        return Path.IsPathRooted(way) ? null : string.Join('/', way.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
    }
}
