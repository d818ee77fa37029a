using System.Buffers.Binary;

namespace CompressTasks.Media;

/// <summary>
/// Whether a picture is there to its end, by what its format says of it. The decoder shows what there is of a JPEG, BMP or PNG that was cut off, with grey for
/// the rest; a sample must be the whole picture.
/// </summary>
internal static class PictureEnd
{
    private const int BitmapHeader = 54;
    private const byte EndOfGif = 0x3B;

    /// <exception cref="InvalidDataException">It is cut off.</exception>
    public static void Require(ReadOnlySpan<byte> file)
    {
        var isWhole = file switch
        {
            [0xFF, 0xD8, ..] => HasEndOfJpeg(file),
            [(byte)'B', (byte)'M', ..] => file.Length >= BitmapHeader && file.Length >= LengthOfBitmap(file),
            [(byte)'G', (byte)'I', (byte)'F', ..] => file.TrimEnd((byte)0) is [.., EndOfGif],
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => PngRows.AreThere(file),
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => file.Length >= 8 && file.Length - 8L >= BinaryPrimitives.ReadUInt32LittleEndian(file[4..]),
            _ => true,
        };
        if (!isWhole)
            throw new InvalidDataException("it is cut off");
    }

    /// <summary>The last scan has an end (ITU-T T.81, B.1.1.3): a thumbnail before it may have one too, and what cameras add after it does not count.</summary>
    private static bool HasEndOfJpeg(ReadOnlySpan<byte> file) => LastMarker(file, 0xD9) > LastMarker(file, 0xDA);

    private static int LastMarker(ReadOnlySpan<byte> file, byte marker) => file.LastIndexOf((ReadOnlySpan<byte>)[0xFF, marker]);

    /// <summary>Where its pixels end, if they are not coded; else what the header says of the coded ones.</summary>
    private static long LengthOfBitmap(ReadOnlySpan<byte> file)
    {
        var pixels = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) < 40)
            return BinaryPrimitives.ReadUInt32LittleEndian(file[2..]);
        var (width, height) = ((long)BinaryPrimitives.ReadInt32LittleEndian(file[18..]), (long)BinaryPrimitives.ReadInt32LittleEndian(file[22..]));
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(file[28..]);
        var isCoded = BinaryPrimitives.ReadUInt32LittleEndian(file[30..]) is not (0 or 3 or 6);
        return pixels + (isCoded ? BinaryPrimitives.ReadUInt32LittleEndian(file[34..]) : ((width * bits) + 31) / 32 * 4 * Math.Abs(height));
    }
}
