using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace CompressTasks.Calibration;

/// <summary>Second moments that are kept to be factorized more than once: a triangle of float32 for each run.</summary>
internal sealed class PackedMoments
{
    private readonly int _inputs;
    private readonly int _runLength;
    private readonly long _samples;
    private readonly Func<float[][]> _triangles;

    /// <param name="moments">What is kept.</param>
    /// <param name="file">Where it is kept, and what is made of it; null for memory.</param>
    public PackedMoments(SecondMoments moments, CouplingFile? file = null)
    {
        (_inputs, _runLength, _samples, File) = (moments.Inputs, moments.RunLength, moments.Samples, file);
        var triangles = Pack(moments);
        _triangles = file is null ? () => triangles : file.Add(triangles);
    }

    /// <summary>Where they are; null for memory.</summary>
    public CouplingFile? File { get; }

    /// <summary>What they take when they are unpacked.</summary>
    public long Bytes => SecondMoments.Bytes(_inputs, _runLength);

    public SecondMoments Unpack()
    {
        var moments = new SecondMoments(_inputs, _runLength, samples: _samples);
        var triangles = _triangles();
        foreach (var (run, matrix) in moments.Finish().Index())
        {
            var (length, at) = (moments.LengthOf(run), 0);
            for (var row = 0; row < length; row++)
            {
                for (var column = 0; column <= row; column++)
                    matrix[(row * length) + column] = triangles[run][at++];
            }
        }

        return moments;
    }

    /// <summary>Adds the moments to a hash.</summary>
    public void AppendTo(IncrementalHash hash)
    {
        foreach (var triangle in _triangles())
            hash.AppendData(MemoryMarshal.AsBytes(triangle.AsSpan()));
    }

    private static float[][] Pack(SecondMoments moments) => [.. moments.Finish().Select((matrix, run) => Pack(matrix, moments.LengthOf(run)))];

    private static float[] Pack(double[] matrix, int length)
    {
        var (triangle, at) = (new float[length * (length + 1) / 2], 0);
        for (var row = 0; row < length; row++)
        {
            for (var column = 0; column <= row; column++)
                triangle[at++] = (float)matrix[(row * length) + column];
        }

        return triangle;
    }
}
