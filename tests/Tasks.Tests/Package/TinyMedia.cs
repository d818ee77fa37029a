using System.Buffers.Binary;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>Small pictures and sounds, put together from the descriptions of their formats.</summary>
internal static class TinyMedia
{
    private const int Side = 64;
    private const int BitmapHeader = 54;

    /// <summary>A BMP of 64 × 64 pixels of 24 bits, whose values rise and fall by a seed.</summary>
    public static void WritePicture(string path, int seed)
    {
        var file = new byte[BitmapHeader + (3 * Side * Side)];
        "BM"u8.CopyTo(file);
        foreach (var (at, value) in (ReadOnlySpan<(int, int)>)
            [(2, file.Length), (10, BitmapHeader), (14, 40), (18, Side), (22, Side), (26, 1 | (24 << 16))])
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        for (var i = BitmapHeader; i < file.Length; i++)
            file[i] = (byte)(128 + (100 * Math.Sin((i * 0.37) + seed)));
        Write(path, file);
    }

    /// <summary>Ten windows of 64 values of a tone, PCM of 16 bits at 16 kHz.</summary>
    public static void WriteSound(string path, int seed)
    {
        const int Rate = 16000;
        var data = new byte[2 * 10 * Side];
        for (var i = 0; i < data.Length / 2; i++)
            BinaryPrimitives.WriteInt16LittleEndian(data.AsSpan(2 * i), (short)(10000 * Math.Sin(i * (0.1 + seed))));
        Write(path,
        [
            .. "RIFF"u8, .. Number(36 + data.Length), .. "WAVEfmt "u8, .. Number(16), 1, 0, 1, 0, .. Number(Rate), .. Number(2 * Rate), 2, 0, 16, 0,
            .. "data"u8, .. Number(data.Length), .. data,
        ]);
    }

    private static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
