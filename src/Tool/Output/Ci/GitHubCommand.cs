using System.Globalization;
using System.Text;
using CompressTasks.Diagnostics;

namespace CompressTasks.Tool.Output.Ci;

/// <summary>A workflow command of GitHub Actions: <c>::error file=…,line=…,col=…,title=…::message</c>.</summary>
internal static class GitHubCommand
{
    /// <param name="diagnostic">What to show.</param>
    /// <param name="workspace">The folder of the checked-out repository, which paths are to be relative to; null when unknown.</param>
    public static string Write(Diagnostic diagnostic, string? workspace)
    {
        var properties = new List<string>();
        if (diagnostic.Location is { } at)
        {
            properties.Add($"file={Property(InWorkspace(at.File, workspace))}");
            if (at.Line > 0)
                properties.Add($"line={at.Line.ToString(CultureInfo.InvariantCulture)}");
            if (at.Line > 0 && at.Column > 0)
                properties.Add($"col={at.Column.ToString(CultureInfo.InvariantCulture)}");
        }

        properties.Add($"title={Property(diagnostic.Code)}");
        return $"::{(diagnostic.Severity == Severity.Error ? "error" : "warning")} {string.Join(',', properties)}::{Data(diagnostic.Message)}";
    }

    private static string InWorkspace(string file, string? workspace)
    {
        var full = Path.GetFullPath(file);
        if (string.IsNullOrEmpty(workspace))
            return full;
        var relative = Path.GetRelativePath(workspace, full);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? full : relative.Replace('\\', '/');
    }

    private static string Data(string text) => Escape(text, "%\r\n");

    private static string Property(string text) => Escape(text, "%\r\n:,");

    private static string Escape(string text, string special)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
            _ = special.Contains(character, StringComparison.Ordinal) ? escaped.Append(CultureInfo.InvariantCulture, $"%{(int)character:X2}")
                : escaped.Append(character);
        return escaped.ToString();
    }
}
