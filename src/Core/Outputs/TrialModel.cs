using CompressTasks.Artifacts;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Runtime;

namespace CompressTasks.Outputs;

/// <summary>A model in files of its own, in which weights are exchanged from trial to trial. The files go when it is disposed.</summary>
internal sealed class TrialModel : IDisposable
{
    private readonly TemporaryFolder? _folder;
    private readonly IReadOnlyList<string> _files;

    /// <summary>The places of each weight, by the path of the weight that stands for all that share its values.</summary>
    private readonly Dictionary<string, List<Hole>> _holes;

    private TrialModel(TemporaryFolder folder, IEnumerable<string> files, Dictionary<string, List<Hole>> holes) =>
        (_folder, _files, _holes) = (folder, [.. files.Select(file => System.IO.Path.Combine(folder.FullName, file))], holes);

    private TrialModel(string path) => (_files, _holes) = ([path], []);

    /// <summary>The model file, then external data.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>The model file.</summary>
    public string Path => _files[0];

    /// <summary>What an artifact restores to.</summary>
    /// <exception cref="Diagnostics.CompressException">The artifact is damaged, or a file cannot be written (CT3090).</exception>
    public static TrialModel OfArtifact(string artifactPath, int threads, CancellationToken cancellationToken)
    {
        using var reader = ArtifactReader.Open(artifactPath);
        var holes = reader.Entries.ToDictionary(
            entry => entry.Weight.Path,
            entry => entry.Weight.Holes.Select(hole => new Hole(hole.File, hole.Offset, hole.Length)).ToList(),
            StringComparer.Ordinal);
        return Write(reader.Files.Select(file => file.Name), holes, path =>
        {
            using var model = CompressedModel.OpenArtifact(artifactPath);
            model.Restore(path, overwrite: false, threads, cancellationToken: cancellationToken);
        });
    }

    /// <summary>What a run has made of a model: what an artifact restores to, or a runnable model where it is.</summary>
    /// <exception cref="Diagnostics.CompressException">The artifact is damaged, or a file cannot be written (CT3090).</exception>
    public static TrialModel OfResult(string path, int threads, CancellationToken cancellationToken) =>
        ArtifactFormat.IsArtifact(path) ? OfArtifact(path, threads, cancellationToken) : new(path);

    /// <summary>A model as it is, to exchange values of weights in.</summary>
    /// <inheritdoc cref="Of"/>
    public static TrialModel OfOriginal(OnnxModel original, IReadOnlyDictionary<OnnxWeight, OnnxWeight> owners) =>
        Of(original, owners, (weight, stream) => stream.Write(original.ReadBytes(weight)));

    /// <summary>A model as it is, but for the values of some weights.</summary>
    /// <param name="original">The model.</param>
    /// <param name="owners">
    /// The weights that can be exchanged, each with the one whose values stand for its own. All with external data must be among them.
    /// </param>
    /// <param name="writePayload">Writes the values of a weight that stands for others, or for itself.</param>
    /// <exception cref="Diagnostics.CompressException">CT3090: a file cannot be written.</exception>
    public static TrialModel Of(OnnxModel original, IReadOnlyDictionary<OnnxWeight, OnnxWeight> owners, Action<OnnxWeight, Stream> writePayload)
    {
        var image = original.Excise([.. owners.Keys]);
        var ownerOf = image.Weights.Select(weight => owners[weight]).ToList();
        var holes = image.Layout.Holes.Zip(ownerOf)
            .GroupBy(pair => pair.Second.Path, pair => pair.First)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        using var skeleton = new MemoryStream((int)image.Layout.SkeletonLength);
        image.WriteSkeleton(skeleton);
        skeleton.Position = 0;
        return Write(
            image.Layout.Files.Select(file => file.Name),
            holes,
            path => ModelRestorer.ToFiles(image.Layout, skeleton, path, overwrite: false, (hole, stream) => writePayload(ownerOf[hole], stream)));
    }

    /// <summary>Whether a weight can be exchanged.</summary>
    public bool Has(string weight) => _holes.ContainsKey(weight);

    /// <summary>The values of a weight as they stand in the files.</summary>
    public byte[] Read(string weight)
    {
        var place = _holes[weight][0];
        using var file = File.OpenRead(_files[place.File]);
        file.Position = place.Offset;
        var payload = new byte[place.Length];
        file.ReadExactly(payload);
        return payload;
    }

    /// <summary>Exchanges the values of a weight, everywhere in the model. No session may have the files open.</summary>
    public void Write(string weight, ReadOnlySpan<byte> payload)
    {
        foreach (var place in _holes[weight])
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(payload.Length, place.Length);
            using var file = new FileStream(_files[place.File], FileMode.Open, FileAccess.Write);
            file.Position = place.Offset;
            file.Write(payload);
        }
    }

    public void Dispose() => _folder?.Dispose();

    private static TrialModel Write(IEnumerable<string> files, Dictionary<string, List<Hole>> holes, Action<string> write)
    {
        TemporaryFolder? folder = null;
        try
        {
            folder = new TemporaryFolder("model");
            var model = new TrialModel(folder, files, holes);
            write(model.Path);
            return model;
        }
        catch (Exception error)
        {
            folder?.Dispose();
            if (error is IOException or UnauthorizedAccessException)
                throw FileDiagnostics.NoTemporaryFile(error);
            throw;
        }
    }
}
