using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.External;
using CompressTasks.Threading;
using CompressTasks.WeightCoding.Decoding;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Runtime;

/// <summary>
/// A compressed model, <c>NAME.onnxz</c>, or an ordinary one, <c>NAME.onnx</c>, so that an app can open whichever its build has made. Opening an
/// artifact reads its index only. Safe for use from several threads, disposal excepted.
/// </summary>
/// <example>
/// <code>
/// using var model = CompressedModel.Open("model.onnxz");
/// using var session = model.CreateSession();
/// </code>
/// </example>
public sealed class CompressedModel : IDisposable
{
    private const int Page = 4096;

    private readonly ArtifactReader? _reader;
    private readonly PlainModel? _plain;
    private readonly SessionFactory? _sessions;
    private readonly CompressedModelOptions _options;
    private bool _disposed;

    private CompressedModel(PlainModel plain, CompressedModelOptions options) => (_plain, _options, Weights) = (plain, options, []);

    private CompressedModel(ArtifactReader reader, CompressedModelOptions options)
    {
        _reader = reader;
        _options = options;
        _sessions = new(reader, options);
        var weights = new List<CompressedWeight>(reader.Entries.Count);
        foreach (var entry in reader.Entries)
            weights.Add(new(entry));
        Weights = weights.AsReadOnly();
    }

    /// <summary>Whether it is an artifact; false for an ordinary model.</summary>
    public bool IsCompressed => _reader is not null;

    /// <summary>
    /// The weights that have a chunk of their own, in the model's order; smaller ones are part of the model's structure. Empty for an ordinary model.
    /// </summary>
    public IReadOnlyList<CompressedWeight> Weights { get; }

    /// <summary>Opens an artifact, or an ordinary model, which is then used where it is.</summary>
    /// <param name="path">The file. What it is, its content says, not its name.</param>
    /// <param name="options">How to read it; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file. The inner exception has the diagnostic, CT3001.</exception>
    /// <exception cref="CompressException">The file is damaged, of an unknown version, or neither artifact nor model.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="CompressedModelOptions.Threads"/> is below 1.</exception>
    public static CompressedModel Open(string path, CompressedModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options = Valid(options);
        if (!File.Exists(path))
            throw RuntimeDiagnostics.NotFound(path);
        return PlainModel.TryOpen(path) is { } plain ? new(plain, options) : new(ArtifactReader.Open(path), options);
    }

    /// <summary>
    /// Opens an artifact or an ordinary model from a stream, which is read from its position to its end, stays open, and is not needed afterwards.
    /// </summary>
    /// <param name="stream">The file, an embedded resource for example; need not be seekable.</param>
    /// <param name="options">How to read it; null for the defaults.</param>
    /// <exception cref="CompressException">
    /// It is damaged, of an unknown version, neither artifact nor model, or longer than memory can hold.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="CompressedModelOptions.Threads"/> is below 1.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static CompressedModel Open(Stream stream, CompressedModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options = Valid(options);
        return Open(ArtifactStream.ReadToEnd(stream), options);
    }

    /// <summary>Opens an artifact or an ordinary model that is in memory, which must not change while it is in use. It is not copied.</summary>
    /// <param name="artifact">The whole file.</param>
    /// <param name="options">How to read it; null for the defaults.</param>
    /// <exception cref="CompressException">It is damaged, of an unknown version, or neither artifact nor model.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="CompressedModelOptions.Threads"/> is below 1.</exception>
    public static CompressedModel Open(ReadOnlyMemory<byte> artifact, CompressedModelOptions? options = null)
    {
        options = Valid(options);
        return PlainModel.TryOpen(artifact) is { } plain ? new(plain, options) : new(ArtifactReader.Open(artifact), options);
    }

    /// <summary>Opens an artifact, and nothing else.</summary>
    /// <exception cref="CompressException">The file is missing, damaged, of an unknown version, or no artifact.</exception>
    internal static CompressedModel OpenArtifact(string path, CompressedModelOptions? options = null) =>
        new(ArtifactReader.Open(path), Valid(options));

    /// <summary>
    /// Decodes the model into memory and gives it to ONNX Runtime: the session computes the same bits as one on the restored file would. It does not
    /// need the artifact any more.
    /// </summary>
    /// <remarks>
    /// ONNX Runtime (1.31 or later) uses the decoded weights where they are. They go with the last session that uses them; sessions that are made
    /// while one of this model lives share them. Nothing is written to disk, with one exception: ONNX Runtime takes external data files from memory
    /// only where the initializers of the main graph refer to them. A model with such files that does so elsewhere (in the branches of an <c>If</c>,
    /// for example), or that needs custom operators besides, goes through a temporary folder, which is deleted with the session.
    /// </remarks>
    /// <param name="options">
    /// Optimization level, execution providers and all the rest; not changed, and may be used again. Null for the defaults of ONNX Runtime.
    /// </param>
    /// <returns>A session that the caller disposes.</returns>
    /// <exception cref="CompressException">The artifact is damaged; or ONNX Runtime refuses the model, is missing, or runs out of memory.</exception>
    public InferenceSession CreateSession(SessionOptions? options = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return CreateSession(options, progress: null, CancellationToken.None);
    }

    /// <summary>As <see cref="CreateSession(SessionOptions?)"/>, on threads of the pool.</summary>
    /// <param name="options">As there.</param>
    /// <param name="progress">
    /// Is told, from any thread, the share of the weights' bytes that are decoded, from 0 to 1; at 1 ONNX Runtime has still to load the model. Null
    /// for none. An ordinary model, which has nothing to decode, reports nothing.
    /// </param>
    /// <param name="cancellationToken">
    /// Stops the work before the next weight. ONNX Runtime's own loading is not interrupted: a session that is there too late is disposed.
    /// </param>
    /// <returns>A session that the caller disposes. The model must not be disposed before the task has ended.</returns>
    /// <exception cref="CompressException">As there; the task has it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the task has it.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public Task<InferenceSession> CreateSessionAsync(SessionOptions? options = null, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Task.Run(() => CreateSession(options, progress, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// The path of an ordinary model, for libraries and programs that take nothing else: decoded into a cache the first time, found there later. Its
    /// large weights are external data beside it, laid out to be mapped. An ordinary model that is a file stays where it is.
    /// </summary>
    /// <param name="cache">Null for <see cref="CompressedModelOptions.Cache"/>, or the user's if that is null too.</param>
    /// <param name="progress">As for sessions; what is in the cache already reports nothing.</param>
    /// <param name="cancellationToken">Stops the work before the next weight.</param>
    /// <returns>The path. The model stays until the cache has no more room for it, or is cleared. Do not change it.</returns>
    /// <exception cref="CompressException">
    /// The artifact is damaged; or the cache cannot be written to (CT3208), or may not be as large as the model (CT3207).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public Task<string> MaterializeAsync(ModelCache? cache = null, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Task.Run(() => Materialize(cache ?? _options.Cache ?? ModelCache.OfUser, progress, cancellationToken), cancellationToken);
    }

    /// <summary>Decodes one weight.</summary>
    /// <param name="weight">One of <see cref="Weights"/>.</param>
    /// <returns>Its elements as they stand in the model: little-endian, row-major.</returns>
    /// <exception cref="CompressException">The weight is damaged.</exception>
    /// <exception cref="ArgumentException">The weight is another model's.</exception>
    public byte[] Decode(CompressedWeight weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _reader is { } reader && reader.Entries.Contains(weight.Entry)
            ? Guarded(weight.Bytes, () => Decode(reader, weight.Entry, new WorkerPool(_options.ThreadCount)))
            : throw new ArgumentException("The weight is another model's.", nameof(weight));
    }

    /// <summary>
    /// Writes an ordinary ONNX model, and its external data files beside it where the original had some. A failure leaves nothing behind. An ordinary
    /// model is copied.
    /// </summary>
    /// <param name="path">The model to write.</param>
    /// <param name="overwrite">Whether files that exist may be replaced.</param>
    /// <param name="threads">Threads to decode with, at least 1; null for <see cref="CompressedModelOptions.Threads"/>.</param>
    /// <param name="alignment">
    /// Null restores the original's layout, to the byte. Otherwise every tensor of the external data begins at a multiple of this many bytes (a power
    /// of two), so that it can be mapped from the file: 4096 suffices on Linux and macOS, 65536 on Windows too. Files keep their names. A model
    /// without external data stays as it is, unless <paramref name="externalData"/> is true.
    /// </param>
    /// <param name="externalData">
    /// Whether the tensors of 4 KiB or more of a model that is one file go to external data, <c>NAME.onnx.data</c> beside <c>NAME.onnx</c>, each at a
    /// multiple of <paramref name="alignment"/> (4096 if that is null): it loads faster, for ONNX Runtime maps them in place of copying them. The
    /// whole model is in memory meanwhile. A model with external data of its own is aligned.
    /// </param>
    /// <param name="cancellationToken">Stops the restoring.</param>
    /// <exception cref="CompressException">The artifact is damaged, or a file exists and must not be replaced.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="threads"/> is below 1, or <paramref name="alignment"/> is no power of two.
    /// </exception>
    /// <exception cref="NotSupportedException">An alignment for an ordinary model with external data.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Restore(string path, bool overwrite = false, int? threads = null, int? alignment = null, bool externalData = false,
        CancellationToken cancellationToken = default)
    {
        if (threads is { } count)
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(threads));
        if (alignment is { } bytes && !int.IsPow2(bytes))
            throw new ArgumentOutOfRangeException(nameof(alignment), alignment, "An alignment is a power of two.");
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_reader is not { } reader)
        {
            _plain!.CopyTo(path, overwrite, alignment, cancellationToken);
            return;
        }

        if (externalData)
            alignment ??= Page;
        _ = Guarded(reader.Files.Sum(file => file.Length), () =>
        {
            if (externalData && reader.Files.Count == 1)
                return RestoreMoved(reader, path, overwrite, _options with { Threads = threads ?? _options.Threads }, alignment, cancellationToken);
            var plan = new RestorePlan(reader);
            using var skeleton = new MemoryStream(reader.ReadSkeleton());
            using var payloads = Payloads(reader, plan, threads, cancellationToken);
            ModelRestorer.ToFiles(plan.Layout, skeleton, path, overwrite, payloads.Write,
                alignment is { } multiple ? new ExternalDataLayout(plan.Layout, multiple) : null,
                new MainFileCheck([.. ExternalReferences.Key], (main, layout) => ExternalReferences.RequireOwn(layout, main)),
                cancellationToken);
            return true;
        });
    }

    private static bool RestoreMoved(ArtifactReader reader, string path, bool overwrite, CompressedModelOptions options, int? alignment,
        CancellationToken cancellationToken)
    {
        var name = $"{Path.GetFileName(path)}.data";
        using var model = DecodedModel.DecodeMoved(reader, options, name, alignment, progress: null, cancellationToken);
        var moved = model.Moved!;
        var layout = new ModelLayout(reader.Path, model.Layout.Files, moved.Holes());
        model.RequireOwnFiles();
        using var main = new MemoryStream(model.Main);
        ModelRestorer.ToFiles(layout, main, path, overwrite,
            (index, stream) => stream.Write(model.Externals[0].Slice(layout.Holes[index].Offset, layout.Holes[index].Length)),
            cancellationToken: cancellationToken);
        return true;
    }

    /// <summary>
    /// Writes an ordinary ONNX model to a stream, for libraries that take one. Memory is needed for a few weights, not for the whole model.
    /// </summary>
    /// <param name="stream">Takes the model's bytes from its position on, and stays open; need not be seekable.</param>
    /// <param name="cancellationToken">Stops the restoring before the next weight. The stream has then a part of the model.</param>
    /// <exception cref="CompressException">
    /// The artifact is damaged; or the model has external data (CT3206), for which a stream has no room: restore it to a path.
    /// </exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Restore(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_reader is not { } reader)
        {
            _plain!.CopyTo(stream);
            return;
        }

        if (reader.Files.Count > 1)
            throw RuntimeDiagnostics.OtherFiles(reader.Path, reader.Files[1].Name);
        _ = Guarded(reader.Files[0].Length, () => Restore(reader, stream, cancellationToken));
    }

    private bool Restore(ArtifactReader reader, Stream stream, CancellationToken cancellationToken)
    {
        var structure = reader.ReadSkeleton();
        if (structure.AsSpan().IndexOf(ExternalReferences.Key) >= 0)
        {
            // To know what the model refers to takes all of it, before the first byte is out.
            stream.Write(ToBytes(cancellationToken));
            return true;
        }

        var plan = new RestorePlan(reader);
        using var skeleton = new MemoryStream(structure);
        using var payloads = Payloads(reader, plan, threads: null, cancellationToken);
        using var watch = new ReferenceWatch(stream, reader.Path);
        ModelRestorer.ToStream(plan.Layout, skeleton, watch, payloads.Write);
        return true;
    }

    /// <summary>
    /// The bytes of an ordinary ONNX model, for libraries that take them: those that <see cref="Restore(Stream, CancellationToken)"/> writes.
    /// </summary>
    /// <param name="cancellationToken">Stops the decoding before the next weight.</param>
    /// <returns>A new array.</returns>
    /// <exception cref="CompressException">
    /// The artifact is damaged; or the model has external data (CT3206), for which an array has no room: restore it to a path.
    /// </exception>
    public byte[] ToBytes(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_plain is not null)
        {
            var copy = new MemoryStream(_plain.Length);
            _plain.CopyTo(copy);
            return copy.Length == copy.Capacity ? copy.GetBuffer() : copy.ToArray();
        }

        var reader = _reader!;
        if (reader.Files.Count > 1)
            throw RuntimeDiagnostics.OtherFiles(reader.Path, reader.Files[1].Name);
        return Guarded(reader.Files[0].Length, () =>
        {
            using var decoded = DecodedModel.Decode(reader, _options, progress: null, cancellationToken);
            ExternalReferences.RequireOwn(decoded.Layout, decoded.Main);
            return decoded.Main;
        });
    }

    /// <summary>Closes the artifact. Sessions made from it live on.</summary>
    public void Dispose()
    {
        _disposed = true;
        _reader?.Dispose();
    }

    private static CompressedModelOptions Valid(CompressedModelOptions? options)
    {
        options ??= new CompressedModelOptions();
        options.Validate();
        return options;
    }

    private InferenceSession CreateSession(SessionOptions? options, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var session = _reader is { } reader
            ? _sessions!.Create(options, progress, cancellationToken)
            : _plain!.CreateSession(options);
        if (!cancellationToken.IsCancellationRequested)
            return session;
        session.Dispose();
        throw new OperationCanceledException(cancellationToken);
    }

    /// <inheritdoc cref="MaterializeAsync"/>
    internal string Materialize(ModelCache cache, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var path = _reader?.Path ?? _plain!.FilePath;
        try
        {
            return (_reader is { } reader ? Materialize(reader, cache, progress, cancellationToken) : _plain!.Materialize(cache, cancellationToken))
                ?? throw RuntimeDiagnostics.LargerThanCache(path, cache);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw RuntimeDiagnostics.CacheNotWritten(path, cache, cause);
        }
    }

    private string? Materialize(ArtifactReader reader, ModelCache cache, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var bytes = reader.Files.Sum(file => file.Length);
        return Guarded(bytes, () =>
        {
            using var decoding = new ModelDecoding(reader, _options, progress, cancellationToken);
            return decoding.InCache(cache);
        });
    }

    private PayloadQueue Payloads(ArtifactReader reader, RestorePlan plan, int? threads, CancellationToken cancellationToken) =>
        new([.. plan.Owners], (entry, payload) => reader.ReadPayload(entry, WeightDecoder.Of(new WorkerPool(1)), payload, _options.VerifyHashes),
            threads ?? _options.ThreadCount, cancellationToken);

    /// <exception cref="CompressException">CT3204: what was asked for does not fit into memory.</exception>
    private T Guarded<T>(long bytes, Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (OutOfMemoryException cause)
        {
            throw RuntimeDiagnostics.NoMemoryToDecode(_reader!.Path, bytes, cause);
        }
    }

    private byte[] Decode(ArtifactReader reader, ArtifactEntry entry, WorkerPool threads)
    {
        var payload = new byte[entry.Weight.PayloadLength];
        reader.ReadPayload(entry, WeightDecoder.Of(threads), payload, _options.VerifyHashes);
        return payload;
    }
}
