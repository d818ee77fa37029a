using System.Runtime.Intrinsics;

namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>
/// Which edges of the program inputs have reached, and how often: counts in classes of powers of two, as AFL has them (M. Zalewski). A count that
/// wraps around to zero is missed.
/// </summary>
/// <param name="counts">What the instrumented program counts in: one byte for each edge.</param>
internal sealed class EdgeCounts(Memory<byte> counts)
{
    private readonly byte[] _seen = new byte[counts.Length];

    /// <summary>One byte for each edge: the classes that were met.</summary>
    public ReadOnlySpan<byte> Seen => _seen;

    /// <summary>The edges that were met.</summary>
    public int Reached { get; private set; }

    /// <summary>The steps of the last input, as far as they were counted.</summary>
    public int Steps { get; private set; }

    /// <summary>Takes note of what the last input has reached, and forgets it.</summary>
    /// <returns>Whether there is anything new.</returns>
    public bool Take()
    {
        var current = counts.Span;
        var isNew = false;
        Steps = 0;
        for (var i = 0; i < current.Length; i += Vector256<byte>.Count)
        {
            if (Vector256.Create<byte>(current.Slice(i, Vector256<byte>.Count)) == Vector256<byte>.Zero)
                continue;
            for (var edge = i; edge < i + Vector256<byte>.Count; edge++)
            {
                Steps += current[edge];
                if (current[edge] == 0 || (_seen[edge] & ClassOf(current[edge])) != 0)
                    continue;
                Reached += _seen[edge] == 0 ? 1 : 0;
                _seen[edge] |= ClassOf(current[edge]);
                isNew = true;
            }

            current.Slice(i, Vector256<byte>.Count).Clear();
        }

        return isNew;
    }

    /// <summary>1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, 128 and more.</summary>
    private static byte ClassOf(byte count) => count switch
    {
        < 4 => (byte)(1 << (count - 1)),
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };

    /// <summary>The edges that are met in any of several runs.</summary>
    public static int Count(IEnumerable<byte[]> seen)
    {
        var all = seen.Aggregate((union, other) => [.. union.Zip(other, (a, b) => (byte)(a | b))]);
        return all.Sum(classes => classes == 0 ? 0 : 1);
    }
}
