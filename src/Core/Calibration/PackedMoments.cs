using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CompressTasks.Numerics;

namespace CompressTasks.Calibration;

/// <summary>
/// Second moments that are kept to be factorized more than once: a triangle of float32 for each run, brought into range by a power of two.
/// </summary>
internal sealed class PackedMoments
{
    private const int LargestExponent = 1000;

    private readonly int _inputs;
    private readonly int _runLength;
    private readonly long _samples;
    private readonly Func<float[][]> _triangles;

    /// <summary>The power of two that the triangles are in units of.</summary>
    private readonly int _exponent;

    /// <param name="moments">What is kept.</param>
    /// <param name="file">Where it is kept, and what is made of it; null for memory.</param>
    public PackedMoments(SecondMoments moments, CouplingFile? file = null)
    {
        (_inputs, _runLength, _samples, File) = (moments.Inputs, moments.RunLength, moments.Samples, file);
        _exponent = Exponent(moments);
        var triangles = Pack(moments, Math.ScaleB(1, -_exponent));
        _triangles = file is null ? () => triangles : file.Add(triangles);
    }

    /// <summary>Where they are; null for memory.</summary>
    public CouplingFile? File { get; }

    /// <summary>What they take when they are unpacked.</summary>
    public long Bytes => SecondMoments.BytesOfMatrices(_inputs, _runLength);

    public SecondMoments Unpack()
    {
        var moments = new SecondMoments(_inputs, _runLength, samples: _samples);
        var triangles = _triangles();
        var unit = Math.ScaleB(1, _exponent);
        foreach (var (run, triangle) in moments.Finish().Index())
        {
            for (var at = 0; at < triangle.Length; at++)
                triangle[at] = unit * triangles[run][at];
        }

        return moments;
    }

    /// <summary>Adds the moments to a hash.</summary>
    public void AppendTo(IncrementalHash hash)
    {
        hash.AppendData(BitConverter.GetBytes(_exponent));
        foreach (var triangle in _triangles())
            hash.AppendData(MemoryMarshal.AsBytes(triangle.AsSpan()));
    }

    /// <summary>That of the largest value on the diagonals, which no other is above; 0 where that is none.</summary>
    private static int Exponent(SecondMoments moments)
    {
        var largest = moments.Finish().SelectMany((triangle, run) =>
            Enumerable.Range(1, moments.LengthOf(run)).Select(rows => triangle[LowerTriangle.Length(rows) - 1])).Max();
        return largest > 0 && double.IsFinite(largest) ? Math.Clamp(Math.ILogB(largest), -LargestExponent, LargestExponent) : 0;
    }

    private static float[][] Pack(SecondMoments moments, double scale) =>
        [.. moments.Finish().Select(triangle => Array.ConvertAll(triangle, value => (float)(scale * value)))];
}
