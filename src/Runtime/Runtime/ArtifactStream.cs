namespace CompressTasks.Runtime;

/// <summary>Brings an artifact from a stream into memory: its index is at its end, and weights are read in any order.</summary>
internal static class ArtifactStream
{
    /// <exception cref="Diagnostics.CompressException">CT3201: the stream is longer than a block of memory can be.</exception>
    public static ReadOnlyMemory<byte> ReadToEnd(Stream stream)
    {
        if (!stream.CanSeek)
            return ReadUnknownLength(stream);
        var length = Math.Max(0, stream.Length - stream.Position);
        if (length > Array.MaxLength)
            throw RuntimeDiagnostics.StreamTooLong(length);
        var bytes = new byte[length];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes.AsMemory(0, read);
    }

    private static ReadOnlyMemory<byte> ReadUnknownLength(Stream stream)
    {
        using var memory = new MemoryStream();
        try
        {
            stream.CopyTo(memory);
        }
        catch (IOException) when (memory.Length > Array.MaxLength - (1 << 20))
        {
            throw RuntimeDiagnostics.StreamTooLong(memory.Length);
        }

        return memory.GetBuffer().AsMemory(0, (int)memory.Length);
    }
}
