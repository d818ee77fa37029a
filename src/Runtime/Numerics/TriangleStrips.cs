namespace CompressTasks.Numerics;

/// <summary>Does pieces of work, in any order and on any threads, and returns when all are done.</summary>
/// <param name="count">How many pieces there are.</param>
/// <param name="piece">Does the piece with an index from 0 on.</param>
internal delegate void PieceRunner(int count, Action<int> piece);

/// <summary>The rows of a lower triangle in strips: the last and longest rows first.</summary>
internal static class TriangleStrips
{
    /// <summary>A multiple of the width of packed columns; those of a strip stay in the second cache.</summary>
    private const int Rows = 64;

    /// <summary>Does strips of rows.</summary>
    /// <param name="n">Rows of the triangle.</param>
    /// <param name="strip">Does the rows from a first, a multiple of eight, to an end.</param>
    /// <param name="run">Does them on several threads; null for one after the other.</param>
    public static void Run(int n, Action<int, int> strip, PieceRunner? run)
    {
        var strips = (n + Rows - 1) / Rows;
        (run ?? InOrder)(strips, index => strip((strips - 1 - index) * Rows, Math.Min((strips - index) * Rows, n)));
    }

    private static void InOrder(int count, Action<int> piece)
    {
        for (var index = 0; index < count; index++)
            piece(index);
    }
}
