using CompressTasks.Compression;
using CompressTasks.IO;
using CompressTasks.Runtime;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>Runs whole specs in a folder of their own.</summary>
internal static class SpecRun
{
    /// <summary>Writes the spec as <c>compress.yml</c>, runs it, and returns what became of its one model.</summary>
    public static CompressionOutcome Compress(TemporaryFolder folder, string yaml, int threads = 2, IProgress<CompressionProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var path = folder.Write("compress.yml", System.Text.Encoding.UTF8.GetBytes(yaml));
        return Compressor.Run(CompressionSpec.Load(path), new CompressionOptions { Threads = threads }, progress, cancellationToken)
            .ShouldHaveSingleItem();
    }

    /// <summary>A scalar of YAML for any path.</summary>
    public static string Quote(string path) => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";

    public static void Restore(string artifact, string path)
    {
        using var model = CompressedModel.Open(artifact);
        model.Restore(path);
    }
}
