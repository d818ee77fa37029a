using CompressTasks.Artifacts;
using CompressTasks.Onnx;
using CompressTasks.Threading;
using CompressTasks.WeightCoding.Decoding;

namespace CompressTasks.Runtime;

/// <summary>A whole model in memory: the main file's bytes, and those of its external data files.</summary>
internal sealed class DecodedModel : IDisposable
{
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
    /// <exception cref="Diagnostics.CompressException">The artifact is damaged.</exception>
    /// <exception cref="OutOfMemoryException">The files do not fit into memory.</exception>
    public static DecodedModel Decode(ArtifactReader reader, ModelLayout layout, CompressedModelOptions options, MemoryPressure garbage)
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
            model.Fill(reader, options, garbage);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var external in Externals)
            external.Dispose();
    }

    private void Fill(ArtifactReader reader, CompressedModelOptions options, MemoryPressure garbage)
    {
        var entries = new List<ArtifactEntry>(reader.Entries);
        entries.Sort(static (a, b) => b.Weight.PayloadLength.CompareTo(a.Weight.PayloadLength));
        var threads = new WorkerPool(options.ThreadCount);
        var decoder = WeightDecoder.Of(threads);
        threads.Run(entries.Count, index =>
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var entry = entries[index];
            var first = HoleAt(entry.Weight.Holes[0]);
            reader.ReadPayload(entry, decoder, first, options.VerifyHashes);
            for (var tied = 1; tied < entry.Weight.Holes.Count; tied++)
                first.CopyTo(HoleAt(entry.Weight.Holes[tied]));
            garbage.Add(GC.GetAllocatedBytesForCurrentThread() - allocated);
        });
    }

    private Span<byte> HoleAt(ArtifactHole hole) => hole.File == 0
        ? ModelRestorer.HoleIn(Main, new Hole(hole.File, hole.Offset, hole.Length))
        : Externals[hole.File - 1].Slice(hole.Offset, hole.Length);
}
