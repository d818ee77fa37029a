using CompressTasks.IO;

namespace CompressTasks.Coding.Lossless;

/// <summary>Codes any array of numbers exactly, in blocks of 2^20 elements: see <see cref="LosslessBlockEncoder"/>.</summary>
internal static class LosslessEncoder
{
    /// <summary>Codes a payload.</summary>
    /// <param name="payload">Little-endian elements.</param>
    /// <param name="elementSize">1, 2, 4 or 8 bytes.</param>
    /// <param name="exponentBits">For floating-point numbers of 2, 4 or 8 bytes the bits of their exponents, otherwise 0.</param>
    /// <param name="rowLength">The elements of a row, or 0 where there are no rows.</param>
    /// <returns>At most one byte more than the payload.</returns>
    public static byte[] Encode(ReadOnlySpan<byte> payload, int elementSize, int exponentBits = 0, int rowLength = 0)
    {
        if (!LosslessDecoder.IsElementSize(elementSize))
            throw new ArgumentOutOfRangeException(nameof(elementSize), elementSize, "An element has 1, 2, 4 or 8 bytes.");
        if (payload.Length % elementSize != 0)
            throw new ArgumentException($"{payload.Length} bytes are no whole number of elements of {elementSize} bytes.", nameof(payload));

        var writer = new ChunkWriter();
        writer.Byte((byte)elementSize);
        for (var rest = payload; !rest.IsEmpty;)
        {
            var length = (int)Math.Min((long)LosslessDecoder.BlockLength * elementSize, rest.Length);
            LosslessBlockEncoder.Encode(Elements.Read(rest[..length], elementSize), elementSize, exponentBits, rowLength, writer);
            rest = rest[length..];
        }

        return writer.Written.Length <= payload.Length ? writer.Written.ToArray() : [LosslessDecoder.Stored, .. payload];
    }
}
