using System.Security.Cryptography;
using CompressTasks.Artifacts;
using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting.Writers.Comparison;
using CompressTasks.Runtime;
using CompressTasks.Threading;
using CompressTasks.WeightCoding;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>
/// Whole artifacts, in memory: opened, every weight decoded, the model put together in each way that there is. An input is an artifact taken apart,
/// so that what is changed lies behind checksums that are right.
/// </summary>
internal sealed class ArtifactTarget : IFuzzTarget
{
    private const byte WithoutHashes = 1;
    private const byte ToFiles = 2;

    /// <summary>Files restored, all together, above which an artifact is opened and no more: asking for them is what takes the memory.</summary>
    private const long LargestModel = 1L << 22;

    private const int SkeletonPart = 1;
    private const int PatchPart = 2;
    private const int FirstChunk = 3;

    private static readonly CompressedModelOptions _plain = new() { Threads = 1 };
    private static readonly CompressedModelOptions _unverified = new() { Threads = 1, VerifyHashes = false };

    private readonly ArtifactAssembler _assembler = new();
    private readonly ByteMutator _bytes = new([.. IndexTarget.Words.Select(System.Text.Encoding.UTF8.GetBytes)]);
    private readonly ProtobufMutator _messages;
    private readonly SampleFolder _folder = new();

    public ArtifactTarget() => _messages = new(_bytes);

    public string Name => "artifact";

    public IReadOnlyList<byte[]> Seeds() =>
    [
        .. SeedArtifacts.All.SelectMany(artifact => new byte[] { 0, WithoutHashes, ArtifactAssembler.MendHashes, ToFiles }
            .Select(flags => InputParts.Join(flags, [artifact.Index, artifact.Skeleton, [], .. artifact.Chunks]))),
    ];

    public void Mutate(InputBuffer input, FuzzRandom random)
    {
        if (input.Length > 0 && random.OneIn(12))
            input.Bytes[0] ^= (byte)(1 << random.Below(4));
        var parts = new InputParts(input.Bytes).Count;
        if (parts < FirstChunk)
        {
            _bytes.Mutate(input, 0, input.Length, random);
            return;
        }

        var part = random.Below(8) switch { < 4 => 0, 4 => SkeletonPart, 5 => PatchPart, _ => random.Below(parts) };
        InputParts.Mutate(input, part, (start, length) =>
        {
            if (part is 0 or SkeletonPart)
                _messages.Mutate(input, start, length, random);
            else
                _bytes.Mutate(input, start, length, random);
        });
    }

    public void Read(ReadOnlyMemory<byte> input)
    {
        var flags = new InputParts(input.Span).Flags;
        var artifact = _assembler.Assemble(input.Span);
        using var model = CompressedModel.Open(artifact, (flags & WithoutHashes) != 0 ? _unverified : _plain);
        CompareSides(artifact);
        using var reader = ArtifactReader.Open(artifact);
        if (reader.Files.Sum(file => file.Length) > LargestModel)
            return;

        var payloads = model.Weights.Select(weight => Decode(model, weight, (flags & WithoutHashes) == 0)).ToList();
        if (reader.Files.Count > 1)
            DecodeFiles(reader, model, (flags & ToFiles) != 0);
        else
            CompareWays(reader, model, payloads);
    }

    public bool Refuses(Exception error) => error is CompressException;

    public long Asked(ReadOnlyMemory<byte> input)
    {
        try
        {
            var artifact = _assembler.Assemble(input.Span);
            using var reader = ArtifactReader.Open(artifact);
            return artifact.Length + reader.Files.Sum(file => file.Length) + reader.Entries.Sum(entry => (long)entry.Weight.PayloadLength);
        }
        catch (CompressException)
        {
            return input.Length;
        }
    }

    public void Dispose()
    {
        _assembler.Dispose();
        _folder.Dispose();
    }

    /// <summary>The payload; null when it is refused.</summary>
    private static byte[]? Decode(CompressedModel model, CompressedWeight weight, bool verified)
    {
        _ = weight.ToString();
        byte[] payload;
        try
        {
            payload = model.Decode(weight);
        }
        catch (CompressException)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, hash);
        return !verified || hash[..PayloadHash.Size].SequenceEqual(weight.Entry.Weight.Hash.ToBytes()) ? payload
            : throw new FindingException("a weight whose values are not those of its hash");
    }

    private static void CompareWays(ArtifactReader reader, CompressedModel model, List<byte[]?> payloads)
    {
        var bytes = model.ToBytes();
        if (bytes.Length != reader.Files[0].Length)
            throw new FindingException("a model of another length than its index says");
        var restored = new MemoryStream();
        model.Restore(restored);
        if (!restored.GetBuffer().AsSpan(0, (int)restored.Length).SequenceEqual(bytes))
            throw new FindingException("a model that two ways put together differently");
        using (var moved = DecodedModel.DecodeMoved(reader, _plain))
        {
            if (!moved.Join().AsSpan().SequenceEqual(bytes))
                throw new FindingException("a model whose tensors were moved away and back, and is another one");
        }

        foreach (var (entry, payload) in reader.Entries.Zip(payloads))
        {
            foreach (var hole in entry.Weight.Holes)
            {
                if (payload is null || !bytes.AsSpan((int)hole.Offset, hole.Length).SequenceEqual(payload))
                    throw new FindingException("a place that has other values than its weight");
            }
        }
    }

    private void DecodeFiles(ArtifactReader reader, CompressedModel model, bool toFiles)
    {
        var layout = new RestorePlan(reader).Layout;
        using var decoded = DecodedModel.Decode(reader, _plain);
        ExternalReferences.RequireOwn(layout, decoded.Main);
        _ = ExternalReferences.OfInitializers(reader.Path, decoded.Main);
        if (!toFiles)
            return;
        var inside = _folder["a/b"];
        Directory.CreateDirectory(inside);
        try
        {
            model.Restore(Path.Combine(inside, "restored.onnx"), overwrite: true, threads: 1);
            if (Directory.EnumerateFileSystemEntries(_folder["a"]).Count() > 1 || Directory.EnumerateFileSystemEntries(_folder.FullName).Count() > 1)
                throw new FindingException("a file outside of the folder that a model is restored to");
        }
        finally
        {
            Directory.Delete(_folder["a"], recursive: true);
        }
    }

    private static void CompareSides(ReadOnlyMemory<byte> artifact)
    {
        if (artifact.Length % 8 != 0)
            return;
        using var reader = ArtifactReader.Open(artifact);
        _ = ComparisonSide.OfArtifact(reader, entry => Chunk.IsExact(reader.ReadChunk(entry).Span));
    }
}
