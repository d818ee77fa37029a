namespace CompressTasks.Numerics;

/// <summary>Exchanges rows and columns, tile by tile so that both sides stay in the cache.</summary>
internal static class Transposition
{
    private const int Tile = 32;

    /// <param name="source">rows × columns, row-major.</param>
    /// <param name="rows">Of the source.</param>
    /// <param name="columns">Of the source.</param>
    /// <param name="target">Receives columns × rows.</param>
    public static void Write<T>(ReadOnlySpan<T> source, int rows, int columns, Span<T> target)
    {
        for (var top = 0; top < rows; top += Tile)
        {
            for (var left = 0; left < columns; left += Tile)
            {
                for (var i = top; i < Math.Min(top + Tile, rows); i++)
                {
                    for (var j = left; j < Math.Min(left + Tile, columns); j++)
                        target[(j * rows) + i] = source[(i * columns) + j];
                }
            }
        }
    }
}
