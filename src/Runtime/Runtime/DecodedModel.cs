using CompressTasks.Artifacts;
using CompressTasks.Onnx;
using CompressTasks.Threading;
using CompressTasks.WeightCoding.Decoding;

namespace CompressTasks.Runtime;

/// <summary>
/// A whole model in memory: the main file's bytes, and those of its external data files. Its external data lives until it has been disposed as often
/// as it was decoded and shared.
/// </summary>
internal sealed class DecodedModel : IDisposable
{
    /// <summary>What the main file is called where a model is written that has no name of its own.</summary>
    public const string MainName = "model.onnx";

    private const int WriteBlock = 1 << 24;

    private readonly MovedTensors? _moved;
    private readonly UnmanagedBuffer? _whole;
    private readonly ModelLayout _original;
    private readonly Lock _gate = new();
    private IDisposable? _attached;
    private int _owners = 1;

    private DecodedModel(ModelLayout layout, byte[] main, IReadOnlyList<UnmanagedBuffer> externals, MovedTensors? moved = null,
        UnmanagedBuffer? whole = null, ModelLayout? original = null)
    {
        Layout = layout;
        _original = original ?? layout;
        Main = main;
        Externals = externals;
        _moved = moved;
        _whole = whole;
    }

    public ModelLayout Layout { get; }

    /// <summary>The main file.</summary>
    public byte[] Main { get; }

    /// <summary>The external data files in the order of the layout. One of them may be longer than an array can be.</summary>
    public IReadOnlyList<UnmanagedBuffer> Externals { get; }

    /// <summary>The tensors that are external data here, and are none in the artifact; null if all is as it is there.</summary>
    public MovedTensors? Moved => _moved;

    /// <summary>Decodes every weight straight into its place, the largest first, so that no thread is left alone with one at the end.</summary>
    /// <param name="reader">The artifact.</param>
    /// <param name="options">Threads, and whether hashes are compared.</param>
    /// <param name="progress">Is told the share of the weights' bytes that are decoded, from any thread.</param>
    /// <param name="cancellationToken">Is looked at before every weight.</param>
    /// <exception cref="Diagnostics.CompressException">The artifact is damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="OutOfMemoryException">The files do not fit into memory.</exception>
    public static DecodedModel Decode(ArtifactReader reader, CompressedModelOptions options, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var layout = new RestorePlan(reader).Layout;
        byte[] main;
        using (var skeleton = new MemoryStream(reader.ReadSkeleton()))
            main = ModelRestorer.ToBuffer(layout, skeleton);
        var externals = new List<UnmanagedBuffer>();
        var model = new DecodedModel(layout, main, externals);
        try
        {
            for (var file = 1; file < layout.Files.Count; file++)
                externals.Add(new UnmanagedBuffer(layout.Files[file].Length));
            Fill(reader, options, model.HoleAt, progress, cancellationToken);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>As above, with the large tensors of a model that is one file moved to external data.</summary>
    /// <inheritdoc cref="Decode"/>
    /// <param name="name">What the model calls it.</param>
    /// <param name="alignment">What the places of tensors in it are multiples of; null for pages.</param>
    public static DecodedModel DecodeMoved(ArtifactReader reader, CompressedModelOptions options, string name = MovedTensors.UsualName,
        int? alignment = null, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        if (reader.Files.Count > 1)
            return Decode(reader, options, progress, cancellationToken);
        var layout = new RestorePlan(reader).Layout;
        var whole = new UnmanagedBuffer(layout.Files[0].Length);
        UnmanagedBuffer? data = null;
        try
        {
            using (var skeleton = new MemoryStream(reader.ReadSkeleton()))
                ModelRestorer.Fill(layout, skeleton, whole.All);
            var moved = MovedTensors.Find(reader.Path, whole.All, alignment ?? MovedTensors.UsualAlignment);
            foreach (var entry in reader.Entries)
                Move(moved, entry.Weight.Holes);
            data = new UnmanagedBuffer(moved.DataLength);
            Fill(reader, options, hole => moved.At(hole.Offset, hole.Length) is { IsMoved: true } tensor
                ? data.Slice(tensor.Place, tensor.Length)
                : whole.Slice(hole.Offset, hole.Length), progress, cancellationToken);
            var main = moved.Rewrite(whole.All, name);
            var file = layout.Files[0] with { Length = main.Length };
            return moved.Count == 0 ? new(new ModelLayout(reader.Path, [file], []), main, [], moved, whole, layout)
                : new(new ModelLayout(reader.Path, [file, new(name, data.Length)], []), main, [data], moved, whole, layout);
        }
        catch
        {
            whole.Dispose();
            data?.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a model that refers to any file but the artifact's own: what was moved is no file that it may know of.</summary>
    /// <exception cref="Diagnostics.CompressException">CT3014: there is such a reference; or the model is damaged.</exception>
    public void RequireOwnFiles()
    {
        if (_moved is null)
            ExternalReferences.RequireOwn(_original, Main);
        else if (Main.AsSpan().Count(ExternalReferences.Key) != _moved.Count)
            ExternalReferences.RequireOwn(_original, Join());
    }

    /// <summary>The model in one piece, as it is in the artifact.</summary>
    /// <exception cref="InvalidOperationException">Nothing was moved.</exception>
    public byte[] Join()
    {
        if (_whole is null || _moved is null)
            throw new InvalidOperationException("The model is as it was in the artifact.");
        var joined = _whole.All.ToArray();
        foreach (var tensor in _moved.Tensors)
        {
            if (tensor.IsMoved)
                Externals[0].Slice(tensor.Place, tensor.Length).CopyTo(joined.AsSpan(tensor.Start));
        }

        return joined;
    }

    /// <summary>
    /// What is made of the external data, once, and is disposed before it. The model does not know its type: where artifacts are restored only, ONNX
    /// Runtime need not be there.
    /// </summary>
    public T Attached<T>(Func<DecodedModel, T> make)
        where T : class, IDisposable
    {
        lock (_gate)
            return (T)(_attached ??= make(this));
    }

    /// <summary>Keeps the external data for somebody else, who disposes it as well.</summary>
    /// <returns>False if it is gone already.</returns>
    public bool TryShare()
    {
        for (int owners; (owners = Volatile.Read(ref _owners)) > 0;)
        {
            if (Interlocked.CompareExchange(ref _owners, owners + 1, owners) == owners)
                return true;
        }

        return false;
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

        var main = MainName;
        while (Path.Exists(Path.Combine(folder, main)))
            main = $"main-{main}";
        File.WriteAllBytes(Path.Combine(folder, main), Main);
        return main;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _owners) != 0)
            return;
        _attached?.Dispose();
        _whole?.Dispose();
        foreach (var external in Externals)
            external.Dispose();
    }

    /// <summary>Moves those of a weight's tensors that can be; tied ones to one place.</summary>
    private static void Move(MovedTensors moved, IReadOnlyList<ArtifactHole> holes)
    {
        MovedTensors.Tensor? first = null;
        foreach (var hole in holes)
        {
            if (moved.At(hole.Offset, hole.Length) is not { } tensor)
                continue;
            moved.Move(tensor, first);
            first ??= tensor;
        }
    }

    private static void Fill(ArtifactReader reader, CompressedModelOptions options, HolePlace placeOf, IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        var entries = new List<ArtifactEntry>(reader.Entries);
        entries.Sort(static (a, b) => b.Weight.PayloadLength.CompareTo(a.Weight.PayloadLength));
        var (bytes, decoded) = (0L, 0L);
        foreach (var entry in entries)
            bytes += entry.Weight.PayloadLength;
        var threads = new WorkerPool(options.ThreadCount);
        var decoder = WeightDecoder.Of(threads);
        threads.Run(entries.Count, index =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = entries[index];
            var first = placeOf(entry.Weight.Holes[0]);
            reader.ReadPayload(entry, decoder, first, options.VerifyHashes);
            for (var tied = 1; tied < entry.Weight.Holes.Count; tied++)
            {
                var place = placeOf(entry.Weight.Holes[tied]);
                if (place != first)
                    first.CopyTo(place);
            }

            progress?.Report((double)Interlocked.Add(ref decoded, entry.Weight.PayloadLength) / bytes);
        });
    }

    private Span<byte> HoleAt(ArtifactHole hole) => hole.File == 0
        ? ModelRestorer.HoleIn(Main, new Hole(hole.File, hole.Offset, hole.Length))
        : Externals[hole.File - 1].Slice(hole.Offset, hole.Length);

    /// <summary>The memory that a weight's payload goes to.</summary>
    private delegate Span<byte> HolePlace(ArtifactHole hole);
}
