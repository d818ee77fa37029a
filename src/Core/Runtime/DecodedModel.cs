using CompressTasks.Artifacts;
using CompressTasks.Compression;
using CompressTasks.Onnx;

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
    public static DecodedModel Decode(ArtifactReader reader, ModelLayout layout, CompressedModelOptions options, DecodingGarbage garbage)
    {
        byte[] main;
        using (var skeleton = new MemoryStream(reader.ReadSkeleton()))
            main = ModelRestorer.ToBuffer(layout, skeleton);
        var externals = new List<UnmanagedBuffer>();
        var model = new DecodedModel(layout, main, externals);
        try
        {
            foreach (var file in layout.Files.Skip(1))
                externals.Add(new UnmanagedBuffer(file.Length));
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

    private void Fill(ArtifactReader reader, CompressedModelOptions options, DecodingGarbage garbage)
    {
        var entries = reader.Entries.OrderByDescending(entry => entry.Weight.PayloadLength).ToList();
        OrderedParallel.Run(
            entries.Count,
            options.ThreadCount,
            index =>
            {
                var entry = entries[index];
                var first = HoleAt(entry.Weight.Holes[0]);
                reader.ReadPayload(entry, WeightCodec.Decode, first, options.VerifyHashes);
                foreach (var tied in entry.Weight.Holes.Skip(1))
                    first.CopyTo(HoleAt(tied));
                garbage.Decoded(entry.Weight.PayloadLength);
                return entry;
            },
            static (_, _) => { },
            CancellationToken.None);
    }

    private Span<byte> HoleAt(ArtifactHole hole) => hole.File == 0
        ? ModelRestorer.HoleIn(Main, new Hole(hole.File, hole.Offset, hole.Length))
        : Externals[hole.File - 1].Slice(hole.Offset, hole.Length);
}
