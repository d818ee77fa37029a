using CompressTasks.Artifacts;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;

namespace CompressTasks.Runtime;

/// <summary>A compressed model, <c>NAME.onnxz</c>. Opening it reads its index only. Safe for use from several threads, disposal excepted.</summary>
public sealed class CompressedModel : IDisposable
{
    private readonly ArtifactReader _reader;
    private readonly string _path;

    private CompressedModel(ArtifactReader reader, string path)
    {
        _reader = reader;
        _path = path;
        Weights = [.. reader.Entries.Select(entry => new CompressedWeight(entry))];
    }

    /// <summary>The weights that have a chunk of their own; smaller ones are part of the model's structure.</summary>
    public IReadOnlyList<CompressedWeight> Weights { get; }

    /// <summary>Opens an artifact.</summary>
    /// <param name="path">The artifact.</param>
    /// <exception cref="CompressException">The file is missing, damaged, of an unknown version, or no artifact.</exception>
    public static CompressedModel Open(string path) => new(ArtifactReader.Open(path), path);

    /// <summary>Decodes one weight.</summary>
    /// <param name="weight">One of <see cref="Weights"/>.</param>
    /// <returns>Its elements as they stand in the model: little-endian, row-major.</returns>
    /// <exception cref="CompressException">The weight is damaged.</exception>
    public byte[] Decode(CompressedWeight weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return Decode(weight.Entry);
    }

    /// <summary>Writes an ordinary ONNX model, and its external data files beside it where the original had some. A failure leaves nothing behind.</summary>
    /// <param name="path">The model to write.</param>
    /// <param name="overwrite">Whether files that exist may be replaced.</param>
    /// <param name="threads">Threads to decode with, at least 1; null for one per processor.</param>
    /// <param name="cancellationToken">Stops the restoring.</param>
    /// <exception cref="CompressException">The artifact is damaged, or a file exists and must not be replaced.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Restore(string path, bool overwrite = false, int? threads = null, CancellationToken cancellationToken = default)
    {
        var holes = _reader.Entries
            .SelectMany(entry => entry.Weight.Holes.Select(hole => (Entry: entry, Hole: hole)))
            .OrderBy(pair => pair.Hole.File)
            .ThenBy(pair => pair.Hole.Offset)
            .ToList();
        var layout = new ModelLayout(
            _path,
            [.. _reader.Files.Select(file => new ModelFile(file.Name, file.Length))],
            [.. holes.Select(pair => new Hole(pair.Hole.File, pair.Hole.Offset, pair.Hole.Length))]);
        using var skeleton = new MemoryStream(_reader.ReadSkeleton());
        using var payloads = new PayloadQueue([.. holes.Select(pair => pair.Entry)], Decode, threads ?? Environment.ProcessorCount, cancellationToken);
        ModelRestorer.ToFiles(layout, skeleton, path, overwrite, (index, stream) => stream.Write(payloads.Take(index)));
    }

    /// <summary>Closes the artifact.</summary>
    public void Dispose() => _reader.Dispose();

    private byte[] Decode(ArtifactEntry entry)
    {
        var payload = new byte[entry.Weight.PayloadLength];
        _reader.ReadPayload(entry, WeightCodec.Decode, payload);
        return payload;
    }
}
