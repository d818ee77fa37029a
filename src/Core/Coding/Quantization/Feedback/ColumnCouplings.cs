using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization.Feedback;

/// <summary>
/// How much of what a column leaves later columns of the same row make up for. Columns are cut into runs that know nothing of each other.
/// </summary>
/// <param name="columns">M.</param>
/// <param name="runLength">Columns of a run; the last one may be shorter.</param>
/// <param name="matrices">For each run a square matrix, row-major, whose part below the diagonal is used.</param>
internal sealed class ColumnCouplings(int columns, int runLength, IReadOnlyList<double[]> matrices)
{
    /// <summary>What is below the diagonals, row after row.</summary>
    private readonly double[][] _triangles =
        [.. matrices.Select((matrix, run) => Triangle.Below(matrix, Math.Min(runLength, columns - (run * runLength))))];

    /// <summary>Where the run of a column ends.</summary>
    public int EndOfRun(int column) => Math.Min(column - (column % runLength) + runLength, columns);

    /// <summary>The couplings of a column to earlier columns of its run.</summary>
    public ReadOnlySpan<double> Of(int column, int first, int end)
    {
        var start = column - (column % runLength);
        return _triangles[column / runLength].AsSpan(Triangle.Start(column - start) + first - start, end - first);
    }

    /// <summary>Adds to each of some columns of a run what it makes up for of columns before them.</summary>
    /// <param name="column">The first one.</param>
    /// <param name="rests">What all columns leave.</param>
    /// <param name="from">The first column that is made up for; those of other runs do not count.</param>
    /// <param name="to">Where these columns end.</param>
    /// <param name="sums">One for each of the columns.</param>
    public void AddSums(int column, ReadOnlySpan<double> rests, int from, int to, Span<double> sums)
    {
        from = Math.Max(from, column - (column % runLength));
        if (from >= to)
            return;
        var i = 0;
        for (; i + 4 <= sums.Length; i += 4)
            AddFour(column + i, rests[from..to], from, sums.Slice(i, 4));
        for (; i < sums.Length; i++)
            sums[i] += VectorKernels.Dot(Of(column + i, from, to), rests[from..to]);
    }

    private void AddFour(int column, ReadOnlySpan<double> rests, int from, Span<double> sums)
    {
        var to = from + rests.Length;
        ref var r = ref MemoryMarshal.GetReference(rests);
        ref var a = ref MemoryMarshal.GetReference(Of(column, from, to));
        ref var b = ref MemoryMarshal.GetReference(Of(column + 1, from, to));
        ref var c = ref MemoryMarshal.GetReference(Of(column + 2, from, to));
        ref var d = ref MemoryMarshal.GetReference(Of(column + 3, from, to));
        var (sa, sb, sc, sd) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i + Vector256<double>.Count <= rests.Length; i += Vector256<double>.Count)
        {
            var at = (nuint)i;
            var rest = Vector256.LoadUnsafe(ref r, at);
            sa += rest * Vector256.LoadUnsafe(ref a, at);
            sb += rest * Vector256.LoadUnsafe(ref b, at);
            sc += rest * Vector256.LoadUnsafe(ref c, at);
            sd += rest * Vector256.LoadUnsafe(ref d, at);
        }

        sums[0] += FixedOrder.Sum(sa);
        sums[1] += FixedOrder.Sum(sb);
        sums[2] += FixedOrder.Sum(sc);
        sums[3] += FixedOrder.Sum(sd);
        for (var output = 0; i < rests.Length && output < 4; output++)
            sums[output] += VectorKernels.Dot(Of(column + output, from + i, to), rests[i..]);
    }
}
