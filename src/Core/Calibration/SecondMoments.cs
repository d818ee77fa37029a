using CompressTasks.Numerics;

namespace CompressTasks.Calibration;

/// <summary>
/// Σ x xᵀ over the inputs x of a layer, in single precision each few hundred of them, added up in a stream. Inputs are cut into runs, of which each has a matrix: moments between runs are left
/// out.
/// </summary>
internal sealed class SecondMoments
{
    /// <summary>Inputs that are gathered before they are added: enough to keep sums in registers.</summary>
    private const int Rows = 256;

    private readonly double[][] _matrices;
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
            SingleGramMatrix.Add(_rows.AsSpan(run * RunLength), Inputs, _count, _matrices[run], LengthOf(run), _run);
        _count = 0;
    }
}
