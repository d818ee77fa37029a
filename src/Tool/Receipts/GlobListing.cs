using System.Text;
using System.Text.RegularExpressions;

namespace CompressTasks.Tool.Receipts;

/// <summary>The names of the files that a glob of the spec finds, as a digest: it changes when a file starts or ceases to match.</summary>
/// <remarks>Only has to notice every change, so it ignores case and may see a little more than the spec's own matcher does.</remarks>
internal static class GlobListing
{
    private static readonly char[] _separators = ['/', '\\'];
    private static readonly char[] _wildcards = ['*', '?'];

    /// <param name="folder">The folder that the pattern is relative to.</param>
    /// <param name="pattern">Segments with <c>*</c> and <c>?</c>, and <c>**</c> for any number of folders.</param>
    public static string Digest(string folder, string pattern)
    {
        var segments = pattern.Split(_separators, StringSplitOptions.RemoveEmptyEntries);
        var isRooted = Path.IsPathRooted(pattern);
        var fixedCount = segments.TakeWhile(s => s.IndexOfAny(_wildcards) < 0).Count();
        var prefix = string.Join("/", segments.Take(fixedCount));
        if (isRooted && pattern[0] is '/' or '\\')
            prefix = "/" + prefix;

        var names = new List<string>();
        var wild = segments.Skip(fixedCount).ToList();
        var depth = wild.Contains("**") ? int.MaxValue : wild.Count;
        Collect(new DirectoryInfo(Path.Combine(folder, prefix)), "", depth, ToRegex(wild), names);
        names.Sort(StringComparer.Ordinal);
        return Receipts.Digest.Of(string.Join("\n", names));
    }

    private static void Collect(DirectoryInfo folder, string relative, int depth, Regex pattern, List<string> names)
    {
        if (!folder.Exists)
            return;
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            var name = relative + entry.Name;
            if (entry is not DirectoryInfo child)
            {
                if (pattern.IsMatch(name))
                    names.Add(name);
            }
            else if (depth > 1 && (child.Attributes & FileAttributes.ReparsePoint) == 0)
            {
                // Folder links are left out: they may lead back up.
                Collect(child, name + "/", depth - 1, pattern, names);
            }
        }
    }

    private static Regex ToRegex(List<string> segments)
    {
        var text = new StringBuilder("^");
        for (var i = 0; i < segments.Count; i++)
        {
            var isLast = i == segments.Count - 1;
            text.Append((segments[i], isLast) switch
            {
                ("**", true) => ".*",
                ("**", false) => "(?:[^/]+/)*",
                ("*.*", true) => "[^/]*",
                var (segment, _) => Regex.Escape(segment).Replace(@"\*", "[^/]*").Replace(@"\?", "[^/]"),
            });
            if (!isLast && segments[i] != "**")
                text.Append('/');
        }

        return new Regex(text.Append('$').ToString(), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }
}
