using CompressTasks.Artifacts;
using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using Google.Protobuf;
using Wire = CompressTasks.Artifacts.Wire;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>The reader of an artifact's index, beside the one that protobuf has generated: what both take must be the same.</summary>
internal sealed class IndexTarget : IFuzzTarget
{
    private const int BytesAround = 200;

    private readonly ProtobufMutator _messages = new(new ByteMutator([.. Words.Select(System.Text.Encoding.UTF8.GetBytes)]));

    public string Name => "index";

    /// <summary>Names that mean something somewhere.</summary>
    public static IReadOnlyList<string> Words =>
        ["..", "../x", "/etc/x", "C:", "con", "a.", "a ", "\\", "a/b", "m.onnx", "M.ONNX", "w.bin", "é", "\uD800"];

    public IReadOnlyList<byte[]> Seeds() =>
        [.. SeedArtifacts.All.Select(artifact => artifact.Index), .. SeedArtifacts.All.Select(artifact => Short(artifact.Index))];

    public void Mutate(InputBuffer input, FuzzRandom random) => _messages.Mutate(input, 0, input.Length, random);

    public void Read(ReadOnlyMemory<byte> input)
    {
        var index = ArtifactIndexParser.Parse(input.Span, input.Length + BytesAround);
        if (ArtifactIndexRules.FirstViolation(index, input.Length + BytesAround) is null
            && !AreSame(index, ArtifactIndexParser.Parse(ArtifactIndexWriter.ToBytes(index), long.MaxValue >> 1)))
            throw new FindingException("an index that is another one when it is written again");
        if (Generated(input.Span) is { } generated && !AreSame(index, generated))
            throw new FindingException("an index that two parsers read differently");
    }

    /// <summary>Documented of the parser; the reader of the artifact makes a diagnostic of them.</summary>
    public bool Refuses(Exception error) => error is InvalidDataException or OverflowException;

    public long Asked(ReadOnlyMemory<byte> input) => input.Length;

    public void Dispose()
    {
    }

    /// <summary>What is small is read fast.</summary>
    private static byte[] Short(byte[] index)
    {
        var parsed = Wire.Index.Parser.ParseFrom(index);
        while (parsed.Weights.Count > 2)
            parsed.Weights.RemoveAt(1);
        return parsed.ToByteArray();
    }

    private static Wire.Index? Generated(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Wire.Index.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static bool AreSame(ArtifactIndex index, ArtifactIndex other) =>
        index.Producer == other.Producer && index.Skeleton == other.Skeleton && index.Files.SequenceEqual(other.Files)
        && index.Entries.Count == other.Entries.Count
        && index.Entries.Zip(other.Entries).All(pair => pair.First.Chunk == pair.Second.Chunk
            && pair.First.Weight with { Dims = [], Holes = [] } == pair.Second.Weight with { Dims = [], Holes = [] }
            && pair.First.Weight.Dims.SequenceEqual(pair.Second.Weight.Dims) && pair.First.Weight.Holes.SequenceEqual(pair.Second.Weight.Holes));

    private static bool AreSame(ArtifactIndex index, Wire.Index other)
    {
        if (index.Producer != other.Producer || !AreSame(index.Skeleton, other.Skeleton) || index.Files.Count != other.Files.Count
            || index.Entries.Count != other.Weights.Count)
            return false;
        for (var i = 0; i < index.Files.Count; i++)
        {
            if (index.Files[i].Name != other.Files[i].Name || index.Files[i].Length != (long)other.Files[i].Length
                || index.Files[i].OriginalSha256 != Convert.ToHexStringLower(other.Files[i].OriginalSha256.Span))
                return false;
        }

        for (var i = 0; i < index.Entries.Count; i++)
        {
            if (!AreSame(index.Entries[i], other.Weights[i]))
                return false;
        }

        return true;
    }

    private static bool AreSame(ArtifactEntry entry, Wire.Weight other)
    {
        var weight = entry.Weight;
        if (weight.Path != other.Path || weight.Stack != other.Stack || weight.ElementType != (int)other.ElementType
            || !weight.Hash.ToBytes().AsSpan().SequenceEqual(other.PayloadHash.Span) || !AreSame(entry.Chunk, other.Chunk)
            || weight.Dims.Count != other.Dims.Count || weight.Holes.Count != other.Holes.Count)
            return false;
        for (var i = 0; i < weight.Dims.Count; i++)
        {
            if (weight.Dims[i] != (long)other.Dims[i])
                return false;
        }

        for (var i = 0; i < weight.Holes.Count; i++)
        {
            var (hole, expected) = (weight.Holes[i], other.Holes[i]);
            if (hole.File != (int)expected.File || hole.Offset != (long)expected.Offset || hole.Length != (int)expected.Length)
                return false;
        }

        return true;
    }

    private static bool AreSame(ArtifactChunk chunk, Wire.Chunk? other) => other is null ? chunk == default
        : chunk.Offset == (long)other.Offset && chunk.Length == (long)other.Length && chunk.Crc32C == other.Crc32C;
}
