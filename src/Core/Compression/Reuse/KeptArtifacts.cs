using System.Security.Cryptography;
using CompressTasks.IO;
using CompressTasks.Spec;

namespace CompressTasks.Compression.Reuse;

/// <summary>Finds artifacts that need not be made again. A record counts only together with the very artifact that it is of.</summary>
internal static class KeptArtifacts
{
    /// <summary>From <c>obj</c> to the folder of a model of an item: <c>obj/Debug/compress/compress.NAME-1a2b3c4d/models/large</c>, and some more.</summary>
    private const int Depth = 8;

    /// <summary>Looks beside the artifact's place, then in other folders.</summary>
    /// <param name="artifactKey">What the artifact must have been made from and by.</param>
    /// <param name="artifactPath">Its place.</param>
    /// <param name="pending">Gets a copy of an artifact that is elsewhere, until its reports are there too.</param>
    /// <param name="folders">Where else there may be records.</param>
    /// <returns>The record of the artifact and where that is, in its place or as a copy; null when there is none.</returns>
    public static (ArtifactRecord Record, string Path)? Find(string artifactKey, string artifactPath, PendingArtifact pending,
        IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        var own = RecordFile.PathOf(artifactPath);
        if (RecordFile.Read(own, artifactKey) is { } record && IsThere(artifactPath, record))
            return (record, artifactPath);
        foreach (var path in folders.SelectMany(Records).Where(path => path != own))
        {
            if (RecordFile.Read(path, artifactKey) is { } other && Copy(path[..^RecordFile.Extension.Length], pending, other, cancellationToken))
                return (other, pending.Path);
        }

        return null;
    }

    /// <summary>Where a file is that was made with an artifact.</summary>
    public static string PathBeside(string artifactPath, RecordedFile file) =>
        Path.Combine(Path.GetDirectoryName(artifactPath)!, Path.GetFileName(file.Name));

    /// <summary>Records what was measured. What nobody can rely on has no record.</summary>
    /// <param name="keys">What it depends on.</param>
    /// <param name="measured">What was measured.</param>
    /// <param name="artifactPath">The artifact, which is there.</param>
    /// <param name="beside">What was made with it, in the same folder.</param>
    /// <param name="samples">On which a graph was rewritten, relative to the spec's folder.</param>
    /// <param name="inputs">The files that the run has read.</param>
    /// <param name="started">When it began, UTC: of a file that was written to since, nobody knows which content was used.</param>
    /// <returns>The path of the record, or null.</returns>
    public static string? Keep(ReuseKeys keys, Measurements measured, string artifactPath, IReadOnlyList<string> beside,
        IReadOnlyList<string> samples, IEnumerable<string> inputs, DateTime started, CancellationToken cancellationToken)
    {
        var path = RecordFile.PathOf(artifactPath);

        // Of several files of one model there is one digest only.
        var isInParts = beside.Count > 0 && Path.GetExtension(artifactPath) == ArtifactName.ModelExtension;
        var hasBlindSearch = measured.Artifact.Search is not null
            && measured.Metrics is { } metrics && metrics.Any(metric => metric.Failure is not null);
        try
        {
            if (keys.Artifact is null || hasBlindSearch || isInParts || inputs.Any(input => File.GetLastWriteTimeUtc(input) >= started))
            {
                File.Delete(path);
                return null;
            }

            var record = ArtifactRecord.Of(keys, measured) with
            {
                Beside = [.. beside.Select(file => new RecordedFile(Path.GetFileName(file), FileDigest.Of(file)))],
                Samples = samples,
            };
            RecordFile.Write(path, record, cancellationToken);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The artifact is in its place, and the next run makes it again: a record that was there is of another one.
            return null;
        }
    }

    private static IEnumerable<string> Records(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = Depth };
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(Path.GetFullPath(folder), $"*{ArtifactName.ModelExtension}*{RecordFile.Extension}", options)
                .Order(StringComparer.Ordinal) : [];
    }

    private static bool IsThere(string artifactPath, ArtifactRecord record)
    {
        try
        {
            return IsFile(artifactPath, record.Artifact.Sha256)
                && record.Beside.All(file => IsFile(PathBeside(artifactPath, file), file.Sha256));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsFile(string path, string sha256) => File.Exists(path) && FileDigest.Of(path) == sha256;

    /// <summary>Whoever replaces the other artifact meanwhile does it under another name: what was opened stays what it was.</summary>
    private static bool Copy(string from, PendingArtifact pending, ArtifactRecord record, CancellationToken cancellationToken)
    {
        try
        {
            if (!File.Exists(from))
                return false;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(pending.Path))!);
            DiskFile.Require(from);
            using var source = File.OpenRead(from);
            using var copy = new ReplacedFile(pending.Path);
            source.CopyTo(copy.Stream);
            copy.Stream.Position = 0;
            if (Convert.ToHexStringLower(SHA256.HashData(copy.Stream)) != record.Artifact.Sha256)
                return false;
            copy.Commit(overwrite: false, cancellationToken);
            pending.Hold();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Then it is made, or that fails and says why.
            return false;
        }
    }
}
