using System.Globalization;

namespace CompressTasks.Diagnostics;

/// <summary>How serious a <see cref="Diagnostic"/> is.</summary>
public enum Severity
{
    /// <summary>The run goes on.</summary>
    Warning,

    /// <summary>The run cannot go on, or its result must not be used.</summary>
    Error,
}

/// <summary>A place in a file.</summary>
/// <param name="File">The path as the user gave it.</param>
/// <param name="Line">One-based line, or 0 when the file has no lines.</param>
/// <param name="Column">One-based column, or 0 when unknown.</param>
public sealed record SourceLocation(string File, int Line = 0, int Column = 0);

/// <summary>A numbered message: what was found, what was expected, and what to do about it.</summary>
/// <param name="Code">The number, <c>CT0001</c> and up; <c>docs/diagnostics.md</c> lists all of them.</param>
/// <param name="Severity">Error or warning.</param>
/// <param name="Message">One line of text.</param>
/// <param name="Location">The place it is about, if there is one.</param>
public sealed record Diagnostic(string Code, Severity Severity, string Message, SourceLocation? Location = null)
{
    /// <summary>One line of text.</summary>
    public string Message { get; init => field = PrintableText.Message(value); } = PrintableText.Message(Message);

    /// <summary>Formats the diagnostic the way MSBuild and editors parse it: <c>file(line,column): error CT1003: message</c>.</summary>
    public override string ToString()
    {
        var place = Location switch
        {
            null => "compress",
            { Line: 0 } at => at.File,
            { Column: 0 } at => string.Create(CultureInfo.InvariantCulture, $"{at.File}({at.Line})"),
            var at => string.Create(CultureInfo.InvariantCulture, $"{at.File}({at.Line},{at.Column})"),
        };
        return $"{PrintableText.Name(place)}: {(Severity == Severity.Error ? "error" : "warning")} {Code}: {Message}";
    }
}
