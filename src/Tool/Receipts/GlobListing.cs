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
        Collect(new DirectoryInfo(Path.Combine(folder, prefix)), "", depth, wild, names);
        names.Sort(StringComparer.Ordinal);
        return Receipts.Digest.Of(string.Join("\n", names));
    }

    private static void Collect(DirectoryInfo folder, string relative, int depth, List<string> pattern, List<string> names)
    {
        if (!folder.Exists)
            return;
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            var name = relative + entry.Name;
            if (entry is not DirectoryInfo child)
            {
                if (IsMatch(pattern, name.Split('/')))
                    names.Add(name);
            }
            else if (depth > 1 && (child.Attributes & FileAttributes.ReparsePoint) == 0)
            {
                // Folder links are left out: they may lead back up.
                Collect(child, name + "/", depth - 1, pattern, names);
            }
        }
    }

    /// <summary>Whether a path below the folder matches. Takes time in proportion to both lengths at most: a glob is anybody's.</summary>
    private static bool IsMatch(List<string> pattern, string[] parts)
    {
        // reached[i]: the segments so far can stand for the first i parts.
        var reached = new bool[parts.Length + 1];
        reached[0] = true;
        for (var s = 0; s < pattern.Count; s++)
        {
            var isLast = s == pattern.Count - 1;
            if (pattern[s] == "**")
            {
                for (var i = 1; i <= parts.Length; i++)
                    reached[i] |= reached[i - 1];
                if (isLast)
                    return true;
                continue;
            }

            for (var i = parts.Length; i > 0; i--)
                reached[i] = reached[i - 1] && ((isLast && pattern[s] == "*.*") || IsMatch(pattern[s], parts[i - 1]));
            reached[0] = false;
        }

        return reached[parts.Length];
    }

    /// <summary>Whether a name matches a segment: <c>*</c> for any characters, <c>?</c> for one.</summary>
    private static bool IsMatch(string segment, string name)
    {
        var (s, n, star, retry) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (s < segment.Length && segment[s] == '*')
                (star, retry) = (s++, n);
            else if (s < segment.Length && (segment[s] == '?' || char.ToUpperInvariant(segment[s]) == char.ToUpperInvariant(name[n])))
                (s, n) = (s + 1, n + 1);
            else if (star >= 0)
                (s, n) = (star + 1, ++retry);
            else
                return false;
        }

        while (s < segment.Length && segment[s] == '*')
            s++;
        return s == segment.Length;
    }
}
