using System.Text;

namespace CompressTasks.Spec;

/// <summary>Reads the tokens of a glob.</summary>
internal static class GlobParser
{
    /// <returns>What is wrong, or null.</returns>
    public static string? TryParse(string pattern, out IReadOnlyList<GlobToken> tokens)
    {
        var found = new List<GlobToken>();
        tokens = found;
        Rune[] runes = [.. pattern.EnumerateRunes()];
        for (var i = 0; i < runes.Length; i++)
        {
            if (runes[i].Value == '*')
            {
                var stars = runes.Skip(i).TakeWhile(rune => rune.Value == '*').Count();
                if (stars > 2)
                    return $"{stars} stars in a row; write * or **";
                found.Add(stars == 2 ? GlobToken.AnyRun : GlobToken.RunWithoutSlash);
                i += stars - 1;
            }
            else if (runes[i].Value == '?')
            {
                found.Add(GlobToken.OneWithoutSlash);
            }
            else if (runes[i].Value == '[')
            {
                if (ReadSet(runes, ref i, out var set) is { } problem)
                    return problem;
                found.Add(set);
            }
            else
            {
                found.Add(GlobToken.Literal(runes[i]));
            }
        }
        return found.Count == 0 ? "it is empty" : null;
    }

    /// <summary>Moves <paramref name="i"/> from <c>[</c> to <c>]</c>.</summary>
    private static string? ReadSet(Rune[] runes, ref int i, out GlobToken set)
    {
        set = GlobToken.AnyRun;
        var close = Array.FindIndex(runes, i + 1, rune => rune.Value == ']');
        if (close < 0)
            return "[ without ]; write [[] for the character itself";
        var isNegated = runes[i + 1].Value == '!';
        var inner = runes.AsSpan((i + (isNegated ? 2 : 1))..close);
        if (inner.IsEmpty)
            return "an empty set [ ]";
        var ranges = new List<(Rune First, Rune Last)>();
        for (var j = 0; j < inner.Length; j++)
        {
            var isRange = j + 2 < inner.Length && inner[j + 1].Value == '-';
            ranges.Add((inner[j], inner[isRange ? j + 2 : j]));
            if (ranges[^1].First > ranges[^1].Last)
                return $"the range {inner[j]}-{inner[j + 2]} runs backwards";
            j += isRange ? 2 : 0;
        }
        set = new(ranges, isNegated);
        i = close;
        return null;
    }
}
