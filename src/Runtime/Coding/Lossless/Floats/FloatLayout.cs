using System.Numerics;
using System.Runtime.CompilerServices;

namespace CompressTasks.Coding.Lossless.Floats;

/// <summary>
/// Takes floating-point numbers apart. The <i>level</i> of one is the number of bits of its magnitude in units of the smallest subnormal number, so
/// that it goes on below the smallest normal number: 0 for zero, then one more for each factor of two. The <i>fraction</i> is what follows the
/// leading one.
/// </summary>
/// <param name="ElementSize">2, 4 or 8 bytes.</param>
/// <param name="ExponentBits">Bits of the exponent.</param>
/// <param name="TrailingZeros">Low bits that are zero in all elements and left out, as in a float32 that was a float16.</param>
internal readonly record struct FloatLayout(int ElementSize, int ExponentBits, int TrailingZeros)
{
    /// <summary>Levels of all formats are below this.</summary>
    public const int LevelBits = 12;

    private const int FewestExponentBits = 5;

    public int FractionBits { get; } = (8 * ElementSize) - 1 - ExponentBits - TrailingZeros;

    /// <summary>The largest level: that of infinity and of what is not a number.</summary>
    public int LargestLevel => FractionBits + (1 << ExponentBits) - 1;

    private int SignBit => (8 * ElementSize) - 1;

    /// <summary>What the format calls the layout: 64 for every three bits that the exponent has beyond five, and the trailing zeros.</summary>
    public byte Number => (byte)((64 * ((ExponentBits - FewestExponentBits) / 3)) + TrailingZeros);

    /// <summary>The layout with a number, or <see langword="null"/> if there is none for elements of this size.</summary>
    public static FloatLayout? FromNumber(int elementSize, byte number)
    {
        var (exponentBits, trailingZeros) = (FewestExponentBits + (3 * (number / 64)), number % 64);
        var isFloat = (elementSize, exponentBits) is (2, 5) or (2, 8) or (4, 8) or (8, 11);
        return isFloat && trailingZeros <= (8 * elementSize) - 1 - exponentBits ? new(elementSize, exponentBits, trailingZeros) : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Sign(ulong element) => element >> SignBit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Level(ulong element)
    {
        var magnitude = Magnitude(element);
        return magnitude >> FractionBits == 0 ? 64 - BitOperations.LeadingZeroCount(magnitude) : (int)(magnitude >> FractionBits) + FractionBits;
    }

    /// <summary>How many bits the fraction has at a level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FractionBitsAt(int level) => level > FractionBits ? FractionBits : Math.Max(level - 1, 0);

    /// <summary>The fraction.</summary>
    /// <param name="bits">As many as it has at the element's level.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Fraction(ulong element, int bits) => Magnitude(element) & ((1UL << bits) - 1);

    /// <summary>Puts an element together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Join(ulong sign, int level, int bits, ulong fraction)
    {
        var leading = level > FractionBits ? (ulong)(level - FractionBits) << FractionBits : level == 0 ? 0 : 1UL << bits;
        return (sign << SignBit) | ((leading | fraction) << TrailingZeros);
    }

    private ulong Magnitude(ulong element) => (element & ((1UL << SignBit) - 1)) >> TrailingZeros;
}
