using CompressTasks.Coding.Lossless.Floats;
using CompressTasks.Coding.Lossless.Repeats;
using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.Coding.Lossless;

/// <summary>Restores what <c>LosslessBlockEncoder</c> has coded.</summary>
internal static class LosslessBlockDecoder
{
    /// <summary>Restores a block.</summary>
    /// <param name="reader">What <c>LosslessBlockEncoder.Encode</c> wrote comes next.</param>
    /// <param name="elementSize">The same as for encoding.</param>
    /// <param name="elements">As many as were encoded.</param>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static void Decode(ChunkReader reader, int elementSize, Span<ulong> elements)
    {
        var kind = reader.Byte();
        if (kind != LosslessBlock.Repeats)
        {
            DecodeAll(kind, reader, elementSize, elements);
            return;
        }

        var rowLength = reader.Count();
        if (rowLength != 0 && elements.Length % rowLength != 0)
            throw ChunkReader.Corrupt($"{elements.Length} elements are no whole number of rows of {rowLength}");
        var count = reader.Count();
        if (count > elements.Length)
            throw ChunkReader.Corrupt($"{count} of {elements.Length} elements are said to be no repeats");
        var coded = reader.Bytes().Span;
        var literals = new ulong[count];
        if (count > 0)
            DecodeAll(reader.Byte(), reader, elementSize, literals);
        if (rowLength == 0)
        {
            RepeatCoder.Decode(coded, literals, LosslessBlock.SignBit(elementSize), elements);
            return;
        }

        var columns = new ulong[elements.Length];
        RepeatCoder.Decode(coded, literals, LosslessBlock.SignBit(elementSize), columns);
        Transposition.Write(columns, rowLength, elements.Length / rowLength, elements);
    }

    private static void DecodeAll(byte kind, ChunkReader reader, int elementSize, Span<ulong> elements)
    {
        switch (kind)
        {
            case LosslessBlock.Planes or LosslessBlock.RotatedPlanes:
                PlanesDecoder.Decode(reader, elementSize, kind == LosslessBlock.RotatedPlanes, elements);
                break;
            case LosslessBlock.Floats:
                FloatCoder.Decode(reader, elementSize, elements);
                break;
            default:
                throw ChunkReader.Corrupt($"there is no kind of block with the number {kind}");
        }
    }
}
