using System.Globalization;
using System.Text;
using CompressTasks.Diagnostics;

namespace CompressTasks.Tool.Output.Ci;

/// <summary>
/// A logging command of Azure Pipelines: <c>##vso[task.logissue type=error;sourcepath=…;linenumber=…;columnnumber=…;code=…;]message</c>.
/// </summary>
internal static class AzureCommand
{
    public static string Write(Diagnostic diagnostic)
    {
        var command = new StringBuilder("##vso[task.logissue ");
        Add("type", diagnostic.Severity == Severity.Error ? "error" : "warning");
        if (diagnostic.Location is { } at)
        {
            Add("sourcepath", Path.GetFullPath(at.File));
            if (at.Line > 0)
                Add("linenumber", at.Line.ToString(CultureInfo.InvariantCulture));
            if (at.Line > 0 && at.Column > 0)
                Add("columnnumber", at.Column.ToString(CultureInfo.InvariantCulture));
        }

        Add("code", diagnostic.Code);
        return command.Append(']').Append(Message(diagnostic.Message)).ToString();

        void Add(string name, string value) => command.Append(name).Append('=').Append(Property(value)).Append(';');
    }

    /// <summary>The agent takes %AZP25 for a percent sign: %25 stayed as it was in agents of old.</summary>
    private static string Message(string text) => text
        .Replace("%", "%AZP25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Message(text)
        .Replace("]", "%5D", StringComparison.Ordinal)
        .Replace(";", "%3B", StringComparison.Ordinal);
}
