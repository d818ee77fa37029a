using System.Numerics;
using System.Runtime.InteropServices;
using CompressTasks.IO;

namespace CompressTasks.Coding.Lossless.Floats;

/// <summary>
/// Codes floating-point numbers exactly. The level of a number is coded in the light of those before it in its row and column, the first four bits of
/// the fraction in that of the level: densities slope within a factor of two. The rest of the fraction and the sign are noise, and are written as
/// they are.
/// </summary>
internal static class FloatCoder
{
    /// <summary>The bits of the fraction that are a symbol; the others are as good as uniform.</summary>
    public const int ModelledFractionBits = 4;

    private const int DigitBits = 4;

    /// <summary>Codes elements.</summary>
    /// <param name="elements">The elements as integers.</param>
    /// <param name="elementSize">2, 4 or 8 bytes.</param>
    /// <param name="exponentBits">Bits of their exponents.</param>
    /// <param name="rowLength">How many elements are a row, at least 1.</param>
    /// <param name="writer">Where the coded elements go.</param>
    public static void Encode(ReadOnlySpan<ulong> elements, int elementSize, int exponentBits, int rowLength, ChunkWriter writer)
    {
        var fractionBits = (8 * elementSize) - 1 - exponentBits;
        var layout = new FloatLayout(elementSize, exponentBits, TrailingZeros(elements, fractionBits));
        rowLength = Math.Min(rowLength, elements.Length);
        var top = WindowTop(elements, layout);
        writer.Byte(layout.Number);
        writer.Count(rowLength);
        writer.Count(top);

        var models = new FloatModels();
        var expected = new ExpectedLevel(new int[rowLength]);
        var symbols = new SymbolEncoder(elements.Length);
        var rest = new BitWriter(elements.Length * (layout.FractionBits + 1L));
        foreach (var element in elements)
        {
            var level = layout.Level(element);
            var bits = layout.FractionBitsAt(level);
            var fraction = layout.Fraction(element, bits);
            var depth = top - level;
            var symbol = (uint)depth < FloatModels.Escape ? depth : FloatModels.Escape;
            var (byLevel, bySum) = expected.Models;
            symbols.Add(models.Encode(byLevel, bySum, symbol));
            if (symbol == FloatModels.Escape)
                EncodeDigits(level, models, ref symbols);

            var first = (int)(bits < ModelledFractionBits ? fraction << (ModelledFractionBits - bits) : fraction >> (bits - ModelledFractionBits));
            symbols.Add(models.Encode(FloatModels.FirstOfFraction + symbol, first));
            var restBits = Math.Max(bits - ModelledFractionBits, 0);
            rest.Write((layout.Sign(element) << restBits) | (fraction & ((1UL << restBits) - 1)), restBits + 1);
            expected.Add(depth, first);
        }

        writer.Bytes(symbols.Finish());
        writer.Bytes(rest.Written);
    }

    /// <summary>Restores elements.</summary>
    /// <param name="reader">What <see cref="Encode"/> wrote comes next.</param>
    /// <param name="elementSize">The same as for encoding.</param>
    /// <param name="elements">As many as were encoded.</param>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static void Decode(ChunkReader reader, int elementSize, Span<ulong> elements)
    {
        var number = reader.Byte();
        var layout = FloatLayout.FromNumber(elementSize, number)
            ?? throw ChunkReader.Corrupt($"there are no floating-point numbers of {elementSize} bytes with the layout {number}");
        var rowLength = reader.Count();
        if (rowLength < 1 || rowLength > elements.Length)
            throw ChunkReader.Corrupt($"a row of {elements.Length} numbers cannot have {rowLength}");
        var top = reader.Count();
        if (top > layout.LargestLevel)
            throw ChunkReader.Corrupt($"no number has the level {top}");
        var words = reader.Bytes().Span;
        var rest = new BitReader(reader.Bytes().Span);
        Decode(new SymbolDecoder(words), ref rest, layout, rowLength, top, elements);
    }

    private static void Decode(SymbolDecoder symbols, ref BitReader rest, FloatLayout layout, int rowLength, int top, Span<ulong> elements)
    {
        Span<ushort> bounds = stackalloc ushort[FloatModels.Symbols + 1];
        bounds[0] = 1 << FloatModels.ProbabilityBits;
        ref var b = ref MemoryMarshal.GetReference(bounds);
        var models = new FloatModels();
        var expected = new ExpectedLevel(new int[rowLength]);
        var largest = layout.LargestLevel;
        for (var i = 0; i < elements.Length; i++)
        {
            var (byLevel, bySum) = expected.Models;
            var symbol = models.Decode(byLevel, bySum, symbols.Number, ref b, out var start, out var frequency);
            symbols.Take(start, frequency);
            var level = symbol == FloatModels.Escape ? DecodeDigits(models, ref symbols, ref b) : top - symbol;
            if ((uint)level > (uint)largest)
                throw ChunkReader.Corrupt($"number {i} has the level {level}");

            var first = models.Decode(FloatModels.FirstOfFraction + symbol, symbols.Number, ref b, out start, out frequency);
            symbols.Take(start, frequency);
            var bits = layout.FractionBitsAt(level);
            var restBits = Math.Max(bits - ModelledFractionBits, 0);
            var (sign, low) = rest.ReadSignAnd(restBits);
            var high = bits < ModelledFractionBits ? (ulong)first >> (ModelledFractionBits - bits) : (ulong)first << restBits;
            elements[i] = layout.Join(sign, level, bits, high | low);
            expected.Add(top - level, first);
        }

        symbols.CheckEnd();
        rest.CheckEnd();
    }

    private static void EncodeDigits(int level, FloatModels models, ref SymbolEncoder symbols)
    {
        var node = 0;
        for (var shift = FloatLayout.LevelBits - DigitBits; shift >= 0; shift -= DigitBits)
        {
            var digit = (level >> shift) & ((1 << DigitBits) - 1);
            symbols.Add(models.Encode(FloatModels.FirstOfDigits + node, digit));
            node = (FloatModels.Symbols * node) + digit + 1;
        }
    }

    private static int DecodeDigits(FloatModels models, ref SymbolDecoder symbols, ref ushort bounds)
    {
        var (node, level) = (0, 0);
        for (var shift = FloatLayout.LevelBits - DigitBits; shift >= 0; shift -= DigitBits)
        {
            var digit = models.Decode(FloatModels.FirstOfDigits + node, symbols.Number, ref bounds, out var start, out var frequency);
            symbols.Take(start, frequency);
            level |= digit << shift;
            node = (FloatModels.Symbols * node) + digit + 1;
        }

        return level;
    }

    /// <summary>The bits that are zero in all elements, but no more than fractions have.</summary>
    public static int TrailingZeros(ReadOnlySpan<ulong> elements, int fractionBits)
    {
        ulong any = 0;
        foreach (var element in elements)
            any |= element;
        return Math.Min(BitOperations.TrailingZeroCount(any), fractionBits);
    }

    /// <summary>The top of the window of levels that holds the most elements.</summary>
    private static int WindowTop(ReadOnlySpan<ulong> elements, FloatLayout layout)
    {
        var counts = new int[layout.LargestLevel + 1];
        foreach (var element in elements)
            counts[layout.Level(element)]++;
        var (top, inWindow, most) = (0, 0, 0);
        for (var level = 0; level < counts.Length; level++)
        {
            inWindow += counts[level] - (level < FloatModels.Escape ? 0 : counts[level - FloatModels.Escape]);
            if (inWindow > most)
                (top, most) = (level, inWindow);
        }

        return top;
    }
}
