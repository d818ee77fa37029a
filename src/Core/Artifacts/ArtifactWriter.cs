using CompressTasks.Coding.Dictionary;
using CompressTasks.IO;

namespace CompressTasks.Artifacts;

/// <summary>
/// Writes an artifact to a temporary file beside its target, which it becomes when it is whole; until then a file that was there before
/// stays as it is. The bytes depend on what is added in which order, and on nothing else. Not for use from several threads at once.
/// </summary>
internal sealed class ArtifactWriter : IDisposable
{
    private readonly string _path;
    private readonly ReplacedFile _file;
    private readonly List<ArtifactEntry> _entries = [];
    private bool _isCommitted;

    private ArtifactWriter(string path)
    {
        _path = path;
        var target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        _file = new ReplacedFile(target);
    }

    /// <summary>Starts an artifact. Folders that are missing are made.</summary>
    /// <param name="path">The target.</param>
    /// <exception cref="Diagnostics.CompressException">CT3013: the file cannot be made.</exception>
    public static ArtifactWriter Create(string path) => Guard(path, () =>
    {
        var writer = new ArtifactWriter(path);
        writer._file.Stream.Write(ArtifactFormat.Header());
        return writer;
    });

    /// <summary>Writes the chunk of a weight.</summary>
    /// <exception cref="Diagnostics.CompressException">CT3013: the disk is full, or the like.</exception>
    public ArtifactEntry Add(ArtifactWeight weight, ReadOnlyMemory<byte> chunk)
    {
        var entry = new ArtifactEntry(weight, Write(chunk));
        _entries.Add(entry);
        return entry;
    }

    /// <summary>Writes skeleton, index and footer and puts the artifact in its place.</summary>
    /// <param name="producer">Name and version of the program; a part of the bytes, hence without a date.</param>
    /// <param name="files">The files of the restored model, the model itself first.</param>
    /// <param name="skeleton">The bytes of the first file outside of all holes.</param>
    /// <returns>The length of the artifact in bytes.</returns>
    /// <exception cref="ArgumentException">Files, weights and skeleton do not fit together: a reader would refuse them.</exception>
    /// <exception cref="Diagnostics.CompressException">
    /// CT3013: the disk is full, the target is in use, or the like. CT3020: names are too long.
    /// </exception>
    public long Commit(string producer, IReadOnlyList<ArtifactFile> files, ReadOnlySpan<byte> skeleton, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isCommitted, this);
        var index = new ArtifactIndex(producer, files, _entries, Write(DictionaryEncoder.Encode(skeleton)));
        if (ArtifactIndexRules.FirstViolation(index, Position) is { } violation)
            throw new ArgumentException($"No artifact can be made of this: {violation}.", nameof(files));
        if (index.SkeletonLength != skeleton.Length)
            throw new ArgumentException($"The skeleton has {skeleton.Length} bytes, and {index.SkeletonLength} bytes are in no hole.",
                nameof(skeleton));

        var decoded = ArtifactIndexWriter.ToBytes(index);
        var coded = DictionaryEncoder.Encode(decoded);
        if (decoded.Length > ArtifactFormat.LargestIndexOf(coded.Length))
            throw ArtifactDiagnostics.IndexTooLarge(_path, $"it has {decoded.Length} bytes");
        var footer = new ArtifactFooter(Write(coded), decoded.Length);
        RequireReadable(decoded, Position + ArtifactFooter.Length);
        return Guard(_path, () =>
        {
            _file.Stream.Write(footer.ToBytes());
            var length = Position;
            _file.Stream.Flush(flushToDisk: true);
            _file.Commit(overwrite: true, cancellationToken);
            _isCommitted = true;
            return length;
        });
    }

    /// <summary>Removes the temporary file if the artifact was not committed.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>What a reader refuses is not written.</summary>
    private void RequireReadable(byte[] index, long artifactLength)
    {
        try
        {
            _ = ArtifactIndexParser.Parse(index, artifactLength);
        }
        catch (InvalidDataException error)
        {
            throw ArtifactDiagnostics.IndexTooLarge(_path, error.Message);
        }
    }

    private long Position => _file.Stream.Position;

    private ArtifactChunk Write(ReadOnlyMemory<byte> chunk) => Guard(_path, () =>
    {
        var offset = Position;
        _file.Stream.Write(chunk.Span);
        return new ArtifactChunk(offset, chunk.Length, Crc32C.Of(chunk.Span));
    });

    private static T Guard<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw ArtifactDiagnostics.CannotBeWritten(path, cause);
        }
    }
}
