using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CompressTasks.Coding.Entropy;

/// <summary>How the two indices before the next one compare with what their scale classes expected.</summary>
internal static class Activity
{
    public const int Levels = 5;

    /// <summary>The ratio of one, and what the first indices of a lane come after.</summary>
    public const uint Neutral = 16;

    private const int Largest = 127;

    // Added to both sides of the ratio: an index of zero says little where not much was expected.
    private const double Offset = 5.0 / 16;

    private static readonly uint[] _reciprocals = [.. Enumerable.Range(0, 256).Select(c => (uint)(Neutral * 4096 / (ScaleClass.Magnitude(Math.Min(c, ScaleClass.Count - 1)) + Offset)))];
    private static readonly byte[] _levels = [.. Enumerable.Range(0, (3 * Largest) + 1).Select(t => (byte)(t < 20 ? 0 : t < 34 ? 1 : t < 48 ? 2 : t < 72 ? 3 : 4))];

    /// <summary>How an index compares with what was expected of it, in sixteenths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(uint index, int scaleClass)
    {
        ulong reciprocal = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_reciprocals), scaleClass);
        return (uint)Math.Min(((index * reciprocal) + ((reciprocal * 5) >> 4)) >> 12, Largest);
    }

    /// <summary>The level of the next index, from the ratios of the last one and the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Level(uint last, uint beforeLast) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_levels), (2 * last) + beforeLast);

    /// <summary>The magnitude that models of a level start with, as a multiple of that of the scale class.</summary>
    public static double Expected(int level) => level switch { 0 => 0.7, 1 => 0.85, 2 => 0.95, 3 => 1.1, _ => 1.4 };
}
