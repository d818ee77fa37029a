using CompressTasks.Artifacts;

namespace CompressTasks.Runtime;

/// <summary>Decodes an artifact when it has to be, and once.</summary>
/// <param name="reader">The artifact.</param>
/// <param name="options">Threads, and whether hashes are compared.</param>
/// <param name="progress">Is told the share of the weights' bytes that are decoded, from any thread.</param>
/// <param name="cancellationToken">Is looked at before every weight.</param>
internal sealed class ModelDecoding(ArtifactReader reader, CompressedModelOptions options, IProgress<double>? progress,
    CancellationToken cancellationToken) : IDisposable
{
    private DecodedModel? _model;

    /// <summary>The decoded model, which refers to no files but its own, its large tensors moved to external data.</summary>
    /// <exception cref="Diagnostics.CompressException">The artifact is damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="OutOfMemoryException">The files do not fit into memory.</exception>
    public DecodedModel Model => _model ??= Decode();

    /// <summary>Finds the model in a cache, or puts it there.</summary>
    /// <returns>Its path; null if it is larger than the cache may be.</returns>
    /// <exception cref="IOException">The cache cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The cache must not be written to.</exception>
    public string? InCache(ModelCache cache)
    {
        var key = reader.Sha256();
        return cache.Find(key) ?? cache.Add(key, reader.Files.Sum(file => file.Length), folder => Model.WriteTo(folder), cancellationToken);
    }

    /// <summary>Gives the memory of the decoded model back.</summary>
    public void Forget()
    {
        _model?.Dispose();
        _model = null;
    }

    public void Dispose() => Forget();

    private DecodedModel Decode()
    {
        var model = DecodedModel.DecodeMoved(reader, options, progress: progress, cancellationToken: cancellationToken);
        try
        {
            model.RequireOwnFiles();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
