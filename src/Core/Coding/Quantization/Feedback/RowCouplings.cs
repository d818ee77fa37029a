namespace CompressTasks.Coding.Quantization.Feedback;

/// <summary>
/// How much of a row's error later rows make up for. Rows are cut into runs that know nothing of each other; groups of columns have couplings of
/// their own.
/// </summary>
/// <param name="rows">K.</param>
/// <param name="runLength">Rows of a run; the last one may be shorter.</param>
/// <param name="matrices">For each group, for each run: a square matrix, row-major, whose part below the diagonal is used.</param>
internal sealed class RowCouplings(int rows, int runLength, IReadOnlyList<double[][]> matrices)
{
    public int Rows => rows;

    public int RunLength => runLength;

    public int Groups => matrices.Count;

    /// <summary>The couplings of a row to earlier rows of its run.</summary>
    public ReadOnlySpan<double> Of(int group, int row, int first, int end)
    {
        var run = row / runLength;
        var start = run * runLength;
        var length = Math.Min(runLength, rows - start);
        return matrices[group][run].AsSpan(((row - start) * length) + first - start, end - first);
    }
}
