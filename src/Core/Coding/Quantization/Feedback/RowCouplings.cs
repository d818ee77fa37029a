namespace CompressTasks.Coding.Quantization.Feedback;

/// <summary>The couplings of a row to earlier rows of its run: valid until those of a row of another panel are asked for.</summary>
internal delegate ReadOnlySpan<double> CouplingReader(int group, int row, int first, int end);

/// <summary>
/// How much of a row's error later rows make up for. Rows are cut into runs that know nothing of each other; groups of columns have couplings of
/// their own.
/// </summary>
/// <param name="rows">K.</param>
/// <param name="runLength">Rows of a run; the last one may be shorter.</param>
/// <param name="groups">How many groups of columns there are.</param>
/// <param name="read">Knows the couplings.</param>
internal sealed class RowCouplings(int rows, int runLength, int groups, CouplingReader read)
{
    /// <summary>Rows of a run that get their targets together: a panel is what couples these to all rows before them.</summary>
    public const int PanelHeight = 32;

    /// <summary>Couplings that are in memory.</summary>
    /// <param name="rows">K.</param>
    /// <param name="runLength">Rows of a run; the last one may be shorter.</param>
    /// <param name="matrices">For each group, for each run: a square matrix, row-major, whose part below the diagonal is used.</param>
    public static RowCouplings Of(int rows, int runLength, IReadOnlyList<double[][]> matrices)
    {
        double[][][] triangles = [.. matrices.Select(runs => runs
            .Select((matrix, run) => Triangle.Below(matrix, Math.Min(runLength, rows - (run * runLength)))).ToArray())];
        return new(rows, runLength, matrices.Count, (group, row, first, end) =>
        {
            var run = row / runLength;
            var start = run * runLength;
            return triangles[group][run].AsSpan(Triangle.Start(row - start) + first - start, end - first);
        });
    }

    public int Rows => rows;

    public int RunLength => runLength;

    public int Groups => groups;

    /// <summary>The couplings of a row to earlier rows of its run, from a first to an end.</summary>
    public ReadOnlySpan<double> Of(int group, int row, int first, int end) => read(group, row, first, end);
}
