using System.Text;

namespace CompressTasks.Spec;

/// <summary>One element of a glob: a character, a set of characters, or a run of them.</summary>
/// <param name="Ranges">Both ends included.</param>
/// <param name="IsNegated">The characters outside of the ranges.</param>
/// <param name="IsRun">Any number of characters, none included.</param>
internal sealed record GlobToken(IReadOnlyList<(Rune First, Rune Last)> Ranges, bool IsNegated = false, bool IsRun = false)
{
    private static readonly (Rune, Rune) _slash = (new('/'), new('/'));

    public static GlobToken AnyRun { get; } = new([], IsNegated: true, IsRun: true);

    public static GlobToken RunWithoutSlash { get; } = new([_slash], IsNegated: true, IsRun: true);

    public static GlobToken OneWithoutSlash { get; } = new([_slash], IsNegated: true);

    public static GlobToken Literal(Rune rune) => new([(rune, rune)]);

    public bool Matches(Rune rune)
    {
        foreach (var (first, last) in Ranges)
        {
            if (rune >= first && rune <= last)
                return !IsNegated;
        }
        return IsNegated;
    }
}
