using CompressTasks.Coding.Lossless.Floats;
using CompressTasks.Coding.Lossless.Repeats;
using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.Coding.Lossless;

/// <summary>
/// Codes elements exactly, in the way that gives the fewest bytes: as floating-point numbers, as byte planes, and either without the runs that repeat
/// earlier ones.
/// </summary>
internal static class LosslessBlockEncoder
{
    /// <summary>Runs are worth their own coder if they have one element of this many.</summary>
    private const int SmallestShare = 16;

    /// <summary>Codes a block.</summary>
    /// <param name="elements">At least one element.</param>
    /// <param name="elementSize">1, 2, 4 or 8 bytes.</param>
    /// <param name="exponentBits">For floating-point numbers of 2, 4 or 8 bytes the bits of their exponents, otherwise 0.</param>
    /// <param name="rowLength">The elements of a row, or 0 where there are no rows.</param>
    /// <param name="writer">Where the block goes.</param>
    public static void Encode(ulong[] elements, int elementSize, int exponentBits, int rowLength, ChunkWriter writer)
    {
        var all = EncodeAll(elements, elementSize, exponentBits, rowLength);
        var without = elementSize == 1 ? null : EncodeWithoutRepeats(elements, elementSize, exponentBits, rowLength);
        writer.Append(without is not null && without.Written.Length < all.Written.Length ? without : all);
    }

    private static ChunkWriter EncodeAll(ulong[] elements, int elementSize, int exponentBits, int rowLength)
    {
        ChunkWriter? floats = null;
        if (exponentBits > 0)
        {
            floats = new ChunkWriter();
            floats.Byte(LosslessBlock.Floats);
            FloatCoder.Encode(elements, elementSize, exponentBits, rowLength == 0 ? elements.Length : rowLength, floats);
            var shift = FloatCoder.TrailingZeros(elements, LosslessBlock.SignBit(elementSize) - exponentBits);
            if (PlaneStatistics.IsNoise(elements, shift, LosslessBlock.SignBit(elementSize) - exponentBits - shift - FloatCoder.ModelledFractionBits))
                return floats;
        }

        var plan = PlanesEncoder.Plan(elements, elementSize);
        if (floats is not null && 8L * floats.Written.Length <= plan.Bits)
            return floats;
        var planes = new ChunkWriter();
        planes.Byte(plan.Rotated ? LosslessBlock.RotatedPlanes : LosslessBlock.Planes);
        PlanesEncoder.Encode(plan, planes);
        return floats is not null && floats.Written.Length <= planes.Written.Length ? floats : planes;
    }

    /// <summary>The block without its repeats, or <see langword="null"/> if there are few.</summary>
    private static ChunkWriter? EncodeWithoutRepeats(ulong[] elements, int elementSize, int exponentBits, int rowLength)
    {
        var repeats = Find(elements, elementSize);
        var left = CountLiterals(repeats, elements);
        if (elements.Length - left < elements.Length / SmallestShare)
            return null;
        var isByColumn = false;
        if (rowLength > 1 && elements.Length % rowLength == 0 && elements.Length > rowLength)
        {
            var columns = new ulong[elements.Length];
            Transposition.Write<ulong>(elements, elements.Length / rowLength, rowLength, columns);
            var ofColumns = Find(columns, elementSize);
            var leftOfColumns = CountLiterals(ofColumns, columns);
            if (leftOfColumns < left)
                (elements, repeats, left, isByColumn) = (columns, ofColumns, leftOfColumns, true);
        }

        var writer = new ChunkWriter();
        writer.Byte(LosslessBlock.Repeats);
        writer.Count(isByColumn ? rowLength : 0);
        writer.Count(left);
        writer.Bytes(RepeatCoder.Encode(repeats, elements, LosslessBlock.SignBit(elementSize)));
        if (left > 0)
            writer.Append(EncodeAll(Literals(repeats, elements, left), elementSize, exponentBits, 0));
        return writer;
    }

    private static List<Repeat> Find(ulong[] elements, int elementSize)
    {
        var magnitudes = new ulong[elements.Length];
        for (var i = 0; i < elements.Length; i++)
            magnitudes[i] = elements[i] & ((1UL << LosslessBlock.SignBit(elementSize)) - 1);

        // What a run costs in distance and length is about 32 bits.
        return RepeatFinder.Find(magnitudes, elementSize == 2 ? 4 : 2);
    }

    private static int CountLiterals(List<Repeat> repeats, ulong[] elements) => elements.Length - repeats.Sum(repeat => repeat.Length);

    private static ulong[] Literals(List<Repeat> repeats, ulong[] elements, int count)
    {
        var literals = new ulong[count];
        var (from, to) = (0, 0);
        foreach (var repeat in repeats)
        {
            elements.AsSpan(from, repeat.Start - from).CopyTo(literals.AsSpan(to));
            to += repeat.Start - from;
            from = repeat.Start + repeat.Length;
        }

        elements.AsSpan(from).CopyTo(literals.AsSpan(to));
        return literals;
    }
}
