using CompressTasks.Coding.Quantization.Feedback;

namespace CompressTasks.Calibration;

/// <summary>
/// Couplings in panels: those of <see cref="RowCouplings.PanelHeight"/> rows of a run, from these on, to all rows before them, group after group.
/// </summary>
/// <param name="rows">K.</param>
/// <param name="runLength">Rows of a run; the last one may be shorter.</param>
/// <param name="groups">How many groups of columns there are.</param>
internal sealed class PanelLayout(int rows, int runLength, int groups)
{
    private const int Height = RowCouplings.PanelHeight;

    public long Bytes => Panels().Sum(panel => (long)LengthOf(panel) * sizeof(double));

    /// <summary>All panels, in their order.</summary>
    public IEnumerable<(int Run, int Index)> Panels()
    {
        for (var run = 0; run * runLength < rows; run++)
        {
            for (var index = 0; index * Height < LengthOfRun(run); index++)
                yield return (run, index);
        }
    }

    /// <summary>The panel of a row.</summary>
    public (int Run, int Index) PanelOf(int row) => (row / runLength, row % runLength / Height);

    /// <summary>The values of a panel.</summary>
    public int LengthOf((int Run, int Index) panel) => groups * LengthOfGroup(panel);

    /// <summary>Where a panel begins, in bytes.</summary>
    public long OffsetOf((int Run, int Index) panel)
    {
        // All runs before it are whole ones.
        var before = ((long)panel.Run * Triangle.Start(runLength)) + Triangle.Start(panel.Index * Height);
        return sizeof(double) * groups * before;
    }

    /// <summary>Where in a panel the coupling of a row to another one is.</summary>
    public int Within((int Run, int Index) panel, int group, int row, int to)
    {
        var start = panel.Run * runLength;
        return (group * LengthOfGroup(panel)) + Triangle.Start(row - start) - Triangle.Start(panel.Index * Height) + to - start;
    }

    /// <summary>A panel of square matrices, one for each group and run.</summary>
    public double[] Cut((int Run, int Index) panel, IReadOnlyList<double[][]> matrices)
    {
        var length = LengthOfRun(panel.Run);
        var values = new double[LengthOf(panel)];
        var at = 0;
        for (var group = 0; group < groups; group++)
        {
            for (var row = panel.Index * Height; row < EndOf(panel); row++)
            {
                matrices[group][panel.Run].AsSpan(row * length, row).CopyTo(values.AsSpan(at));
                at += row;
            }
        }

        return values;
    }

    private int LengthOfRun(int run) => Math.Min(runLength, rows - (run * runLength));

    private int EndOf((int Run, int Index) panel) => Math.Min((panel.Index + 1) * Height, LengthOfRun(panel.Run));

    private int LengthOfGroup((int Run, int Index) panel) => Triangle.Start(EndOf(panel)) - Triangle.Start(panel.Index * Height);
}
