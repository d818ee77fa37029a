using CompressTasks.Artifacts;
using CompressTasks.Onnx;
using CompressTasks.Threading;
using CompressTasks.WeightCoding.Decoding;

namespace CompressTasks.Runtime;

/// <summary>A whole model in memory: the main file's bytes, and those of its external data files.</summary>
internal sealed class DecodedModel : IDisposable
{
    private const int WriteBlock = 1 << 24;

    private DecodedModel(ModelLayout layout, byte[] main, IReadOnlyList<UnmanagedBuffer> externals)
    {
        Layout = layout;
        Main = main;
        Externals = externals;
    }

    public ModelLayout Layout { get; }

    /// <summary>The main file.</summary>
    public byte[] Main { get; }

    /// <summary>The external data files in the order of the layout. One of them may be longer than an array can be.</summary>
    public IReadOnlyList<UnmanagedBuffer> Externals { get; }

    /// <summary>Decodes every weight straight into its place, the largest first, so that no thread is left alone with one at the end.</summary>
    /// <param name="reader">The artifact.</param>
    /// <param name="layout">What it restores to.</param>
    /// <param name="options">Threads, and whether hashes are compared.</param>
    /// <param name="garbage">Is told what decoding has allocated.</param>
    /// <param name="progress">Is told the share of the weights' bytes that are decoded, from any thread.</param>
    /// <param name="cancellationToken">Is looked at before every weight.</param>
    /// <exception cref="Diagnostics.CompressException">The artifact is damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="OutOfMemoryException">The files do not fit into memory.</exception>
    public static DecodedModel Decode(ArtifactReader reader, ModelLayout layout, CompressedModelOptions options, MemoryPressure garbage,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        byte[] main;
        using (var skeleton = new MemoryStream(reader.ReadSkeleton()))
            main = ModelRestorer.ToBuffer(layout, skeleton);
        var externals = new List<UnmanagedBuffer>();
        var model = new DecodedModel(layout, main, externals);
        try
        {
            for (var file = 1; file < layout.Files.Count; file++)
                externals.Add(new UnmanagedBuffer(layout.Files[file].Length));
            model.Fill(reader, options, garbage, progress, cancellationToken);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes the files into a folder, external data under the names that the model has for it.</summary>
    /// <returns>The name of the main file.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public string WriteTo(string folder)
    {
        foreach (var (file, content) in Layout.Files.Skip(1).Zip(Externals))
        {
            var external = Path.Combine(folder, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(external)!);
            using var stream = new FileStream(external, FileMode.CreateNew);
            for (var offset = 0L; offset < content.Length; offset += WriteBlock)
                stream.Write(content.Slice(offset, (int)Math.Min(WriteBlock, content.Length - offset)));
        }

        var main = "model.onnx";
        while (Path.Exists(Path.Combine(folder, main)))
            main = $"main-{main}";
        File.WriteAllBytes(Path.Combine(folder, main), Main);
        return main;
    }

    public void Dispose()
    {
        foreach (var external in Externals)
            external.Dispose();
    }

    private void Fill(ArtifactReader reader, CompressedModelOptions options, MemoryPressure garbage, IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        var entries = new List<ArtifactEntry>(reader.Entries);
        entries.Sort(static (a, b) => b.Weight.PayloadLength.CompareTo(a.Weight.PayloadLength));
        var bytes = entries.Sum(entry => (long)entry.Weight.PayloadLength);
        var decoded = 0L;
        var threads = new WorkerPool(options.ThreadCount);
        var decoder = WeightDecoder.Of(threads);
        threads.Run(entries.Count, index =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var entry = entries[index];
            var first = HoleAt(entry.Weight.Holes[0]);
            reader.ReadPayload(entry, decoder, first, options.VerifyHashes);
            for (var tied = 1; tied < entry.Weight.Holes.Count; tied++)
                first.CopyTo(HoleAt(entry.Weight.Holes[tied]));
            garbage.Add(GC.GetAllocatedBytesForCurrentThread() - allocated);
            progress?.Report((double)Interlocked.Add(ref decoded, entry.Weight.PayloadLength) / bytes);
        });
    }

    private Span<byte> HoleAt(ArtifactHole hole) => hole.File == 0
        ? ModelRestorer.HoleIn(Main, new Hole(hole.File, hole.Offset, hole.Length))
        : Externals[hole.File - 1].Slice(hole.Offset, hole.Length);
}
