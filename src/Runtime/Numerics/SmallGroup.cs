namespace CompressTasks.Numerics;

/// <summary>Rows or columns of a weight that are small beside the others, and not dead.</summary>
internal static class SmallGroup
{
    /// <summary>The part of the median mean square below which a group is dead: a hundredth of its size. Training leaves such channels, and nothing hangs on them.</summary>
    private const double Dead = 1e-4;

    /// <summary>The group that the tenth of those which are not dead is smaller than.</summary>
    /// <param name="groups">At least one, by rising mean square.</param>
    /// <param name="meanSquare">Of a group; any figure in proportion to it will do.</param>
    public static T LeastTenth<T>(IReadOnlyList<T> groups, Func<T, double> meanSquare)
    {
        var least = Dead * meanSquare(groups[groups.Count / 2]);
        var dead = 0;
        while (meanSquare(groups[dead]) < least)
            dead++;
        return groups[dead + ((groups.Count - dead) / 10)];
    }
}
