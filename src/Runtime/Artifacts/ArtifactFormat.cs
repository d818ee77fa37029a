using CompressTasks.IO;

namespace CompressTasks.Artifacts;

/// <summary>The fixed parts of the format; docs/artifact-format.md describes all of it.</summary>
internal static class ArtifactFormat
{
    public const ushort Version = 1;
    public const int HeaderLength = 16;

    /// <summary>Larger models must use external data, which is not in the skeleton.</summary>
    public static readonly int LargestSkeleton = Array.MaxLength;

    public const int LargestIndex = 1 << 28;
    public const long LargestFile = 1L << 40;
    public const int LongestName = 1 << 12;

    /// <summary>
    /// Bytes that an index of so many coded bytes may decode to. Each weight has a hash and a checksum, which cannot be compressed, beside a path that
    /// can: of names of ordinary length it is less than four times as many, and names of any length have room as long as they are few.
    /// </summary>
    public static long LargestIndexOf(int coded) => Math.Min(LargestIndex, (1L << 24) + (8L * coded));

    /// <summary>Not text: a byte above 127, and line ends that a transfer in text mode would change.</summary>
    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'O', (byte)'N', (byte)'X', (byte)'Z', 0x0D, 0x0A, 0x1A];

    /// <summary>Whether a file begins as artifacts do.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool IsArtifact(string path)
    {
        if (!File.Exists(path))
            return false;
        DiskFile.Require(path);
        using var stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[Magic.Length];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(Magic);
    }

    /// <summary>The magic, the version, and six bytes of zero.</summary>
    public static byte[] Header() => [.. Magic, (byte)(Version & 0xFF), (byte)(Version >> 8), 0, 0, 0, 0, 0, 0];
}
