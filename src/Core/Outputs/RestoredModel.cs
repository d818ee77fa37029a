using CompressTasks.Artifacts;
using CompressTasks.IO;
using CompressTasks.Runtime;

namespace CompressTasks.Outputs;

/// <summary>An artifact restored to files of its own, in which weights can be exchanged. The files go when it is disposed.</summary>
internal sealed class RestoredModel : IDisposable
{
    private readonly TemporaryFolder _folder = new("compresstasks-");
    private readonly Dictionary<string, ArtifactWeight> _weights;
    private readonly IReadOnlyList<string> _files;

    /// <exception cref="Diagnostics.CompressException">The artifact is damaged.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public RestoredModel(string artifactPath, int threads, CancellationToken cancellationToken)
    {
        try
        {
            using (var reader = ArtifactReader.Open(artifactPath))
            {
                _weights = reader.Entries.ToDictionary(entry => entry.Weight.Path, entry => entry.Weight, StringComparer.Ordinal);
                _files = [.. reader.Files.Select(file => System.IO.Path.Combine(_folder.FullName, file.Name))];
            }

            using var model = CompressedModel.Open(artifactPath);
            model.Restore(Path, overwrite: false, threads, cancellationToken: cancellationToken);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The model file.</summary>
    public string Path => _files[0];

    /// <summary>The values of a weight as they stand in the files.</summary>
    public byte[] Read(string weight)
    {
        var place = _weights[weight].Holes[0];
        using var file = File.OpenRead(_files[place.File]);
        file.Position = place.Offset;
        var payload = new byte[place.Length];
        file.ReadExactly(payload);
        return payload;
    }

    /// <summary>Exchanges the values of a weight, everywhere in the model. No session may have the files open.</summary>
    public void Write(string weight, ReadOnlySpan<byte> payload)
    {
        foreach (var place in _weights[weight].Holes)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(payload.Length, place.Length);
            using var file = new FileStream(_files[place.File], FileMode.Open, FileAccess.Write);
            file.Position = place.Offset;
            file.Write(payload);
        }
    }

    public void Dispose() => _folder.Dispose();
}
