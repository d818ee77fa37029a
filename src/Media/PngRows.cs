using System.Buffers.Binary;
using System.IO.Compression;

namespace CompressTasks.Media;

/// <summary>Whether the compressed data of a PNG have as many bytes as its header says (ISO/IEC 15948, 7.2 and 8.1).</summary>
internal static class PngRows
{
    private const int Signature = 8;
    private const int ChunkHeader = 8;
    private const int ChunkOverhead = 12;
    private const int Block = 1 << 16;

    /// <summary>The decoder (2.1) mistakes the first row of the pass after one without columns: it reads other pixels, or for ever.</summary>
    private const int NarrowestInterlaced = 5;

    /// <summary>Adam7: where the pixels of each pass begin, and how far apart they are.</summary>
    private static readonly (int X, int Y, int StepX, int StepY)[] _passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <exception cref="InvalidDataException">The compressed data are damaged, or the decoder cannot read such pictures.</exception>
    public static bool AreThere(ReadOnlySpan<byte> file)
    {
        var expected = -1L;
        using var compressed = new MemoryStream();
        for (var rest = file[Signature..]; rest.Length >= ChunkOverhead;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - ChunkOverhead)
                return false;
            var content = rest.Slice(ChunkHeader, (int)length);
            if (rest[4..8].SequenceEqual("IHDR"u8) && length >= 13)
                expected = Bytes(content);
            else if (rest[4..8].SequenceEqual("IDAT"u8))
                compressed.Write(content);
            rest = rest[((int)length + ChunkOverhead)..];
        }

        compressed.Position = 0;
        return expected >= 0 && HasBytes(compressed, expected);
    }

    /// <summary>Each row has a byte for its filter before its pixels.</summary>
    private static long Bytes(ReadOnlySpan<byte> header)
    {
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        if (width == 0 || height == 0)
            throw new InvalidDataException($"it has {width} × {height} pixels");
        var channels = header[9] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var bits = channels * header[8];
        if (header[12] != 0 && width < NarrowestInterlaced)
            throw new InvalidDataException($"it is interlaced and narrower than {NarrowestInterlaced} pixels; save it without interlacing");
        return header[12] == 0 ? Rows(width, height) : _passes.Sum(pass => Rows(Along(width, pass.X, pass.StepX), Along(height, pass.Y, pass.StepY)));

        static long Along(long size, int begin, int step) => Math.Max(0, (size - begin + step - 1) / step);

        long Rows(long columns, long rows) => columns == 0 ? 0 : (long)Math.Min(long.MaxValue, (decimal)rows * (1 + (((columns * bits) + 7) / 8)));
    }

    private static bool HasBytes(Stream compressed, long expected)
    {
        using var inflated = new ZLibStream(compressed, CompressionMode.Decompress);
        var block = new byte[Block];
        while (expected > 0)
        {
            var read = inflated.Read(block, 0, (int)Math.Min(block.Length, expected));
            if (read == 0)
                return false;
            expected -= read;
        }

        return true;
    }
}
