using System.Text;
using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>
/// A pattern of weight paths. <c>*</c> is any run of characters except <c>/</c>, <c>**</c> any run at all, <c>?</c> one character except
/// <c>/</c>, <c>[abc]</c>, <c>[a-z]</c> and <c>[!a-z]</c> one of a set; everything else stands for itself, by code point, case counts.
/// </summary>
internal sealed class WeightGlob
{
    private readonly IReadOnlyList<GlobToken> _tokens;

    private WeightGlob(string pattern, IReadOnlyList<GlobToken> tokens, SourceLocation? at) => (Pattern, _tokens, At) = (pattern, tokens, at);

    /// <summary>As it was written.</summary>
    public string Pattern { get; }

    /// <summary>Where it stands; null when that is not known.</summary>
    public SourceLocation? At { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">Not empty.</param>
    /// <param name="at">The place to name when it is malformed.</param>
    /// <exception cref="CompressException">The pattern is malformed.</exception>
    public static WeightGlob Parse(string pattern, SourceLocation? at = null) =>
        GlobParser.TryParse(pattern, out var tokens) is { } problem
            ? throw new CompressException(SpecDiagnostics.MalformedGlob(pattern, problem, at))
            : new(pattern, tokens, at);

    /// <summary>Reads a pattern of a spec.</summary>
    /// <returns>Null when it is malformed, and the error is added.</returns>
    public static WeightGlob? TryParse(Schema.TextValue text, ICollection<Diagnostic> errors)
    {
        try
        {
            return Parse(text.Text, text.At);
        }
        catch (CompressException exception)
        {
            errors.Add(exception.Diagnostics[0]);
            return null;
        }
    }

    /// <summary>The pattern that matches <paramref name="path"/> and nothing else.</summary>
    public static string Escape(string path)
    {
        var escaped = new StringBuilder(path.Length);
        foreach (var c in path)
            _ = c is '*' or '?' or '[' ? escaped.Append('[').Append(c).Append(']') : escaped.Append(c);
        return escaped.ToString();
    }

    /// <summary>Whether the whole of <paramref name="path"/> matches. Takes at most pattern length × path length steps.</summary>
    public bool IsMatch(string path) => Distance(path) == 0;

    /// <inheritdoc/>
    public override string ToString() => Pattern;

    /// <summary>The fewest insertions, deletions and substitutions that turn <paramref name="path"/> into one that matches.</summary>
    internal int Distance(string path)
    {
        // costs[j]: the first tokens against the first j characters. A run may swallow a character for nothing.
        Rune[] runes = [.. path.EnumerateRunes()];
        var costs = Enumerable.Range(0, runes.Length + 1).ToArray();
        var next = new int[costs.Length];
        foreach (var token in _tokens)
        {
            next[0] = costs[0] + (token.IsRun ? 0 : 1);
            for (var j = 1; j < costs.Length; j++)
            {
                var misfit = token.Matches(runes[j - 1]) ? 0 : 1;
                next[j] = token.IsRun
                    ? Math.Min(costs[j], next[j - 1] + misfit)
                    : Math.Min(costs[j - 1] + misfit, 1 + Math.Min(costs[j], next[j - 1]));
            }
            (costs, next) = (next, costs);
        }
        return costs[^1];
    }
}
