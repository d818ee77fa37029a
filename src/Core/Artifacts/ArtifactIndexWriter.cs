using Google.Protobuf;

namespace CompressTasks.Artifacts;

/// <summary>Writes an index as protobuf has it; <see cref="ArtifactIndexParser"/> reads it.</summary>
internal static class ArtifactIndexWriter
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

    private static Wire.Chunk ToWire(ArtifactChunk chunk) =>
        new() { Offset = (ulong)chunk.Offset, Length = (ulong)chunk.Length, Crc32C = chunk.Crc32C };
}
