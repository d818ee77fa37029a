using CompressTasks.Diagnostics;
using CompressTasks.Reporting.Writers.Comparison;

namespace CompressTasks.Tool.Commands;

/// <summary>What <c>compare</c> holds against each other: two files, or those of two folders that have the same name.</summary>
/// <param name="AreFolders">Whether folders are compared.</param>
/// <param name="Both">Paths.</param>
/// <param name="OnlyBaseline">Files, by their paths in the folder, that only the baseline has.</param>
/// <param name="OnlyCandidate">Files that only the candidate has.</param>
internal sealed record ComparedFolders(bool AreFolders, IReadOnlyList<(string Baseline, string Candidate)> Both, IReadOnlyList<string> OnlyBaseline,
    IReadOnlyList<string> OnlyCandidate)
{
    /// <summary>A report says more than what is beside it.</summary>
    private static readonly string[] _extensions = [".report.json", ".onnxz", ".onnx"];

    /// <exception cref="CompressException">CT5019 or CT5020: one is no folder, or has nothing to compare.</exception>
    public static ComparedFolders Pair(string baseline, string candidate)
    {
        if (!Directory.Exists(baseline) && !Directory.Exists(candidate))
            return new(false, [(baseline, candidate)], [], []);
        var (old, now) = (In(baseline, candidate), In(candidate, baseline));
        return new(true, [.. old.Keys.Where(now.ContainsKey).Select(name => (old[name], now[name]))], Only(old, now, baseline),
            Only(now, old, candidate));
    }

    private static IReadOnlyList<string> Only(SortedDictionary<string, string> files, SortedDictionary<string, string> others, string folder) =>
        [.. files.Where(file => !others.ContainsKey(file.Key)).Select(file => Path.GetRelativePath(folder, file.Value).Replace('\\', '/'))];

    private static SortedDictionary<string, string> In(string folder, string other)
    {
        if (!Directory.Exists(folder))
            throw new CompressException(ToolDiagnostics.FolderBesideFile(other, folder));
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var extension in _extensions)
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*" + extension, SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(folder, path)[..^extension.Length].Replace('\\', '/');
                if (!found.ContainsKey(name) && ComparisonReader.CanRead(path))
                    found.Add(name, path);
            }
        }

        return found.Count > 0 ? found : throw new CompressException(ToolDiagnostics.NothingToCompare(folder));
    }
}
