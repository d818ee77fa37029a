using System.Numerics;

namespace CompressTasks.Coding.Lossless;

/// <summary>Predicts the size of a coded plane from counts, so that only the best method has to run.</summary>
internal static class PlaneStatistics
{
    /// <summary>Shorter planes cannot fill 256 trees.</summary>
    private const int ShortestWithContext = 4096;

    /// <summary>Coding has to save a 64th of a raw plane: the fractions of weights would save less, and decoding would take twice as long.</summary>
    private const int SmallestSaving = 64;

    private const int FractionBits = 12;

    // log2(1 + i/4096) in units of 2^-16 by repeated squaring: Math.Log2 may differ between machines, and the choice of a method is part of the
    // bytes.
    private static readonly ushort[] _fractions = [.. Enumerable.Range(0, 1 << FractionBits).Select(FractionOf)];

    /// <summary>The method with the smallest expected size, and that size in units of 2^-16 bits.</summary>
    public static (PlaneMethod Method, long Cost) Cheapest(ReadOnlySpan<byte> plane, ReadOnlySpan<byte> upper)
    {
        var best = (Method: PlaneMethod.Raw, Cost: 8L * plane.Length << 16);
        if (plane.IsEmpty)
            return best;
        Consider(PlaneMethod.Order0, Cost(plane, default));
        if (plane.Length < ShortestWithContext)
            return best;
        var previous = new byte[plane.Length];
        plane[..^1].CopyTo(previous.AsSpan(1));
        Consider(PlaneMethod.AfterPrevious, Cost(plane, previous));
        if (!upper.IsEmpty)
            Consider(PlaneMethod.BelowUpper, Cost(plane, upper));
        return best;

        void Consider(PlaneMethod method, long cost)
        {
            if (cost < (best.Method == PlaneMethod.Raw ? best.Cost - (best.Cost / SmallestSaving) : best.Cost))
                best = (method, cost);
        }
    }

    /// <summary>Whether some bits of elements, eight at most, are nothing that byte planes could make smaller.</summary>
    /// <param name="shift">How many lower bits there are.</param>
    /// <param name="bits">How many bits to look at; none are no noise.</param>
    public static bool IsNoise(ReadOnlySpan<ulong> elements, int shift, int bits)
    {
        bits = Math.Min(bits, 8);
        if (bits <= 0)
            return false;
        var counts = new int[1 << bits];
        foreach (var element in elements)
            counts[(int)(element >> shift) & ((1 << bits) - 1)]++;
        var raw = (long)bits * elements.Length << 16;
        return Cost(counts) >= raw - (raw / SmallestSaving);
    }

    private static long Cost(ReadOnlySpan<byte> plane, ReadOnlySpan<byte> contexts)
    {
        var counts = new int[contexts.IsEmpty ? 256 : 65536];
        for (var i = 0; i < plane.Length; i++)
            counts[contexts.IsEmpty ? plane[i] : (contexts[i] << 8) | plane[i]]++;
        long cost = 0;
        for (var start = 0; start < counts.Length; start += 256)
            cost += Cost(counts.AsSpan(start, 256));
        return cost;
    }

    // The entropy, and half a log2(n) for every probability that has to be learnt: of n symbols, d of them different, about d + 7.
    private static long Cost(ReadOnlySpan<int> counts)
    {
        var (total, different, cost) = (0, 0, 0L);
        foreach (var count in counts)
        {
            if (count == 0)
                continue;
            total += count;
            different++;
            cost -= count * Log2(count);
        }

        return total == 0 ? 0 : cost + (total * Log2(total)) + ((different + 7) * (Log2(total) + (1 << 16)) / 2);
    }

    /// <summary>log2 of a positive number in units of 2^-16.</summary>
    private static long Log2(int n)
    {
        var whole = BitOperations.Log2((uint)n);
        var fraction = (int)(((long)n << FractionBits >> whole) - (1 << FractionBits));
        return ((long)whole << 16) + _fractions[fraction];
    }

    private static ushort FractionOf(int i)
    {
        var x = 1 + (i / (double)(1 << FractionBits));
        var log = 0;
        for (var bit = 0; bit < 16; bit++)
        {
            x *= x;
            log <<= 1;
            if (x < 2)
                continue;
            x /= 2;
            log++;
        }

        return (ushort)log;
    }
}
