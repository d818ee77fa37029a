using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.External;
using CompressTasks.Threading;
using CompressTasks.WeightCoding.Decoding;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Runtime;

/// <summary>
/// A compressed model, <c>NAME.onnxz</c>. Opening it reads its index only. Safe for use from several threads, disposal excepted.
/// </summary>
/// <example>
/// <code>
/// using var model = CompressedModel.Open("model.onnxz");
/// using var session = model.CreateSession();
/// </code>
/// </example>
public sealed class CompressedModel : IDisposable
{
    private readonly ArtifactReader _reader;
    private readonly CompressedModelOptions _options;
    private bool _disposed;

    private CompressedModel(ArtifactReader reader, CompressedModelOptions options)
    {
        _reader = reader;
        _options = options;
        var weights = new List<CompressedWeight>(reader.Entries.Count);
        foreach (var entry in reader.Entries)
            weights.Add(new(entry));
        Weights = weights.AsReadOnly();
    }

    /// <summary>The weights that have a chunk of their own; smaller ones are part of the model's structure.</summary>
    public IReadOnlyList<CompressedWeight> Weights { get; }

    /// <summary>Opens an artifact.</summary>
    /// <param name="path">The artifact.</param>
    /// <param name="options">How to read it; null for the defaults.</param>
    /// <exception cref="CompressException">The file is missing, damaged, of an unknown version, or no artifact.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="CompressedModelOptions.Threads"/> is below 1.</exception>
    public static CompressedModel Open(string path, CompressedModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Open(() => ArtifactReader.Open(path), options);
    }

    /// <summary>Opens an artifact from a stream, which is read from its position to its end, stays open, and is not needed afterwards.</summary>
    /// <param name="stream">The artifact, an embedded resource for example; need not be seekable.</param>
    /// <param name="options">How to read it; null for the defaults.</param>
    /// <exception cref="CompressException">The artifact is damaged, of an unknown version, none at all, or longer than memory can hold.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="CompressedModelOptions.Threads"/> is below 1.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static CompressedModel Open(Stream stream, CompressedModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Open(() => ArtifactReader.Open(ArtifactStream.ReadToEnd(stream)), options);
    }

    /// <summary>Opens an artifact that is in memory, which must not change while it is in use. It is not copied.</summary>
    /// <param name="artifact">The whole artifact.</param>
    /// <param name="options">How to read it; null for the defaults.</param>
    /// <exception cref="CompressException">The artifact is damaged, of an unknown version, or none at all.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="CompressedModelOptions.Threads"/> is below 1.</exception>
    public static CompressedModel Open(ReadOnlyMemory<byte> artifact, CompressedModelOptions? options = null) =>
        Open(() => ArtifactReader.Open(artifact), options);

    /// <summary>
    /// Decodes the model into memory and gives it to ONNX Runtime: the session computes the same bits as one on the restored file would. It does not
    /// need the artifact any more.
    /// </summary>
    /// <remarks>
    /// While the session is made, the decoded model is in memory beside ONNX Runtime's own copy; afterwards it is not. Nothing is written to disk,
    /// with one exception: ONNX Runtime takes external data files from memory only where the initializers of the main graph refer to them. A model
    /// that does so elsewhere (in the branches of an <c>If</c>, for example), or that needs custom operators besides, goes through a temporary
    /// folder, which is deleted with the session.
    /// </remarks>
    /// <param name="options">
    /// Optimization level, execution providers and all the rest; not changed, and may be used again. Null for the defaults of ONNX Runtime.
    /// </param>
    /// <returns>A session that the caller disposes.</returns>
    /// <exception cref="CompressException">The artifact is damaged; or ONNX Runtime refuses the model, is missing, or runs out of memory.</exception>
    public InferenceSession CreateSession(SessionOptions? options = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new SessionFactory(_reader, _options).Create(options);
    }

    /// <summary>Decodes one weight.</summary>
    /// <param name="weight">One of <see cref="Weights"/>.</param>
    /// <returns>Its elements as they stand in the model: little-endian, row-major.</returns>
    /// <exception cref="CompressException">The weight is damaged.</exception>
    public byte[] Decode(CompressedWeight weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Decode(weight.Entry, new WorkerPool(_options.ThreadCount));
    }

    /// <summary>
    /// Writes an ordinary ONNX model, and its external data files beside it where the original had some. A failure leaves nothing behind.
    /// </summary>
    /// <param name="path">The model to write.</param>
    /// <param name="overwrite">Whether files that exist may be replaced.</param>
    /// <param name="threads">Threads to decode with, at least 1; null for <see cref="CompressedModelOptions.Threads"/>.</param>
    /// <param name="alignment">
    /// Null restores the original's layout, to the byte. Otherwise every tensor of the external data begins at a multiple of this many bytes (a power
    /// of two), so that it can be mapped from the file: 4096 suffices on Linux and macOS, 65536 on Windows too. Files keep their names. A model
    /// without external data stays as it is.
    /// </param>
    /// <param name="cancellationToken">Stops the restoring.</param>
    /// <exception cref="CompressException">The artifact is damaged, or a file exists and must not be replaced.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="threads"/> is below 1, or <paramref name="alignment"/> is no power of two.
    /// </exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Restore(string path, bool overwrite = false, int? threads = null, int? alignment = null,
        CancellationToken cancellationToken = default)
    {
        if (threads is { } count)
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(threads));
        if (alignment is { } bytes && !int.IsPow2(bytes))
            throw new ArgumentOutOfRangeException(nameof(alignment), alignment, "An alignment is a power of two.");
        ObjectDisposedException.ThrowIf(_disposed, this);
        var plan = new RestorePlan(_reader);
        using var skeleton = new MemoryStream(_reader.ReadSkeleton());
        var garbage = new MemoryPressure(plan.Layout.Holes.Sum(hole => (long)hole.Length));
        using var payloads = new PayloadQueue([.. plan.Owners], Decoded, threads ?? _options.ThreadCount, cancellationToken);
        ModelRestorer.ToFiles(plan.Layout, skeleton, path, overwrite, (index, stream) => stream.Write(payloads.Take(index)),
            alignment is { } multiple ? new ExternalDataLayout(plan.Layout, multiple) : null);

        byte[] Decoded(ArtifactEntry entry)
        {
            var payload = Decode(entry, new WorkerPool(1));
            garbage.Add(payload.Length);
            return payload;
        }
    }

    /// <summary>Closes the artifact. Sessions made from it live on.</summary>
    public void Dispose()
    {
        _disposed = true;
        _reader.Dispose();
    }

    private static CompressedModel Open(Func<ArtifactReader> open, CompressedModelOptions? options)
    {
        options ??= new CompressedModelOptions();
        options.Validate();
        return new(open(), options);
    }

    private byte[] Decode(ArtifactEntry entry, WorkerPool threads)
    {
        var payload = new byte[entry.Weight.PayloadLength];
        _reader.ReadPayload(entry, WeightDecoder.Of(threads), payload, _options.VerifyHashes);
        return payload;
    }
}
