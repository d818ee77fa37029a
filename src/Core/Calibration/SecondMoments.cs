using CompressTasks.Numerics;

namespace CompressTasks.Calibration;

/// <summary>
/// Σ x xᵀ over the inputs x of a layer, in single precision each few hundred of them, added up in a stream. Inputs are cut into runs, of which each has
/// a matrix: moments between runs are left out. Matrices are symmetric: what is kept is their rows up to the diagonal, one after the other.
/// </summary>
internal sealed class SecondMoments
{
    /// <summary>Inputs that are gathered before they are added: enough to keep sums in registers.</summary>
    private const int Rows = 256;

    private readonly double[][] _triangles;
    private readonly PieceRunner? _run;
    private double[] _rows = [];
    private int _count;

    /// <param name="inputs">K.</param>
    /// <param name="runLength">Inputs of a run; the last one may be shorter.</param>
    /// <param name="run">Adds up on several threads; null for the caller's own. Sums do not depend on it.</param>
    /// <param name="samples">How many inputs are taken for added up already.</param>
    public SecondMoments(int inputs, int runLength, PieceRunner? run = null, long samples = 0)
    {
        (Inputs, RunLength, _run, Samples) = (inputs, runLength, run, samples);
        _triangles = [.. Enumerable.Range(0, ((inputs - 1) / runLength) + 1).Select(run => new double[LowerTriangle.Length(LengthOf(run))])];
    }

    public int Inputs { get; }

    public int RunLength { get; }

    /// <summary>How many inputs were added up.</summary>
    public long Samples { get; private set; }

    /// <summary>The bytes that the moments of so many inputs take.</summary>
    public static long Bytes(int inputs, int runLength) => (BytesOfMatrices(inputs, runLength) / 2) + (sizeof(double) * (long)(Rows + 1) * inputs);

    /// <summary>The bytes that their matrices take.</summary>
    public static long BytesOfMatrices(int inputs, int runLength) => sizeof(double) * (long)inputs * Math.Min(inputs, runLength);

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
        _triangles[run][LowerTriangle.Length(input - (run * RunLength) + 1) - 1] += square;
    }

    /// <summary>The lower triangles of the matrices of the runs.</summary>
    public double[][] Finish()
    {
        Flush();
        return _triangles;
    }

    /// <summary>The matrices of the runs: row-major, the part up to the diagonal. Nothing else is left of the moments.</summary>
    public double[][] TakeMatrices()
    {
        Flush();
        var matrices = new double[_triangles.Length][];
        for (var run = 0; run < matrices.Length; run++)
        {
            matrices[run] = LowerTriangle.ToMatrix(_triangles[run], LengthOf(run));
            _triangles[run] = [];
        }

        return matrices;
    }

    private void Flush()
    {
        for (var run = 0; run < _triangles.Length && _count > 0; run++)
            SingleGramMatrix.Add(_rows.AsSpan(run * RunLength), Inputs, _count, _triangles[run], LengthOf(run), _run);
        _count = 0;
    }
}
