using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Coding.Quantization.Feedback;

/// <summary>
/// What the errors of rows make of the targets of later rows: a product of couplings with a strip of errors. Every sum is taken in the order of the
/// earlier rows, so that no bit depends on how the work is cut.
/// </summary>
internal static class RowSums
{
    /// <summary>Columns of a strip: four vectors of four values.</summary>
    public const int Width = 16;

    /// <summary>Earlier rows that are taken at a time: what a strip has of them stays in the first cache.</summary>
    private const int Depth = 128;

    /// <summary>Adds Σ coupling[l, j] · error of row j to the targets of rows l.</summary>
    /// <param name="couplings">What couples rows.</param>
    /// <param name="group">The group that the strip's columns belong to.</param>
    /// <param name="rows">The later rows, first and end, all of one panel.</param>
    /// <param name="from">The first of the earlier rows; the last is the one before the later rows.</param>
    /// <param name="errors">Of the earlier rows, row after row.</param>
    /// <param name="width">Columns of the strip, at most <see cref="Width"/>.</param>
    /// <param name="targets">Of the later rows, from the strip's first column on.</param>
    /// <param name="stride">From one row of targets to the next.</param>
    public static void Add(RowCouplings couplings, int group, (int Start, int End) rows, int from, ReadOnlySpan<double> errors, int width,
        Span<double> targets, int stride)
    {
        for (var first = from; first < rows.Start; first += Depth)
        {
            var end = Math.Min(first + Depth, rows.Start);
            var part = errors[((first - from) * width)..((end - from) * width)];
            var row = rows.Start;
            for (; width == Width && row + 2 <= rows.End; row += 2)
            {
                AddTwo(couplings.Of(group, row, first, end), couplings.Of(group, row + 1, first, end), part,
                    targets.Slice((row - rows.Start) * stride, Width), targets.Slice((row + 1 - rows.Start) * stride, Width));
            }

            for (; row < rows.End; row++)
                AddOne(couplings.Of(group, row, first, end), part, targets.Slice((row - rows.Start) * stride, width));
        }
    }

    private static void AddTwo(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<double> errors, Span<double> a, Span<double> b)
    {
        ref var e = ref MemoryMarshal.GetReference(errors);
        ref var ra = ref MemoryMarshal.GetReference(a);
        ref var rb = ref MemoryMarshal.GetReference(b);
        var (a0, a1, a2, a3) = (
            Vector256.LoadUnsafe(ref ra), Vector256.LoadUnsafe(ref ra, 4), Vector256.LoadUnsafe(ref ra, 8), Vector256.LoadUnsafe(ref ra, 12));
        var (b0, b1, b2, b3) = (
            Vector256.LoadUnsafe(ref rb), Vector256.LoadUnsafe(ref rb, 4), Vector256.LoadUnsafe(ref rb, 8), Vector256.LoadUnsafe(ref rb, 12));
        second = second[..first.Length];
        for (var j = 0; j < first.Length; j++)
        {
            var at = (nuint)(j * Width);
            var (e0, e1, e2, e3) = (
                Vector256.LoadUnsafe(ref e, at), Vector256.LoadUnsafe(ref e, at + 4), Vector256.LoadUnsafe(ref e, at + 8),
                    Vector256.LoadUnsafe(ref e, at + 12));
            var c = Vector256.Create(first[j]);
            a0 += c * e0;
            a1 += c * e1;
            a2 += c * e2;
            a3 += c * e3;
            c = Vector256.Create(second[j]);
            b0 += c * e0;
            b1 += c * e1;
            b2 += c * e2;
            b3 += c * e3;
        }

        a0.StoreUnsafe(ref ra);
        a1.StoreUnsafe(ref ra, 4);
        a2.StoreUnsafe(ref ra, 8);
        a3.StoreUnsafe(ref ra, 12);
        b0.StoreUnsafe(ref rb);
        b1.StoreUnsafe(ref rb, 4);
        b2.StoreUnsafe(ref rb, 8);
        b3.StoreUnsafe(ref rb, 12);
    }

    private static void AddOne(ReadOnlySpan<double> coefficients, ReadOnlySpan<double> errors, Span<double> target)
    {
        ref var e = ref MemoryMarshal.GetReference(errors);
        ref var t = ref MemoryMarshal.GetReference(target);
        var i = 0;
        for (; i + Vector256<double>.Count <= target.Length; i += Vector256<double>.Count)
        {
            var sum = Vector256.LoadUnsafe(ref t, (nuint)i);
            for (var j = 0; j < coefficients.Length; j++)
                sum += Vector256.Create(coefficients[j]) * Vector256.LoadUnsafe(ref e, (nuint)((j * target.Length) + i));
            sum.StoreUnsafe(ref t, (nuint)i);
        }

        for (; i < target.Length; i++)
        {
            var sum = target[i];
            for (var j = 0; j < coefficients.Length; j++)
                sum += coefficients[j] * errors[(j * target.Length) + i];
            target[i] = sum;
        }
    }
}
