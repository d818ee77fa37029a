using Microsoft.Extensions.FileSystemGlobbing;

namespace CompressTasks.Spec;

/// <summary>A pattern of a spec with wildcards that stands for files.</summary>
internal sealed class FileGlob
{
    private readonly string _wild;

    /// <param name="pattern">Segments between slashes, at least one of which has a wildcard.</param>
    /// <param name="folder">What the pattern is relative to.</param>
    public FileGlob(string pattern, string folder)
    {
        // The folders before the first wildcard are an ordinary path, which may be absolute or lead upwards.
        var segments = pattern.Split('/');
        var literal = segments.TakeWhile(segment => !segment.Contains('*', StringComparison.Ordinal)).Count();
        Root = Path.GetFullPath(string.Concat(segments.Take(literal).Select(segment => segment + '/')), folder);
        _wild = string.Join('/', segments.Skip(literal));
    }

    /// <summary>The folder that is searched; full path.</summary>
    public string Root { get; }

    /// <summary>Full paths in ordinal order. Letters differ by case on every system: the same spec means the same files everywhere.</summary>
    /// <exception cref="IOException">The folder cannot be searched.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be.</exception>
    public List<string> Match() =>
        Directory.Exists(Root)
            ? [.. new Matcher(StringComparison.Ordinal).AddInclude(_wild).GetResultsInFullPath(Root).Select(Path.GetFullPath)
                .Order(StringComparer.Ordinal)] : [];
}
