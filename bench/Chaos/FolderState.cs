using System.Security.Cryptography;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>
/// The files of a folder by the digests of their contents. Temporary files are apart, and so is what only says whether a later run has something to
/// do: receipts and records, which count for nothing where they do not fit.
/// </summary>
internal sealed class FolderState
{
    private readonly Dictionary<string, string> _files;

    private FolderState(Dictionary<string, string> files) => _files = files;

    public static FolderState Of(string folder) => new(Directory.Exists(folder)
        ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(IsOutput)
            .ToDictionary(path => Path.GetRelativePath(folder, path), Digest, StringComparer.Ordinal)
        : []);

    /// <summary>The temporary files in a folder and below it.</summary>
    public static IReadOnlyList<string> TemporaryIn(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*.tmp", SearchOption.AllDirectories) : [];

    public static bool IsOutput(string path) => Path.GetExtension(path) is not (".tmp" or ".receipt" or ".outputs" or ".record" or ".lock");

    public bool IsSame(FolderState other) => _files.Count == other._files.Count && IsPartOf(other);

    /// <summary>Whether nothing is missing but files that may be away.</summary>
    public bool IsSameWithout(FolderState whole, Func<string, bool> mayBeAway) =>
        IsPartOf(whole) && whole._files.Keys.All(name => _files.ContainsKey(name) || mayBeAway(name));

    public override string ToString() =>
        string.Join(", ", _files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Key} {file.Value[..8]}"));

    private bool IsPartOf(FolderState whole) => _files.All(file => whole._files.TryGetValue(file.Key, out var digest) && digest == file.Value);

    private static string Digest(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
