using CompressTasks.Diagnostics;
using YamlDotNet.Core;

namespace CompressTasks.Spec.Yaml;

/// <summary>Turns the parser's exception into a diagnostic with its place.</summary>
internal static class SyntaxError
{
    public static Diagnostic Explain(YamlException exception, string yaml, string file)
    {
        var at = Place(exception.Start, file);
        var aboutTab = exception.Message.Contains(" tab ", StringComparison.Ordinal);
        return aboutTab && FirstTab(yaml, at) is { } tab
            ? SpecDiagnostics.TabInIndentation(tab)
            : SpecDiagnostics.SyntaxError(exception.Message, at);
    }

    public static SourceLocation Place(in Mark mark, string file) => new(file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    /// <summary>The parser gives the place of what was begun before the tab.</summary>
    private static SourceLocation? FirstTab(string yaml, SourceLocation start)
    {
        var lines = yaml.Split('\n');
        for (var i = start.Line - 1; i < lines.Length; i++)
        {
            var indentation = lines[i].AsSpan(0, lines[i].Length - lines[i].TrimStart(' ', '\t').Length);
            if (indentation.IndexOf('\t') is >= 0 and var tab)
                return start with { Line = i + 1, Column = tab + 1 };
        }
        return null;
    }
}
