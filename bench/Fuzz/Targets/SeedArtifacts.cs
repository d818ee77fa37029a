using System.Text;
using CompressTasks.Artifacts;
using CompressTasks.Compression;
using CompressTasks.IO;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Artifacts of the seed models, as a run of the compressor writes them, taken apart.</summary>
internal static class SeedArtifacts
{
    private static readonly string[] _stacks =
    [
        "lossless", "quantize: { bits: 4 }", "gaussian: { components: 2 }, pca: { components: 2 }", "haar: { keep: 0.5 }, residual: { r2: 0.9 }",
            "dct: { keep: 0.5 }",
    ];

    private static readonly Lazy<IReadOnlyList<(byte[] Index, byte[] Skeleton, byte[][] Chunks)>> _all = new(() => [.. Make()]);

    /// <param name="Index">The decoded index.</param>
    /// <param name="Skeleton">The decoded skeleton.</param>
    /// <param name="Chunks">Those of the weights, in order.</param>
    public static IReadOnlyList<(byte[] Index, byte[] Skeleton, byte[][] Chunks)> All => _all.Value;

    private static IEnumerable<(byte[] Index, byte[] Skeleton, byte[][] Chunks)> Make()
    {
        using var folder = new TemporaryFolder("seeds");
        foreach (var (i, model) in SeedModels.Small.Concat(SeedModels.All).Index())
        {
            SampleFolder.WriteExternals(folder.FullName);
            File.WriteAllBytes(Path.Combine(folder.FullName, "m.onnx"), model);
            foreach (var stack in i == 0 ? _stacks : _stacks.Take(2))
            {
                var yaml = $"models: [ m.onnx ]\noutput: out\nreport: []\nrules: [ {{ weights: \"**\", minElements: 8, stack: [ {stack} ] }} ]";
                var spec = CompressionSpec.Parse(yaml, Path.Combine(folder.FullName, "compress.yml"));
                var options = new CompressionOptions { Probe = false, Threads = 1 };
                yield return TakeApart(Compressor.Run(spec, options, null, CancellationToken.None).Single().ArtifactPath);
            }
        }

        yield return Forged();
    }

    private static (byte[] Index, byte[] Skeleton, byte[][] Chunks) TakeApart(string path)
    {
        using var reader = ArtifactReader.Open(path);
        var index = new ArtifactIndex(reader.Producer, reader.Files, reader.Entries, new(16, 1, 0));
        return (ArtifactIndexWriter.ToBytes(index), reader.ReadSkeleton(), [.. reader.Entries.Select(entry => reader.ReadChunk(entry).ToArray())]);
    }

    /// <summary>One whose model refers to a file that is not the artifact's.</summary>
    private static (byte[] Index, byte[] Skeleton, byte[][] Chunks) Forged()
    {
        var model = SeedModels.All[2];
        var files = new ArtifactFile[] { new("m.onnx", model.Length), new("other.bin", 64) };
        return (ArtifactIndexWriter.ToBytes(new("fuzz", files, [], new(16, 1, 0))), model, [Encoding.UTF8.GetBytes("no weight's")]);
    }
}
