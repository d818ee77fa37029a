using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>A figure that a program of the user's measures, and what it must hold; what is null is not checked.</summary>
/// <param name="Name">What reports call it, and the key of a JSON object that the program prints.</param>
/// <param name="Command">The program.</param>
/// <param name="AtLeast">Least figure of the restored model.</param>
/// <param name="AtMost">Largest figure of the restored model.</param>
/// <param name="Increase">By how much it may be above that of the original, at least 0.</param>
/// <param name="Drop">By how much it may be below that of the original, at least 0.</param>
/// <param name="Timeout">After which the program is ended.</param>
/// <param name="Inputs">Files that the program depends on: paths and globs, relative to the spec's folder.</param>
/// <param name="At">Where the spec begins the metric.</param>
internal sealed record MetricSpec(
    string Name,
    MetricCommand Command,
    Threshold? AtLeast,
    Threshold? AtMost,
    Threshold? Increase,
    Threshold? Drop,
    TimeSpan Timeout,
    IReadOnlyList<MetricInput> Inputs,
    SourceLocation At)
{
    /// <summary>Whether the figure of the original is needed.</summary>
    public bool ComparesWithOriginal => (Increase ?? Drop) is not null;
}

/// <summary>A file that a metric's program depends on, or a glob of such files.</summary>
/// <param name="Pattern">Relative to the spec's folder, with <c>/</c> between folders.</param>
/// <param name="At">Where the spec names it.</param>
internal sealed record MetricInput(string Pattern, SourceLocation At)
{
    public bool IsGlob => Pattern.Contains('*', StringComparison.Ordinal);
}

/// <summary>What is run. Equal commands are the same command, wherever and however the spec writes them.</summary>
/// <param name="Words">The program and its arguments; the only word is a text for the system's shell where that was asked for.</param>
/// <param name="IsShell">Whether the shell runs it.</param>
internal sealed record MetricCommand(IReadOnlyList<string> Words, bool IsShell)
{
    /// <summary>Stands for the path of the model that is measured.</summary>
    public const string Model = "{model}";

    /// <summary>Stands for the path of the original.</summary>
    public const string Original = "{original}";

    public bool Equals(MetricCommand? other) => other is not null && IsShell == other.IsShell && Words.SequenceEqual(other.Words);

    public override int GetHashCode() => Words.Aggregate(IsShell.GetHashCode(), HashCode.Combine);

    /// <summary>As a person would type it; for messages only.</summary>
    public override string ToString() =>
        IsShell ? Words[0] : string.Join(' ', Words.Select(word => word.Any(char.IsWhiteSpace) ? $"\"{word}\"" : word));
}
