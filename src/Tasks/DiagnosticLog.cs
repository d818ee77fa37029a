using System.Globalization;
using System.Text.RegularExpressions;
using CompressTasks.Tool.Receipts;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace CompressTasks.Tasks;

/// <summary>Gives diagnostics to the build: with number, place and help link, and as serious as the project's properties say.</summary>
internal sealed class DiagnosticLog(TaskLoggingHelper log, WarningPolicy policy, string? helpPage)
{
    public bool HasErrors => ErrorCount > 0;

    public int ErrorCount { get; private set; }

    /// <summary>What came out of runs, a line for each model.</summary>
    public List<string> Results { get; } = [];

    public void Error(TaskDiagnostic diagnostic) => Error(diagnostic.Code, null, 0, 0, diagnostic.Message);

    public void Message(MessageImportance importance, string format, params object[] arguments) => log.LogMessage(importance, format, arguments);

    /// <param name="warning">From an earlier run.</param>
    /// <param name="folder">What its file is relative to.</param>
    public void Warning(ReceiptWarning warning, string folder) =>
        Warning(warning.Code, warning.File.Length == 0 ? null : Path.GetFullPath(Path.Combine(folder, warning.File)), warning.Line, warning.Column,
            warning.Message);

    /// <summary>Logs a line of the compressor's output if it is a diagnostic: <c>file(line,column): error CT1003: message</c>.</summary>
    public bool TryLog(string line)
    {
        // Nearly no line is one, and the expression costs more to build than to run.
        if (line.IndexOf(": error CT", StringComparison.Ordinal) < 0 && line.IndexOf(": warning CT", StringComparison.Ordinal) < 0)
            return false;
        var match = Regex.Match(line, @"^(.*?)(?:\((\d+)(?:,(\d+))?\))?: (error|warning) (CT\d{4}): (.*)$", RegexOptions.CultureInvariant);
        if (!match.Success)
            return false;
        var code = match.Groups[5].Value;
        var message = match.Groups[6].Value;
        if (match.Groups[4].Value == "error")
            Error(code, match.Groups[1].Value, Number(match.Groups[2]), Number(match.Groups[3]), message);
        else
            Warning(code, match.Groups[1].Value, Number(match.Groups[2]), Number(match.Groups[3]), message);
        return true;
    }

    private void Warning(string code, string? file, int line, int column, string message)
    {
        if (policy.IsSilenced(code))
            log.LogMessage(null, code, null, file, line, column, 0, 0, MessageImportance.Low, "{0}", message);
        else if (policy.IsError(code))
            Error(code, file, line, column, message);
        else
            log.LogWarning(null, code, null, HelpLink(code), file, line, column, 0, 0, "{0}", message);
    }

    private void Error(string code, string? file, int line, int column, string message)
    {
        ErrorCount++;
        log.LogError(null, code, null, HelpLink(code), file, line, column, 0, 0, "{0}", message);
    }

    private string? HelpLink(string code) => string.IsNullOrEmpty(helpPage) ? null
        : Path.IsPathRooted(helpPage) ? $"{new Uri(helpPage!).AbsoluteUri}#{code}"
        : $"{helpPage}#{code}";

    private static int Number(Group group) => group.Success ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;
}
