using System.Buffers.Binary;
using CompressTasks.Artifacts;
using CompressTasks.Coding.Dictionary;
using CompressTasks.Numerics;
using CompressTasks.WeightCoding.Decoding;
using Google.Protobuf;
using Wire = CompressTasks.Artifacts.Wire;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>
/// Puts an artifact together from its parts: decoded index, decoded skeleton, patches, chunks. Places and checksums are made right.
/// </summary>
internal sealed class ArtifactAssembler : IDisposable
{
    /// <summary>The hashes of weights become those of what their chunks decode to.</summary>
    public const byte MendHashes = 4;

    /// <summary>The index stays as it is: its chunks lie where it says, whatever is there.</summary>
    public const byte KeepPlaces = 8;

    private const int LargestPayload = 1 << 16;
    private const int PatchLength = 4;

    private readonly MemoryStream _artifact = new();
    private readonly byte[] _payload = new byte[LargestPayload];
    private byte[] _skeleton = [];
    private byte[] _codedSkeleton = [];

    private enum Region
    {
        Header,
        Skeleton,
        Index,
        Footer,
    }

    /// <returns>Valid until the next one is put together.</returns>
    public ReadOnlyMemory<byte> Assemble(ReadOnlySpan<byte> input)
    {
        var parts = new InputParts(input);
        var patches = parts.Count > 2 ? parts[2] : [];
        _artifact.SetLength(0);
        Write(Region.Header, ArtifactFormat.Header(), patches);
        var chunks = new List<ArtifactChunk>();
        for (var part = 3; part < parts.Count; part++)
            chunks.Add(Write(parts[part]));
        var skeleton = Write(Region.Skeleton, CodedSkeleton(parts.Count > 1 ? parts[1] : []), patches);
        var decoded = Index(parts, chunks, skeleton);
        var index = Write(Region.Index, DictionaryEncoder.Encode(decoded).ToArray(), patches);
        var footer = new ArtifactFooter(index, decoded.Length).ToBytes();
        Patch(Region.Footer, footer, patches);
        BinaryPrimitives.WriteUInt32LittleEndian(footer.AsSpan(20), Crc32C.Of(footer.AsSpan(0, 20)));
        _artifact.Write(footer);
        return _artifact.GetBuffer().AsMemory(0, (int)_artifact.Length);
    }

    public void Dispose() => _artifact.Dispose();

    private byte[] Index(InputParts parts, List<ArtifactChunk> chunks, ArtifactChunk skeleton)
    {
        var bytes = parts.Count > 0 ? parts[0].ToArray() : [];
        if ((parts.Flags & KeepPlaces) != 0)
            return bytes;
        try
        {
            var index = Wire.Index.Parser.ParseFrom(bytes);
            index.Skeleton = ToWire(skeleton);
            for (var i = 0; i < Math.Min(index.Weights.Count, chunks.Count); i++)
            {
                index.Weights[i].Chunk = ToWire(chunks[i]);
                if ((parts.Flags & MendHashes) != 0)
                    Mend(index.Weights[i], parts[3 + i]);
            }

            return index.ToByteArray();
        }
        catch (InvalidProtocolBufferException)
        {
            return bytes;
        }
    }

    private void Mend(Wire.Weight weight, ReadOnlySpan<byte> chunk)
    {
        if (weight.Holes.Count == 0 || weight.Holes[0].Length > LargestPayload)
            return;
        var payload = _payload.AsSpan(0, (int)weight.Holes[0].Length);
        try
        {
            WeightDecoder.Decode(chunk.ToArray(), (ElementType)weight.ElementType, [.. weight.Dims.Select(length => (long)length)], payload);
            weight.PayloadHash = ByteString.CopyFrom(PayloadHash.Of(payload).ToBytes());
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException or OverflowException or DivideByZeroException)
        {
            // Of a weight that the rules of the index refuse; its hash stays as it is.
        }
    }

    private static Wire.Chunk ToWire(ArtifactChunk chunk) =>
        new() { Offset = (ulong)chunk.Offset, Length = (ulong)chunk.Length, Crc32C = chunk.Crc32C };

    /// <summary>Most inputs have the skeleton of the one before.</summary>
    private byte[] CodedSkeleton(ReadOnlySpan<byte> skeleton)
    {
        if (!skeleton.SequenceEqual(_skeleton) || _codedSkeleton.Length == 0)
            (_skeleton, _codedSkeleton) = (skeleton.ToArray(), DictionaryEncoder.Encode(skeleton).ToArray());
        return (byte[])_codedSkeleton.Clone();
    }

    private ArtifactChunk Write(ReadOnlySpan<byte> bytes)
    {
        var offset = _artifact.Length;
        _artifact.Write(bytes);
        return new(offset, bytes.Length, Crc32C.Of(bytes));
    }

    private ArtifactChunk Write(Region region, byte[] bytes, ReadOnlySpan<byte> patches)
    {
        Patch(region, bytes, patches);
        return Write(bytes);
    }

    /// <summary>A patch is a region, a place in it in two bytes, and a value.</summary>
    private static void Patch(Region region, byte[] bytes, ReadOnlySpan<byte> patches)
    {
        for (; patches.Length >= PatchLength; patches = patches[PatchLength..])
        {
            if ((Region)(patches[0] % PatchLength) == region && bytes.Length > 0)
                bytes[BinaryPrimitives.ReadUInt16LittleEndian(patches[1..]) % bytes.Length] = patches[3];
        }
    }
}
