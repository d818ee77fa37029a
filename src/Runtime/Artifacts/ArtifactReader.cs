using System.Buffers.Binary;
using CompressTasks.Coding.Dictionary;
using CompressTasks.Diagnostics;

namespace CompressTasks.Artifacts;

/// <summary>Decodes the chunk of a weight.</summary>
/// <param name="chunk">What the encoder of the weight wrote, intact.</param>
/// <param name="weight">Its type, shape and place.</param>
/// <param name="payload">Takes the payload.</param>
/// <exception cref="InvalidDataException">The chunk does not describe such a weight.</exception>
internal delegate void ChunkDecoder(ReadOnlyMemory<byte> chunk, ArtifactWeight weight, Span<byte> payload);

/// <summary>
/// Reads an artifact. Opening it reads the index only; each weight can be read alone. All members but <see cref="Dispose"/> may be used from any
/// thread. What it returns has been checked against the artifact's checksums, and the index against its rules: places do not overlap, lengths fit,
/// names stay in the folder.
/// </summary>
internal sealed class ArtifactReader : IDisposable
{
    private readonly ArtifactSource _source;
    private readonly ArtifactIndex _index;

    private ArtifactReader(ArtifactSource source)
    {
        _source = source;
        RequireHeader();
        _index = ReadIndex();
    }

    /// <summary>What diagnostics call the artifact.</summary>
    public string Path => _source.Path;

    /// <summary>Name and version of the program that wrote the artifact.</summary>
    public string Producer => _index.Producer;

    /// <summary>The files of the restored model, the model itself first.</summary>
    public IReadOnlyList<ArtifactFile> Files => _index.Files;

    /// <summary>The coded weights, in the order in which they were added.</summary>
    public IReadOnlyList<ArtifactEntry> Entries => _index.Entries;

    /// <summary>Bytes of the artifact.</summary>
    public long Length => _source.Length;

    /// <summary>Bytes of the decoded skeleton.</summary>
    public int SkeletonLength => (int)_index.SkeletonLength;

    /// <summary>Opens a file.</summary>
    /// <exception cref="CompressException">CT3001 to CT3008 and CT3012: it is missing, not an artifact, of another version, or damaged.</exception>
    public static ArtifactReader Open(string path) => Open(ArtifactSource.Open(path));

    /// <summary>Opens an artifact that is in memory, an embedded resource for example. The memory must not change.</summary>
    /// <exception cref="CompressException">As for a file.</exception>
    public static ArtifactReader Open(ReadOnlyMemory<byte> artifact) => Open(ArtifactSource.Of(artifact));

    /// <summary>The coded bytes of a weight.</summary>
    /// <exception cref="CompressException">CT3010: they are damaged.</exception>
    public ReadOnlyMemory<byte> ReadChunk(ArtifactEntry entry) =>
        TryRead(entry.Chunk, out var bytes) ? bytes
            : throw ArtifactDiagnostics.DamagedWeight(_source.Path, entry.Weight.Path, "its checksum is wrong");

    /// <summary>Decodes a weight and, unless told otherwise, checks that it has the bits that were measured when it was compressed.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <param name="decoder">Decodes the chunk.</param>
    /// <param name="payload">Takes <see cref="ArtifactWeight.PayloadLength"/> bytes.</param>
    /// <param name="verifyHash">Whether to compute the payload's SHA-256. The chunk's checksum is compared in any case.</param>
    /// <exception cref="CompressException">CT3010 or CT3011: the chunk is damaged, or decodes to something else.</exception>
    public void ReadPayload(ArtifactEntry entry, ChunkDecoder decoder, Span<byte> payload, bool verifyHash = true)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(payload.Length, entry.Weight.PayloadLength);
        var chunk = ReadChunk(entry);
        try
        {
            decoder(chunk, entry.Weight, payload);
        }
        catch (InvalidDataException cause)
        {
            throw ArtifactDiagnostics.DamagedWeight(_source.Path, entry.Weight.Path, cause.Message.TrimEnd('.'), cause);
        }

        if (!verifyHash)
            return;
        var hash = PayloadHash.Of(payload);
        if (hash != entry.Weight.Hash)
            throw ArtifactDiagnostics.WrongPayload(_source.Path, entry.Weight.Path, hash, entry.Weight.Hash);
    }

    /// <summary>The bytes of the first file outside of all holes, <see cref="SkeletonLength"/> of them.</summary>
    /// <exception cref="CompressException">CT3009: they are damaged.</exception>
    public byte[] ReadSkeleton()
    {
        if (!TryRead(_index.Skeleton, out var coded))
            throw ArtifactDiagnostics.DamagedSkeleton(_source.Path, "its checksum is wrong");
        try
        {
            var skeleton = new byte[SkeletonLength];
            DictionaryDecoder.Decode(coded.Span, skeleton);
            return skeleton;
        }
        catch (InvalidDataException cause)
        {
            throw ArtifactDiagnostics.DamagedSkeleton(_source.Path, cause.Message.TrimEnd('.'), cause);
        }
    }

    /// <summary>The SHA-256 of the whole artifact, in hexadecimal.</summary>
    /// <exception cref="CompressException">CT3002: it cannot be read.</exception>
    public string Sha256() => _source.Sha256();

    /// <summary>Closes the file.</summary>
    public void Dispose() => _source.Dispose();

    private static ArtifactReader Open(ArtifactSource source)
    {
        try
        {
            return new ArtifactReader(source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private void RequireHeader()
    {
        if (Length == 0)
            throw ArtifactDiagnostics.Empty(_source.Path);
        var start = _source.Read(0, (int)Math.Min(Length, 64)).Span;
        if (start.StartsWith("version https://git-lfs"u8))
            throw ArtifactDiagnostics.LfsPointer(_source.Path);
        var magic = ArtifactFormat.Magic;
        if (!start[..Math.Min(magic.Length, start.Length)].SequenceEqual(magic[..Math.Min(magic.Length, start.Length)]))
            throw ArtifactDiagnostics.NotAnArtifact(_source.Path, start[..Math.Min(magic.Length, start.Length)]);
        if (Length < ArtifactFormat.HeaderLength + ArtifactFooter.Length)
            throw ArtifactDiagnostics.Truncated(_source.Path, Length);
        var version = BinaryPrimitives.ReadUInt16LittleEndian(start[magic.Length..]);
        if (version != ArtifactFormat.Version)
            throw ArtifactDiagnostics.UnknownVersion(_source.Path, version);
        if (!start[..ArtifactFormat.HeaderLength].SequenceEqual(ArtifactFormat.Header()))
            throw ArtifactDiagnostics.DamagedIndex(_source.Path, "the reserved bytes of the header are not zero");
    }

    private ArtifactIndex ReadIndex()
    {
        var end = Length - ArtifactFooter.Length;
        if (ArtifactFooter.Read(_source.Read(end, ArtifactFooter.Length).Span) is not { } footer)
            throw ArtifactDiagnostics.Truncated(_source.Path, Length);
        if (footer.Index.Offset < ArtifactFormat.HeaderLength || footer.Index.Length < 0 || footer.Index.Offset != end - footer.Index.Length)
            throw ArtifactDiagnostics.DamagedIndex(_source.Path, "it does not lie right before the footer");
        if (footer.DecodedLength < 0 || footer.DecodedLength > ArtifactFormat.LargestIndexOf(footer.Index.Length))
            throw ArtifactDiagnostics.DamagedIndex(_source.Path, $"it would have {footer.DecodedLength} bytes");
        if (!TryRead(footer.Index, out var coded))
            throw ArtifactDiagnostics.DamagedIndex(_source.Path, "its checksum is wrong");

        var index = Decode(coded, footer.DecodedLength);
        return ArtifactIndexRules.FirstViolation(index, footer.Index.Offset) is { } violation
            ? throw ArtifactDiagnostics.Contradiction(_source.Path, violation)
            : index;
    }

    private ArtifactIndex Decode(ReadOnlyMemory<byte> coded, int length)
    {
        try
        {
            var bytes = new byte[length];
            DictionaryDecoder.Decode(coded.Span, bytes);
            return ArtifactIndexParser.Parse(bytes, Length);
        }
        catch (Exception cause) when (cause is InvalidDataException or OverflowException or OutOfMemoryException)
        {
            throw ArtifactDiagnostics.DamagedIndex(_source.Path, cause.Message.TrimEnd('.'), cause);
        }
    }

    /// <summary>Reads the bytes of a chunk, and says whether they have its checksum.</summary>
    private bool TryRead(ArtifactChunk chunk, out ReadOnlyMemory<byte> bytes)
    {
        bytes = _source.Read(chunk.Offset, chunk.Length);
        return Crc32C.Of(bytes.Span) == chunk.Crc32C;
    }
}
