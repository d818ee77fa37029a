using System.Text;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers.Comparison;
using CompressTasks.Tool.Output.Ci;
using Spectre.Console;

namespace CompressTasks.Tool.Output;

/// <summary>How much the tool says on standard error.</summary>
internal enum Verbosity
{
    Quiet,
    Minimal,
    Normal,
    Detailed,
}

/// <summary>Results go to standard output, everything else to standard error.</summary>
internal sealed class ToolConsole
{
    /// <summary>What goes into a file or a pipe is neither folded nor shortened at the 80 columns that are assumed there.</summary>
    private const int RedirectedWidth = 1000;

    private readonly CiService _service;
    private bool _buildReports;

    public ToolConsole(TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal, CiService? service = null)
    {
        _service = service ?? CiService.None;
        OutputWriter = output;
        ErrorWriter = error;
        Output = Create(output, outputIsTerminal);
        Error = Create(error, errorIsTerminal);
        ErrorIsTerminal = errorIsTerminal;
    }

    /// <summary>Standard output as it is.</summary>
    public TextWriter OutputWriter { get; }

    /// <summary>Standard error as it is.</summary>
    public TextWriter ErrorWriter { get; }

    public IAnsiConsole Output { get; }

    public IAnsiConsole Error { get; }

    public bool ErrorIsTerminal { get; }

    public static ToolConsole ForProcess() => new(
        Console.IsOutputRedirected ? Utf8(new LenientStream(Console.OpenStandardOutput(), LenientStream.IsClosed)) : Console.Out,
        Console.IsErrorRedirected ? Utf8(new LenientStream(Console.OpenStandardError(), _ => true)) : Console.Error,
        !Console.IsOutputRedirected,
        !Console.IsErrorRedirected,
        CiService.Detect(Environment.GetEnvironmentVariable));

    /// <summary>A build takes the diagnostics from the log and reports them itself: annotations would show each of them twice.</summary>
    public void LetBuildReport() => _buildReports = true;

    /// <summary>A result that is passed on as it is, such as JSON: not wrapped, not coloured.</summary>
    public void WriteResult(string text) => OutputWriter.Write(text);

    /// <summary>One line for the log, not wrapped, so that build servers can parse it.</summary>
    public void WriteLog(string line) => ErrorWriter.WriteLine(PrintableText.Of(line));

    public void Write(Diagnostic diagnostic)
    {
        if (!ErrorIsTerminal)
        {
            ErrorWriter.WriteLine(diagnostic);
        }
        else
        {
            var colour = diagnostic.Severity == Severity.Error ? "red" : "yellow";
            Error.MarkupLine($"[{colour}]{Markup.Escape(diagnostic.ToString())}[/]");
        }

        if (!_buildReports && _service.Annotation(diagnostic) is { } annotation)
            ErrorWriter.WriteLine(annotation);
    }

    /// <summary>Shows reports on the page of the workflow run, where there is one. What goes wrong there is no reason for a run to fail.</summary>
    public void WriteStepSummary(RunOverview? overview, IReadOnlyList<CompressionReport> reports,
        IReadOnlyList<BaselineChange?> changes)
    {
        if (_service.StepSummary is not { } path)
            return;
        try
        {
            if (StepSummary.Append(path, overview, reports, changes) is > 0 and var omitted)
                Write(ToolDiagnostics.StepSummaryFull(path, omitted, reports.Count));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Write(ToolDiagnostics.StepSummaryNotWritten(path, e.Message));
        }
    }

    /// <summary>What another program reads is UTF-8 on every system: on Windows the console's code page has neither ² nor most file names.</summary>
    private static StreamWriter Utf8(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        // Spectre.Console honours NO_COLOR and TERM=dumb when it detects the terminal by itself.
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isTerminal)
            console.Profile.Width = RedirectedWidth;
        return console;
    }
}
