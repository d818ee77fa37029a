using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Calibration;

/// <summary>
/// Σ x xᵀ over the inputs x of a layer, added up in a stream. Inputs are cut into runs, of which each has a matrix: moments between runs are left out.
/// </summary>
internal sealed class SecondMoments
{
    /// <summary>Inputs that are gathered before they are added: enough to keep sums in registers.</summary>
    private const int Rows = 128;

    private readonly double[][] _matrices;
    private double[] _rows = [];
    private int _count;

    /// <param name="inputs">K.</param>
    /// <param name="runLength">Inputs of a run; the last one may be shorter.</param>
    public SecondMoments(int inputs, int runLength)
    {
        (Inputs, RunLength) = (inputs, runLength);
        _matrices = [.. Enumerable.Range(0, ((inputs - 1) / runLength) + 1).Select(run => new double[LengthOf(run) * LengthOf(run)])];
    }

    public int Inputs { get; }

    public int RunLength { get; }

    /// <summary>How many inputs were added up.</summary>
    public long Samples { get; private set; }

    /// <summary>The bytes that the moments of so many inputs take.</summary>
    public static long Bytes(int inputs, int runLength) => sizeof(double) * (((long)inputs * Math.Min(inputs, runLength)) + ((long)Rows * inputs));

    public int LengthOf(int run) => Math.Min(RunLength, Inputs - (run * RunLength));

    /// <summary>Where the next input x is to be written, all of it.</summary>
    public Span<double> Next()
    {
        if (_rows.Length == 0)
            _rows = new double[Rows * Inputs];
        if (_count == Rows)
            Flush();
        Samples++;
        return _rows.AsSpan(_count++ * Inputs, Inputs);
    }

    /// <summary>Adds a square to the diagonal: what an input contributes that comes alone.</summary>
    public void AddSquare(int input, double square)
    {
        Samples++;
        var run = input / RunLength;
        var within = input - (run * RunLength);
        _matrices[run][(within * LengthOf(run)) + within] += square;
    }

    /// <summary>The matrices of the runs: row-major, the part up to the diagonal.</summary>
    public double[][] Finish()
    {
        Flush();
        return _matrices;
    }

    private void Flush()
    {
        for (var run = 0; run < _matrices.Length && _count > 0; run++)
            Add(_rows.AsSpan(run * RunLength), Inputs, _count, _matrices[run], LengthOf(run));
        _count = 0;
    }

    /// <summary>matrix += Σ row rowᵀ, below the diagonal and on it. Four rows of the matrix by eight columns are summed at a time, in the order of the inputs.</summary>
    private static void Add(ReadOnlySpan<double> rows, int stride, int count, double[] matrix, int n)
    {
        ref var x = ref MemoryMarshal.GetReference(rows);
        ref var m = ref MemoryMarshal.GetArrayDataReference(matrix);
        var i = 0;
        for (; i + 4 <= n; i += 4)
        {
            var j = 0;
            for (; j + 8 <= n && j <= i + 3; j += 8)
                AddTile(ref x, stride, count, ref m, n, i, j);
            for (; j <= i + 3; j++)
            {
                for (var row = i; row < i + 4; row++)
                    AddOne(rows, stride, count, matrix, n, row, j);
            }
        }

        for (; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
                AddOne(rows, stride, count, matrix, n, i, j);
        }
    }

    private static void AddOne(ReadOnlySpan<double> rows, int stride, int count, double[] matrix, int n, int i, int j)
    {
        var sum = 0.0;
        for (var r = 0; r < count; r++)
            sum += rows[(r * stride) + i] * rows[(r * stride) + j];
        matrix[(i * n) + j] += sum;
    }

    private static void AddTile(ref double x, int stride, int count, ref double m, int n, int i, int j)
    {
        var (a0, b0, a1, b1) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var (a2, b2, a3, b3) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        for (var r = 0; r < count; r++)
        {
            var at = (nuint)((r * stride) + j);
            var left = Vector256.LoadUnsafe(ref x, at);
            var right = Vector256.LoadUnsafe(ref x, at + 4);
            at = (nuint)((r * stride) + i);
            var f = Vector256.Create(Unsafe.Add(ref x, at));
            (a0, b0) = (a0 + (f * left), b0 + (f * right));
            f = Vector256.Create(Unsafe.Add(ref x, at + 1));
            (a1, b1) = (a1 + (f * left), b1 + (f * right));
            f = Vector256.Create(Unsafe.Add(ref x, at + 2));
            (a2, b2) = (a2 + (f * left), b2 + (f * right));
            f = Vector256.Create(Unsafe.Add(ref x, at + 3));
            (a3, b3) = (a3 + (f * left), b3 + (f * right));
        }

        Store(ref m, (nuint)((i * n) + j), a0, b0);
        Store(ref m, (nuint)(((i + 1) * n) + j), a1, b1);
        Store(ref m, (nuint)(((i + 2) * n) + j), a2, b2);
        Store(ref m, (nuint)(((i + 3) * n) + j), a3, b3);
    }

    private static void Store(ref double m, nuint at, Vector256<double> left, Vector256<double> right)
    {
        (Vector256.LoadUnsafe(ref m, at) + left).StoreUnsafe(ref m, at);
        (Vector256.LoadUnsafe(ref m, at + 4) + right).StoreUnsafe(ref m, at + 4);
    }
}
