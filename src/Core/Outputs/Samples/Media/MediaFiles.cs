using System.Security.Cryptography;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples.Media;

/// <summary>The files of a spec's pictures or sounds. Each is decoded once to see that it can be, and again when memory does not hold it.</summary>
internal sealed class MediaFiles
{
    /// <summary>Bytes of decoded files that are kept: a search reads its samples many times.</summary>
    private const long KeptBytes = 256 << 20;

    private readonly MediaSamplesSpec _spec;
    private readonly string _folder;
    private readonly Func<string, Array> _decode;
    private readonly List<Array?> _kept = [];

    /// <param name="spec">Has the path or glob.</param>
    /// <param name="folder">What it is relative to.</param>
    /// <param name="decode">Reads a file; <see cref="InvalidDataException"/> where it is damaged.</param>
    /// <exception cref="CompressException">CT1502 or CT1541: there is no such file, or one cannot be read.</exception>
    public MediaFiles(MediaSamplesSpec spec, string folder, Func<string, Array> decode)
    {
        (_spec, _folder, _decode) = (spec, folder, decode);
        Paths = Find();
        var free = KeptBytes;
        for (var i = 0; i < Paths.Count; i++)
        {
            var decoded = Decode(Paths[i]);
            Lengths.Add(decoded.Length);
            free -= Buffer.ByteLength(decoded);
            _kept.Add(free >= 0 ? decoded : null);
        }
    }

    /// <summary>Full paths, in ordinal order.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Elements of each decoded file.</summary>
    public List<int> Lengths { get; } = [];

    public T Read<T>(int file)
        where T : class =>
        (T)(object)(_kept[file] ?? Decode(Paths[file]));

    /// <summary>The path for people.</summary>
    public string Shown(int file) => Shown(Paths[file]);

    /// <summary>Of the files one after the other, lower-case hexadecimal.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Paths)
            hash.AppendData(Reading(path, () => File.ReadAllBytes(path)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Array Decode(string path) => Reading(path, () =>
    {
        DiskFile.Require(path);
        return _decode(path);
    });

    private T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or OverflowException or OutOfMemoryException)
        {
            throw MediaDiagnostics.Unreadable(_spec is ImageSamplesSpec ? "picture" : "sound", Shown(path), error.Message, _spec.At, error);
        }
    }

    private List<string> Find()
    {
        var path = Path.GetFullPath(_spec.Pattern, _folder);
        if (File.Exists(path))
            return [path];
        if (!_spec.IsGlob)
            throw Directory.Exists(path) ? MediaDiagnostics.IsFolder(_spec.Pattern, _spec.At)
                : SampleDiagnostics.NotFound(_spec.Pattern, Path.GetDirectoryName(path)!, _spec.At);
        var glob = new FileGlob(_spec.Pattern, _folder);
        var found = Reading(glob.Root, glob.Match);
        return found.Count > 0 ? found : throw SampleDiagnostics.NothingMatches(_spec.Pattern, glob.Root, _spec.At);
    }

    private string Shown(string path) => Path.GetRelativePath(_folder, path).Replace('\\', '/');
}
