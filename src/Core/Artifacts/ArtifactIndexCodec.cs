using Google.Protobuf;

namespace CompressTasks.Artifacts;

/// <summary>Translates an index to protobuf and back.</summary>
internal static class ArtifactIndexCodec
{
    public static byte[] ToBytes(ArtifactIndex index)
    {
        var wire = new Wire.Index { Producer = index.Producer, Skeleton = ToWire(index.Skeleton) };
        wire.Files.AddRange(index.Files.Select(f => new Wire.File
        {
            Name = f.Name,
            Length = (ulong)f.Length,
            OriginalSha256 = ByteString.CopyFrom(Convert.FromHexString(f.OriginalSha256)),
        }));
        wire.Weights.AddRange(index.Entries.Select(ToWire));
        return wire.ToByteArray();
    }

    /// <exception cref="InvalidProtocolBufferException">The bytes are no index.</exception>
    /// <exception cref="OverflowException">A number is larger than any that an index may hold.</exception>
    /// <exception cref="InvalidDataException">A hash has the wrong length.</exception>
    public static ArtifactIndex FromBytes(byte[] bytes)
    {
        var wire = Wire.Index.Parser.ParseFrom(bytes);
        return new ArtifactIndex(
            wire.Producer,
            [.. wire.Files.Select(f => new ArtifactFile(f.Name, checked((long)f.Length), Convert.ToHexStringLower(f.OriginalSha256.Span)))],
            [.. wire.Weights.Select(FromWire)],
            FromWire(wire.Skeleton));
    }

    private static Wire.Weight ToWire(ArtifactEntry entry)
    {
        var weight = entry.Weight;
        var wire = new Wire.Weight
        {
            Path = weight.Path,
            ElementType = (uint)weight.ElementType,
            Chunk = ToWire(entry.Chunk),
            PayloadHash = ByteString.CopyFrom(weight.Hash.ToBytes()),
            Stack = weight.Stack,
        };
        wire.Dims.AddRange(weight.Dims.Select(d => (ulong)d));
        wire.Holes.AddRange(weight.Holes.Select(h => new Wire.Hole { File = (uint)h.File, Offset = (ulong)h.Offset, Length = (ulong)h.Length }));
        return wire;
    }

    private static ArtifactEntry FromWire(Wire.Weight wire)
    {
        if (wire.PayloadHash.Length != PayloadHash.Size)
            throw new InvalidDataException($"the hash of '{wire.Path}' has {wire.PayloadHash.Length} bytes instead of {PayloadHash.Size}");
        return new ArtifactEntry(
            new ArtifactWeight(
                wire.Path,
                checked((int)wire.ElementType),
                [.. wire.Dims.Select(d => checked((long)d))],
                [.. wire.Holes.Select(h => new ArtifactHole(checked((int)h.File), checked((long)h.Offset), checked((int)h.Length)))],
                PayloadHash.FromBytes(wire.PayloadHash.Span),
                wire.Stack),
            FromWire(wire.Chunk));
    }

    private static Wire.Chunk ToWire(ArtifactChunk chunk) =>
        new() { Offset = (ulong)chunk.Offset, Length = (ulong)chunk.Length, Crc32C = chunk.Crc32C };

    private static ArtifactChunk FromWire(Wire.Chunk? wire) =>
        wire is null ? default : new ArtifactChunk(checked((long)wire.Offset), checked((int)wire.Length), wire.Crc32C);
}
