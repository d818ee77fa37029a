using System.Security.Cryptography;
using CompressTasks.Artifacts;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Onnx.External;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Runtime;

/// <summary>An ordinary model in place of an artifact, so that an app opens both in the same way.</summary>
internal sealed class PlainModel
{
    private readonly string _path;
    private readonly ReadOnlyMemory<byte>? _content;
    private readonly IReadOnlyList<string> _externals;

    private PlainModel(string path, ReadOnlyMemory<byte>? content, ReadOnlySpan<byte> main)
    {
        _path = path;
        _content = content;
        Length = main.Length;
        var externals = new SortedSet<string>(StringComparer.Ordinal);
        var hasGraph = TensorWalker.Walk(path, main, tensor =>
        {
            if (tensor.Header.IsExternal && tensor.Owner != TensorOwner.Training
                && tensor.Header.External.GetValueOrDefault("location") is { } location)
                externals.Add(ExternalLocation.Normalize(path, location));
        });
        if (!hasGraph)
            throw ModelDiagnostics.NoGraph(path);
        _externals = [.. externals];
    }

    /// <summary>Bytes of the main file.</summary>
    public int Length { get; }

    /// <returns>Null if the file is something else: an artifact, or what is to be refused as none.</returns>
    /// <exception cref="Diagnostics.CompressException">The model is damaged, or cannot be read.</exception>
    public static PlainModel? TryOpen(string path)
    {
        try
        {
            using var file = new OpenedFile(path);
            var start = new byte[Math.Min(FileSignature.Length, file.Length)];
            file.Read(0, start);
            if (!IsModel(start) || file.Length > Array.MaxLength)
                return null;
            file.Load(LargePayloads.Find(file));
            return new PlainModel(path, null, file.Bytes);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw ModelDiagnostics.CannotBeRead(path, cause);
        }
    }

    /// <inheritdoc cref="TryOpen(string)"/>
    public static PlainModel? TryOpen(ReadOnlyMemory<byte> content) =>
        IsModel(content.Span[..Math.Min(FileSignature.Length, content.Length)]) ? new PlainModel("model in memory", content, content.Span) : null;

    /// <summary>What diagnostics call it.</summary>
    public string FilePath => _path;

    /// <summary>A path of it: its own, or one in a cache.</summary>
    /// <returns>Null if it is larger than the cache may be.</returns>
    public string? Materialize(ModelCache cache, CancellationToken cancellationToken)
    {
        if (_content is not { } content)
            return Path.GetFullPath(_path);
        RequireOneFile();
        var key = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        return cache.Find(key) ?? cache.Add(key, Length, folder => MovedTensors.Write(_path, content.Span, folder), cancellationToken);
    }

    /// <exception cref="Diagnostics.CompressException">CT3202 to CT3204, CT3206.</exception>
    public InferenceSession CreateSession(SessionOptions? options)
    {
        if (_content is not null)
            RequireOneFile();
        return SessionFactory.Guarded(_path, Length, () =>
        {
            using var defaults = options is null ? new SessionOptions() : null;
            return _content is { } content
                ? new InferenceSession(content.ToArray(), options ?? defaults!)
                : new InferenceSession(_path, options ?? defaults!);
        });
    }

    /// <summary>Copies the model, and its external data files.</summary>
    public void CopyTo(string path, bool overwrite, int? alignment, CancellationToken cancellationToken)
    {
        if (_externals.Count > 0 && alignment is not null)
            throw new NotSupportedException("The external data of a model that is not compressed can be copied, and not be laid out anew.");
        if (_content is not null)
            RequireOneFile();
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        using var files = new FileTransaction([Path.GetFullPath(path), .. _externals.Select(name => Path.Combine(folder, name))], overwrite, _path);
        using (var target = files.Create(0))
            WriteMain(target);
        foreach (var (index, name) in _externals.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var target = files.Create(index + 1);
            var external = ExternalLocation.Resolve(_path, name);
            DiskFile.Require(external);
            using var source = File.OpenRead(external);
            source.CopyTo(target);
        }

        files.Commit(cancellationToken);
    }

    /// <exception cref="Diagnostics.CompressException">CT3206: the model has other files.</exception>
    public void CopyTo(Stream stream)
    {
        RequireOneFile();
        WriteMain(stream);
    }

    private static bool IsModel(ReadOnlySpan<byte> start)
    {
        var magic = ArtifactFormat.Magic[..Math.Min(start.Length, ArtifactFormat.Magic.Length)];
        return !start.StartsWith(magic) && FileSignature.IsModel(start);
    }

    private void WriteMain(Stream stream)
    {
        if (_content is { } content)
        {
            stream.Write(content.Span);
            return;
        }

        using var source = File.OpenRead(_path);
        source.CopyTo(stream);
    }

    private void RequireOneFile()
    {
        if (_externals.Count > 0)
            throw RuntimeDiagnostics.OtherFiles(_path, _externals[0]);
    }
}
