using System.Text;
using CompressTasks.Artifacts;

namespace CompressTasks.Core.Tests.Artifacts;

/// <summary>An artifact of two files and three weights, one of them in two places; a chunk is its payload in reverse.</summary>
internal static class TinyArtifact
{
    public static readonly byte[] Skeleton = Encoding.UTF8.GetBytes("graph graph graph: everything but the weights");

    public static readonly byte[][] Payloads =
    [
        [.. Enumerable.Range(0, 24).Select(i => (byte)i)],
        [1, 2, 3, 4, 5, 6],
        [.. Enumerable.Range(0, 40).Select(i => (byte)(i * i))],
    ];

    public static readonly ArtifactFile[] Files =
    [
        new("model.onnx", Skeleton.Length + 24 + 6 + 24, new string('a', 64)),
        new("data/weights.bin", 100),
    ];

    public static readonly ArtifactWeight[] Weights =
    [
        new("graph/encoder.weight", 1, [2, 3], [new(0, 5, 24), new(0, 60, 24)], PayloadHash.Of(Payloads[0]), "gaussian > pca"),
        new("graph/half", 10, [3], [new(0, 40, 6)], PayloadHash.Of(Payloads[1]), "lossless"),
        new("graph/body/größe", 11, [5], [new(1, 60, 40)], PayloadHash.Of(Payloads[2]), "quantize"),
    ];

    public static void Write(string path)
    {
        using var writer = ArtifactWriter.Create(path);
        AddWeights(writer);
        writer.Commit("CompressTasks 0.1.0", Files, Skeleton);
    }

    public static void AddWeights(ArtifactWriter writer)
    {
        foreach (var (weight, payload) in Weights.Zip(Payloads))
            writer.Add(weight, Encode(payload));
    }

    public static byte[] Encode(byte[] payload) => [.. payload.AsEnumerable().Reverse()];

    public static void Decode(ReadOnlyMemory<byte> chunk, ArtifactWeight weight, Span<byte> payload)
    {
        if (chunk.Length != payload.Length)
            throw new InvalidDataException($"{chunk.Length} bytes for {weight.Path}");
        chunk.Span.CopyTo(payload);
        payload.Reverse();
    }

    /// <summary>Reads everything, and demands that it is what was written.</summary>
    public static void RequireIntact(ArtifactReader reader)
    {
        reader.Producer.ShouldBe("CompressTasks 0.1.0");
        reader.Files.ShouldBe(Files);
        reader.Entries.Count.ShouldBe(Weights.Length);
        for (var i = 0; i < Weights.Length; i++)
        {
            var (entry, expected) = (reader.Entries[i], Weights[i]);
            (entry.Weight with { Dims = [], Holes = [] }).ShouldBe(expected with { Dims = [], Holes = [] });
            entry.Weight.Dims.ShouldBe(expected.Dims);
            entry.Weight.Holes.ShouldBe(expected.Holes);
            var payload = new byte[entry.Weight.PayloadLength];
            reader.ReadPayload(entry, Decode, payload);
            payload.ShouldBe(Payloads[i]);
        }

        reader.ReadSkeleton().ShouldBe(Skeleton);
    }
}
