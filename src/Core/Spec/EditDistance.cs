namespace CompressTasks.Spec;

/// <summary>Damerau–Levenshtein distance (optimal string alignment): insertions, deletions, substitutions, and swaps of neighbours.</summary>
internal static class EditDistance
{
    public static int Between(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
                d[i, j] = i == 0 ? j : j == 0 ? i : Step(a, b, d, i, j);
        }
        return d[a.Length, b.Length];
    }

    /// <summary>The candidate that <paramref name="found"/> is most likely a slip of, or null when none is close. Case does not count.</summary>
    public static string? Nearest(string found, IEnumerable<string> candidates)
    {
        var allowed = Math.Max(1, Math.Min(found.Length, 12) / 3);
        return candidates
            .Where(candidate => Math.Abs(candidate.Length - found.Length) <= allowed)
            .Select(candidate => (Name: candidate, Distance: Between(Fold(found), Fold(candidate))))
            .Where(candidate => candidate.Distance <= allowed)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault().Name;
    }

    private static string Fold(string text) => text.ToUpperInvariant();

    private static int Step(string a, string b, int[,] d, int i, int j)
    {
        var change = a[i - 1] == b[j - 1] ? 0 : 1;
        var best = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + change);
        var swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return swapped ? Math.Min(best, d[i - 2, j - 2] + 1) : best;
    }
}
