using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Stages.Dct;

namespace CompressTasks.Coding.Axes;

/// <summary>
/// The orthonormal DCT-II along an axis of a tensor and its inverse, as plain sums: it is short where it pays, and every decoder can
/// repeat the same additions.
/// </summary>
internal sealed class CosineTransform
{
    public const int LongestAxis = 512;

    private readonly int _length;

    // Row i holds what input i adds to each output.
    private readonly double[] _matrix;

    private CosineTransform(int length, bool inverse)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, LongestAxis);
        _length = length;
        _matrix = new double[length * length];
        var cosines = new double[4 * length];
        for (var i = 0; i < cosines.Length; i++)
            cosines[i] = UnitCircle.Point(i, cosines.Length).Cosine;
        for (var k = 0; k < length; k++)
        {
            var scale = Math.Sqrt((k == 0 ? 1.0 : 2.0) / length);
            for (var j = 0; j < length; j++)
                _matrix[inverse ? (k * length) + j : (j * length) + k] = scale * cosines[((2 * j) + 1) * k % cosines.Length];
        }
    }

    /// <summary>From values to coefficients.</summary>
    public static CosineTransform Forward(int length) => new(length, inverse: false);

    /// <summary>From coefficients to values.</summary>
    public static CosineTransform Inverse(int length) => new(length, inverse: true);

    /// <summary>Transforms a tensor along one of its axes.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="stride">The distance of neighbours along the axis.</param>
    public void Apply(Span<double> tensor, int stride)
    {
        var line = new double[_length];
        var result = new double[_length];
        for (var block = 0; block < tensor.Length; block += stride * _length)
        {
            for (var offset = 0; offset < stride; offset++)
            {
                for (var i = 0; i < _length; i++)
                    line[i] = tensor[block + offset + (i * stride)];
                Multiply(_matrix, line, result);
                for (var i = 0; i < _length; i++)
                    tensor[block + offset + (i * stride)] = result[i];
            }
        }
    }

    /// <summary>result[o] = Σ line[i] · matrix[i, o], in the order of i.</summary>
    private static void Multiply(double[] matrix, double[] line, double[] result)
    {
        var length = line.Length;
        ref var m = ref MemoryMarshal.GetArrayDataReference(matrix);
        var o = 0;
        for (; o + 16 <= length; o += 16)
        {
            var (s0, s1, s2, s3) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
            for (var i = 0; i < length; i++)
            {
                var x = Vector256.Create(line[i]);
                ref var row = ref Unsafe.Add(ref m, (i * length) + o);
                s0 += x * Vector256.LoadUnsafe(ref row);
                s1 += x * Vector256.LoadUnsafe(ref row, 4);
                s2 += x * Vector256.LoadUnsafe(ref row, 8);
                s3 += x * Vector256.LoadUnsafe(ref row, 12);
            }

            s0.CopyTo(result, o);
            s1.CopyTo(result, o + 4);
            s2.CopyTo(result, o + 8);
            s3.CopyTo(result, o + 12);
        }

        for (; o < length; o++)
        {
            var sum = 0.0;
            for (var i = 0; i < length; i++)
                sum += line[i] * matrix[(i * length) + o];
            result[o] = sum;
        }
    }
}
