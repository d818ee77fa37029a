using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
    /// <summary>Errors are carried to far rows a block at a time, while they are in the processor's cache.</summary>
    private const int Block = RowCouplings.PanelWidth;

    private readonly double[] _targets = new double[couplings.Rows * columns];
    private readonly double[] _errors = new double[Block * columns];
    private readonly double[] _aims = new double[columns];
    private readonly double[] _rests = new double[columns];

    /// <summary>For each column up to which of the others it has made up for their rests.</summary>
    private readonly int[] _taken = new int[columns];

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
        values.CopyTo(_targets);
        Distortion = 0;
    }

    /// <summary>
    /// What a row should become, without regard to what its columns do to each other. All rows before it must be done.
    /// </summary>
    public ReadOnlySpan<double> Target(int row) => _targets.AsSpan(row * columns, columns);

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
        var runStart = row - (row % couplings.RunLength);
        var runEnd = Math.Min(runStart + couplings.RunLength, Rows);
        var blockStart = row - ((row - runStart) % Block);
        var blockEnd = Math.Min(blockStart + Block, runEnd);
        var errors = _errors.AsSpan((row - blockStart) * columns, columns);
        var aims = ofColumns is null ? Target(row) : _aims;
        var distortion = 0.0;
        for (var i = 0; i < columns; i++)
        {
            var value = indices[i] * step;
            errors[i] = values[i] - value;
            distortion += (aims[i] - value) * (aims[i] - value);
        }

        Distortion += distortion;

        // Rows of the same block are next and need it now; the others get the whole block when it is full.
        for (var later = row + 1; later < blockEnd; later++)
            Carry(blockStart, row, row + 1, later);
        for (var later = blockEnd; row == blockEnd - 1 && later < runEnd; later++)
            Carry(blockStart, blockStart, blockEnd, later);
    }

    /// <summary>Adds the errors of rows of the current block to the target of a later row.</summary>
    private void Carry(int blockStart, int first, int end, int later)
    {
        var width = columns / couplings.Groups;
        for (var group = 0; group < couplings.Groups; group++)
        {
            var errors = _errors.AsSpan(((first - blockStart) * columns) + (group * width));
            Add(couplings.Of(group, later, first, end), errors, columns, _targets.AsSpan((later * columns) + (group * width), width));
        }
    }

    /// <summary>target[i] += Σ coefficients[j] · errors[j · stride + i], in the order of j.</summary>
    private static void Add(ReadOnlySpan<double> coefficients, ReadOnlySpan<double> errors, int stride, Span<double> target)
    {
        ref var e = ref MemoryMarshal.GetReference(errors);
        ref var t = ref MemoryMarshal.GetReference(target);
        var i = 0;
        for (; i + 16 <= target.Length; i += 16)
        {
            var (s0, s1, s2, s3) = (
                Vector256.LoadUnsafe(ref t, (nuint)i), Vector256.LoadUnsafe(ref t, (nuint)i + 4), Vector256.LoadUnsafe(ref t, (nuint)i + 8),
                    Vector256.LoadUnsafe(ref t, (nuint)i + 12));
            for (var j = 0; j < coefficients.Length; j++)
            {
                var c = Vector256.Create(coefficients[j]);
                var at = (nuint)((j * stride) + i);
                s0 += c * Vector256.LoadUnsafe(ref e, at);
                s1 += c * Vector256.LoadUnsafe(ref e, at + 4);
                s2 += c * Vector256.LoadUnsafe(ref e, at + 8);
                s3 += c * Vector256.LoadUnsafe(ref e, at + 12);
            }

            s0.StoreUnsafe(ref t, (nuint)i);
            s1.StoreUnsafe(ref t, (nuint)i + 4);
            s2.StoreUnsafe(ref t, (nuint)i + 8);
            s3.StoreUnsafe(ref t, (nuint)i + 12);
        }

        for (; i < target.Length; i++)
        {
            var sum = target[i];
            for (var j = 0; j < coefficients.Length; j++)
                sum += coefficients[j] * errors[(j * stride) + i];
            target[i] = sum;
        }
    }
}
