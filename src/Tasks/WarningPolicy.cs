namespace CompressTasks.Tasks;

/// <summary>What becomes of a warning: the compiler's properties hold for this package too, and MSBuild itself does not apply all of them.</summary>
internal sealed class WarningPolicy(string? noWarn, string? warningsAsErrors, string? warningsNotAsErrors, bool treatWarningsAsErrors)
{
    private static readonly char[] _separators = [';', ',', ' ', '\r', '\n', '\t'];

    private readonly HashSet<string> _noWarn = Codes(noWarn);
    private readonly HashSet<string> _asErrors = Codes(warningsAsErrors);
    private readonly HashSet<string> _notAsErrors = Codes(warningsNotAsErrors);

    public bool IsSilenced(string code) => _noWarn.Contains(code);

    public bool IsError(string code) => _asErrors.Contains(code) || (treatWarningsAsErrors && !_notAsErrors.Contains(code));

    private static HashSet<string> Codes(string? list) =>
        new((list ?? "").Split(_separators, StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
}
