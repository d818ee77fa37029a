using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization.Feedback;

/// <summary>
/// Carries the errors of the rows of a matrix that are coded to the rows that are not: a row that meets an input which goes along with those of other
/// rows can make up for what these have lost. Row l aims at its own values plus Σ coupling[l, j] · error of row j, over all rows j before it in the
/// same run.
/// </summary>
/// <param name="couplings">What couples rows.</param>
/// <param name="columns">M, the columns of the matrix: a multiple of the couplings' groups.</param>
/// <param name="ofColumns">
/// What couples the columns of a row: column j aims, beyond that, at Σ coupling[j, b] · rest of column b, over all columns b before it; null for
/// nothing. The rest is what its row aims at less what it became.
/// </param>
internal sealed class ErrorFeedback(RowCouplings couplings, int columns, ColumnCouplings? ofColumns = null)
{
    /// <summary>Rows whose targets are made at a time of the errors of all before them.</summary>
    private const int Block = RowCouplings.PanelHeight;

    /// <summary>Of every row its values, and when it is coded its errors: strip by strip.</summary>
    private readonly double[] _rows = new double[couplings.Rows * columns];
    private readonly double[] _targets = new double[Block * columns];
    private readonly double[] _errors = new double[columns];
    private readonly double[] _became = new double[columns];
    private readonly double[] _aims = new double[columns];
    private readonly double[] _rests = new double[columns];

    /// <summary>For each column up to which of the others it has made up for their rests.</summary>
    private readonly int[] _taken = new int[columns];

    /// <summary>First columns and widths of strips, none of which is of two groups.</summary>
    private readonly (int First, int Width)[] _strips = [.. Strips(columns, columns / couplings.Groups)];

    /// <summary>The rows that have their targets.</summary>
    private (int Start, int End) _block;

    public int Rows => couplings.Rows;

    public int Columns => columns;

    /// <summary>What couples the columns of a row; null for nothing.</summary>
    public ColumnCouplings? OfColumns => ofColumns;

    /// <summary>Σ (target − what it became)²: the error of the layer's outputs in units of its rows, once every row is coded.</summary>
    public double Distortion { get; private set; }

    /// <summary>Begins anew.</summary>
    /// <param name="values">K × M, row-major.</param>
    public void Begin(ReadOnlySpan<double> values)
    {
        for (var row = 0; row < Rows; row++)
            Keep(row, values.Slice(row * columns, columns));
        (_block, Distortion) = ((0, 0), 0);
    }

    /// <summary>
    /// What a row should become, without regard to what its columns do to each other. All rows before it must be done.
    /// </summary>
    public ReadOnlySpan<double> Target(int row)
    {
        if (row == _block.End)
            Prepare(row);
        return TargetOf(row);
    }

    /// <summary>
    /// What columns of a row, all of one run, should become, as far as the columns before them have to do with it. These must be done.
    /// </summary>
    public ReadOnlySpan<double> Aim(int row, int first, int length)
    {
        if (first == 0)
        {
            Target(row).CopyTo(_aims);
            Array.Clear(_taken);
        }

        for (var start = first; start < first + length;)
        {
            var end = start + 1;
            while (end < first + length && _taken[end] == _taken[start])
                end++;
            ofColumns!.AddSums(start, _rests, _taken[start], first, _aims.AsSpan(start..end));
            _taken.AsSpan(start..end).Fill(first);
            start = end;
        }

        return _aims.AsSpan(first, length);
    }

    /// <summary>Takes in what columns of a row have become, which those after them are to make up for.</summary>
    public void LearnColumns(int row, int first, ReadOnlySpan<int> indices, double step)
    {
        var target = Target(row)[first..];
        for (var i = 0; i < indices.Length; i++)
            _rests[first + i] = target[i] - (indices[i] * step);
    }

    /// <summary>Takes in what a row has become.</summary>
    /// <param name="row">The row; they come in their order.</param>
    /// <param name="values">The row's own values.</param>
    /// <param name="indices">What it became, in steps.</param>
    public void Learn(int row, ReadOnlySpan<double> values, ReadOnlySpan<int> indices, double step)
    {
        for (var i = 0; i < columns; i++)
            _became[i] = indices[i] * step;
        Learn(row, values, _became);
    }

    /// <summary>Takes in what a row has become.</summary>
    /// <param name="row">The row; they come in their order.</param>
    /// <param name="values">The row's own values.</param>
    /// <param name="became">What these became.</param>
    public void Learn(int row, ReadOnlySpan<double> values, ReadOnlySpan<double> became)
    {
        var aims = ofColumns is null ? Target(row) : _aims;
        var distortion = 0.0;
        for (var i = 0; i < columns; i++)
        {
            _errors[i] = values[i] - became[i];
            distortion += (aims[i] - became[i]) * (aims[i] - became[i]);
        }

        Distortion += distortion;
        Keep(row, _errors);

        // Rows of the same block have their targets already.
        for (var later = row + 1; later < _block.End; later++)
            Carry(row, later);
    }

    private Span<double> TargetOf(int row) => _targets.AsSpan((row - _block.Start) * columns, columns);

    /// <summary>Adds the errors of a row to the target of a later one of its block.</summary>
    private void Carry(int row, int later)
    {
        var target = TargetOf(later);
        var width = columns / couplings.Groups;
        for (var group = 0; group < couplings.Groups; group++)
        {
            VectorKernels.AddScaled(couplings.Of(group, later, row, row + 1)[0], _errors.AsSpan(group * width, width),
                target.Slice(group * width, width));
        }
    }

    /// <summary>Makes the targets of the next block.</summary>
    private void Prepare(int start)
    {
        var runStart = start - (start % couplings.RunLength);
        _block = (start, Math.Min(start + Block, Math.Min(runStart + couplings.RunLength, Rows)));
        foreach (var (first, width) in _strips)
        {
            var strip = _rows.AsSpan(first * Rows, width * Rows);
            for (var row = start; row < _block.End; row++)
                strip.Slice(row * width, width).CopyTo(TargetOf(row)[first..]);
            RowSums.Add(couplings, first / (columns / couplings.Groups), _block, runStart, strip[(runStart * width)..(start * width)], width,
                _targets.AsSpan(first), columns);
        }
    }

    private void Keep(int row, ReadOnlySpan<double> values)
    {
        foreach (var (first, width) in _strips)
            values.Slice(first, width).CopyTo(_rows.AsSpan((first * Rows) + (row * width)));
    }

    private static IEnumerable<(int First, int Width)> Strips(int columns, int ofGroup)
    {
        for (var start = 0; start < columns; start += ofGroup)
        {
            for (var first = 0; first < ofGroup; first += RowSums.Width)
                yield return (start + first, Math.Min(RowSums.Width, ofGroup - first));
        }
    }
}
