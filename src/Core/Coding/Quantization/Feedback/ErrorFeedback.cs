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
internal sealed class ErrorFeedback(RowCouplings couplings, int columns)
{
    /// <summary>Errors are carried to far rows a block at a time, while they are in the processor's cache.</summary>
    private const int Block = RowCouplings.PanelWidth;

    private readonly double[] _targets = new double[couplings.Rows * columns];
    private readonly double[] _errors = new double[Block * columns];

    public int Rows => couplings.Rows;

    public int Columns => columns;

    /// <summary>Σ (target − what it became)²: the error of the layer's outputs in units of its rows, once every row is coded.</summary>
    public double Distortion { get; private set; }

    /// <summary>Begins anew.</summary>
    /// <param name="values">K × M, row-major.</param>
    public void Begin(ReadOnlySpan<double> values)
    {
        values.CopyTo(_targets);
        Distortion = 0;
    }

    /// <summary>What a row should become. All rows before it must be done.</summary>
    public ReadOnlySpan<double> Target(int row) => _targets.AsSpan(row * columns, columns);

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
        var target = Target(row);
        var distortion = 0.0;
        for (var i = 0; i < columns; i++)
        {
            var value = indices[i] * step;
            errors[i] = values[i] - value;
            distortion += (target[i] - value) * (target[i] - value);
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
