using System.Buffers.Binary;

namespace CompressTasks.Tool.OnnxRuntimes;

/// <summary>What can be told of a native library before the system maps it.</summary>
internal static class NativeFile
{
    private const int HeaderLength = 64;

    /// <summary>
    /// Whether a 64-bit little-endian ELF file ends before its table of sections, which linkers put last. The system would map it, and the process
    /// would die at the first page that is not there.
    /// </summary>
    /// <remarks>The file header of the System V ABI: e_shoff at byte 40, e_shentsize at 58, e_shnum at 60.</remarks>
    public static bool IsCutShort(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> header = stackalloc byte[HeaderLength];
            var length = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
            if (length < HeaderLength || header is not [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, ..])
                return false;
            var sections = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
            var bytes = (ulong)BinaryPrimitives.ReadUInt16LittleEndian(header[58..]) * BinaryPrimitives.ReadUInt16LittleEndian(header[60..]);
            return sections > (ulong)file.Length || bytes > (ulong)file.Length - sections;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
