using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Numerics.Fourier;

namespace CompressTasks.Coding.Quantization.Axes;

/// <summary>
/// The orthonormal DCT-II along an axis of a tensor and its inverse, as plain sums: it is short where it pays, and every decoder can
/// repeat the same additions.
/// </summary>
internal sealed class CosineTransform
{
    public const int LongestAxis = 512;

    /// <summary>Lines that are transformed at the same time.</summary>
    private const int Together = 4;

    private readonly int _length;

    // Row i holds what input i adds to each output.
    private readonly double[] _matrix;

    private CosineTransform(int length, bool inverse)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, LongestAxis);
        _length = length;
        _matrix = Matrix(length, inverse);
    }

    /// <summary>From values to coefficients.</summary>
    public static CosineTransform Forward(int length) => new(length, inverse: false);

    /// <summary>From coefficients to values.</summary>
    public static CosineTransform Inverse(int length) => new(length, inverse: true);

    /// <summary>Transforms a tensor along one of its axes.</summary>
    /// <param name="stride">The distance of neighbours along the axis.</param>
    public void Apply(Span<double> tensor, int stride) => Apply(tensor, stride, 0, tensor.Length / _length);

    /// <summary>Transforms some of the lines along an axis.</summary>
    /// <param name="stride">The distance of neighbours along the axis.</param>
    /// <param name="first">The number of the first line.</param>
    /// <param name="count">The number of lines.</param>
    public void Apply(Span<double> tensor, int stride, int first, int count)
    {
        var lines = new double[Together * _length];
        var results = new double[Together * _length];
        for (var number = first; number < first + count; number += Together)
        {
            var present = Math.Min(Together, first + count - number);
            for (var l = 0; l < present; l++)
            {
                var start = StartOf(number + l, stride);
                for (var i = 0; i < _length; i++)
                    lines[(l * _length) + i] = tensor[start + (i * stride)];
            }

            Multiply(_matrix, lines, results, _length);
            for (var l = 0; l < present; l++)
            {
                var start = StartOf(number + l, stride);
                for (var i = 0; i < _length; i++)
                    tensor[start + (i * stride)] = results[(l * _length) + i];
            }
        }
    }

    private int StartOf(int line, int stride)
    {
        var (block, offset) = Math.DivRem(line, stride);
        return (block * stride * _length) + offset;
    }

    private static double[] Matrix(int length, bool inverse)
    {
        var matrix = new double[length * length];
        var cosines = new double[4 * length];
        for (var i = 0; i < cosines.Length; i++)
            cosines[i] = UnitCircle.Point(i, cosines.Length).Cosine;
        for (var k = 0; k < length; k++)
        {
            var scale = Math.Sqrt((k == 0 ? 1.0 : 2.0) / length);
            // (2j + 1)·k, modulo the number of cosines.
            var angle = k;
            for (var j = 0; j < length; j++)
            {
                matrix[inverse ? (k * length) + j : (j * length) + k] = scale * cosines[angle];
                angle += 2 * k;
                if (angle >= cosines.Length)
                    angle -= cosines.Length;
            }
        }

        return matrix;
    }

    /// <summary>
    /// result[o] = Σ line[i] · matrix[i, o] for each line, in the order of i. Lines go together because fetching the matrix takes longer than
    /// multiplying by it.
    /// </summary>
    private static void Multiply(double[] matrix, double[] lines, double[] results, int length)
    {
        ref var m = ref MemoryMarshal.GetArrayDataReference(matrix);
        ref var line = ref MemoryMarshal.GetArrayDataReference(lines);
        ref var r = ref MemoryMarshal.GetArrayDataReference(results);
        var o = 0;
        for (; o + 8 <= length; o += 8)
        {
            var (a0, a1, b0, b1) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
            var (c0, c1, d0, d1) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
            for (var i = 0; i < length; i++)
            {
                ref var row = ref Unsafe.Add(ref m, (i * length) + o);
                var (m0, m1) = (Vector256.LoadUnsafe(ref row), Vector256.LoadUnsafe(ref row, 4));
                var x = Vector256.Create(Unsafe.Add(ref line, i));
                a0 += x * m0;
                a1 += x * m1;
                x = Vector256.Create(Unsafe.Add(ref line, length + i));
                b0 += x * m0;
                b1 += x * m1;
                x = Vector256.Create(Unsafe.Add(ref line, (2 * length) + i));
                c0 += x * m0;
                c1 += x * m1;
                x = Vector256.Create(Unsafe.Add(ref line, (3 * length) + i));
                d0 += x * m0;
                d1 += x * m1;
            }

            ref var result = ref Unsafe.Add(ref r, o);
            a0.StoreUnsafe(ref result);
            a1.StoreUnsafe(ref result, 4);
            b0.StoreUnsafe(ref result, (nuint)length);
            b1.StoreUnsafe(ref result, (nuint)length + 4);
            c0.StoreUnsafe(ref result, 2 * (nuint)length);
            c1.StoreUnsafe(ref result, (2 * (nuint)length) + 4);
            d0.StoreUnsafe(ref result, 3 * (nuint)length);
            d1.StoreUnsafe(ref result, (3 * (nuint)length) + 4);
        }

        for (; o < length; o++)
        {
            for (var l = 0; l < Together; l++)
            {
                var sum = 0.0;
                for (var i = 0; i < length; i++)
                    sum += lines[(l * length) + i] * matrix[(i * length) + o];
                results[(l * length) + o] = sum;
            }
        }
    }
}
