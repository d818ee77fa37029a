using CompressTasks.Diagnostics;

namespace CompressTasks.Reporting;

/// <summary>What a run found: a failed check of the gate, or a warning.</summary>
/// <param name="Code">The number, such as <c>CT4001</c>.</param>
/// <param name="Severity"><c>error</c> or <c>warning</c>.</param>
/// <param name="Message">One line of text.</param>
/// <param name="File">Relative to the root of the source tree, as <see cref="SpecSummary.Path"/>; null for no place.</param>
/// <param name="Line">One-based line, or 0.</param>
/// <param name="Column">One-based column, or 0.</param>
public sealed record DiagnosticSummary(string Code, string Severity, string Message, string? File, int Line, int Column)
{
    /// <summary>The severity of what fails a build.</summary>
    internal const string Error = "error";

    internal bool IsError => Severity == Error;

    /// <summary>The place as compilers write it; null for none.</summary>
    internal string? Place =>
        File is null ? null : Line == 0 ? File : Column == 0 ? FormattableString.Invariant($"{File}({Line})")
            : FormattableString.Invariant($"{File}({Line},{Column})");

    internal static DiagnosticSummary Of(Diagnostic diagnostic, SourceTree tree) => new(
        diagnostic.Code,
        diagnostic.Severity == Diagnostics.Severity.Error ? Error : "warning",
        diagnostic.Message,
        diagnostic.Location is { } at ? tree.Relative(at.File) : null,
        diagnostic.Location?.Line ?? 0,
        diagnostic.Location?.Column ?? 0);
}
