using CompressTasks.Coding.Quantization.Feedback;

namespace CompressTasks.Calibration;

/// <summary>
/// Couplings in panels: those of all rows of a run to <see cref="RowCouplings.PanelWidth"/> of its rows, from these on, group after group.
/// </summary>
/// <param name="rows">K.</param>
/// <param name="runLength">Rows of a run; the last one may be shorter.</param>
/// <param name="groups">How many groups of columns there are.</param>
internal sealed class PanelLayout(int rows, int runLength, int groups)
{
    private const int Width = RowCouplings.PanelWidth;

    public long Bytes => Panels().Sum(panel => (long)LengthOf(panel) * sizeof(double));

    /// <summary>All panels, in their order.</summary>
    public IEnumerable<(int Run, int Index)> Panels()
    {
        for (var run = 0; run * runLength < rows; run++)
        {
            for (var index = 0; index * Width < LengthOfRun(run); index++)
                yield return (run, index);
        }
    }

    /// <summary>The panel that a row's errors are carried with.</summary>
    public (int Run, int Index) PanelOf(int row) => (row / runLength, row % runLength / Width);

    /// <summary>The values of a panel.</summary>
    public int LengthOf((int Run, int Index) panel) => groups * HeightOf(panel) * WidthOf(panel);

    /// <summary>Where a panel begins, in bytes.</summary>
    public long OffsetOf((int Run, int Index) panel)
    {
        // All runs before it are whole ones.
        var whole = Offset(runLength, (runLength + Width - 1) / Width);
        return sizeof(double) * groups * ((panel.Run * whole) + Offset(LengthOfRun(panel.Run), panel.Index));
    }

    /// <summary>Where in a panel the coupling of a row to another one is.</summary>
    public int Within((int Run, int Index) panel, int group, int row, int to)
    {
        var first = (panel.Run * runLength) + (panel.Index * Width);
        return (((group * HeightOf(panel)) + row - first) * WidthOf(panel)) + to - first;
    }

    /// <summary>A panel of square matrices, one for each group and run.</summary>
    public double[] Cut((int Run, int Index) panel, IReadOnlyList<double[][]> matrices)
    {
        var (length, first, width) = (LengthOfRun(panel.Run), panel.Index * Width, WidthOf(panel));
        var values = new double[LengthOf(panel)];
        for (var group = 0; group < groups; group++)
        {
            for (var row = first; row < length; row++)
                matrices[group][panel.Run].AsSpan((row * length) + first, width)
                    .CopyTo(values.AsSpan(((group * (length - first)) + row - first) * width));
        }

        return values;
    }

    private int LengthOfRun(int run) => Math.Min(runLength, rows - (run * runLength));

    private int HeightOf((int Run, int Index) panel) => LengthOfRun(panel.Run) - (panel.Index * Width);

    private int WidthOf((int Run, int Index) panel) => Math.Min(Width, HeightOf(panel));

    /// <summary>The values of the first panels of a run, of one group.</summary>
    private static long Offset(int length, int panels)
    {
        var offset = 0L;
        for (var index = 0; index < panels; index++)
            offset += (long)(length - (index * Width)) * Math.Min(Width, length - (index * Width));
        return offset;
    }
}
