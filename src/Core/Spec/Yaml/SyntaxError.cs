using CompressTasks.Diagnostics;
using YamlDotNet.Core;

namespace CompressTasks.Spec.Yaml;

/// <summary>Turns the parser's exception into a diagnostic with its place.</summary>
internal static class SyntaxError
{
    public static Diagnostic Explain(YamlException exception, string yaml, string file)
    {
        var at = Place(exception.Start, file);
        var line = yaml.Split('\n').ElementAtOrDefault(at.Line - 1) ?? "";
        var indentation = line[..(line.Length - line.TrimStart(' ', '\t').Length)];
        var tab = indentation.IndexOf('\t', StringComparison.Ordinal);
        return tab >= 0
            ? SpecDiagnostics.TabInIndentation(at with { Column = tab + 1 })
            : SpecDiagnostics.SyntaxError(exception.Message, at);
    }

    public static SourceLocation Place(in Mark mark, string file) => new(file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));
}
