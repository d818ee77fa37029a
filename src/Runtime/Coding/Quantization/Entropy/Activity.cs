using System.Runtime.CompilerServices;

namespace CompressTasks.Coding.Quantization.Entropy;

/// <summary>How the two indices before the next one compare with what their scale classes expected.</summary>
internal static class Activity
{
    public const int Levels = 5;

    /// <summary>The ratio of one, and what the first indices of a lane come after.</summary>
    public const uint Neutral = 16;

    /// <summary>Sums of twice a ratio and another are below this.</summary>
    public const int Sums = (3 * Largest) + 1;

    private const int Largest = 127;

    // Added to both sides of the ratio: an index of zero says little where not much was expected.
    private const double Offset = 5.0 / 16;

    // Loops, not queries over numbers: those would have to be compiled at every start of an app.
    private static readonly uint[] _reciprocals = Reciprocals();
    private static readonly byte[] _levels = LevelsOfSums();

    /// <summary>What the ratios of every scale class are computed with, those of bytes that are no class included.</summary>
    public static ReadOnlySpan<uint> ReciprocalOf => _reciprocals;

    /// <summary>The levels of all sums of twice the last ratio and the one before.</summary>
    public static ReadOnlySpan<byte> LevelOf => _levels;

    /// <summary>How an index compares with what was expected of it, in sixteenths.</summary>
    /// <param name="index">The absolute index.</param>
    /// <param name="reciprocal">That of its scale class.</param>
    /// <param name="offset">That of the reciprocal.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(uint index, ulong reciprocal, uint offset) => (uint)Math.Min(((index * reciprocal) + offset) >> 12, Largest);

    /// <summary>What <see cref="Of"/> adds before it divides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint OffsetOf(uint reciprocal) => (uint)((reciprocal * 5UL) >> 4);

    /// <summary>The level of the next index, from the ratios of the last one and the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Level(uint last, uint beforeLast) => _levels[(2 * last) + beforeLast];

    /// <summary>The magnitude that models of a level start with, as a multiple of that of the scale class.</summary>
    public static double Expected(int level) => level switch { 0 => 0.7, 1 => 0.85, 2 => 0.95, 3 => 1.1, _ => 1.4 };

    private static uint[] Reciprocals()
    {
        var reciprocals = new uint[256];
        for (var c = 0; c < reciprocals.Length; c++)
            reciprocals[c] = (uint)(Neutral * 4096 / (ScaleClass.Magnitude(Math.Min(c, ScaleClass.Count - 1)) + Offset));
        return reciprocals;
    }

    private static byte[] LevelsOfSums()
    {
        var levels = new byte[Sums];
        for (var t = 0; t < levels.Length; t++)
            levels[t] = (byte)(t < 20 ? 0 : t < 34 ? 1 : t < 48 ? 2 : t < 72 ? 3 : 4);
        return levels;
    }
}
