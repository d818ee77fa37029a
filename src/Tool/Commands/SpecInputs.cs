using CompressTasks.Diagnostics;
using CompressTasks.Spec;

namespace CompressTasks.Tool.Commands;

/// <summary>Finds the specs and models that words of the command line stand for.</summary>
internal static class SpecInputs
{
    /// <summary>Taken when nothing is named; the first that is there.</summary>
    public static IReadOnlyList<string> DefaultSpecs { get; } = ["compress.yml", "compress.yaml"];

    public static bool IsModel(string path) => HasExtension(path, ".onnx") || HasExtension(path, ".pb");

    /// <param name="words">Files, folders and globs; none for the spec of the current folder.</param>
    /// <param name="nearestCommand">The command that a word may be a slip of.</param>
    /// <returns>Each file once, in the order of the words; those of a folder or a glob ordinally.</returns>
    /// <exception cref="CompressException">CT5005 or CT5016: there is no such thing.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> words, Func<string, string?> nearestCommand) =>
        words.Count == 0 ? [Default()] : [.. words.SelectMany(word => Find(word, nearestCommand)).DistinctBy(Path.GetFullPath)];

    /// <summary>In one folder, models of one name would write one artifact.</summary>
    /// <exception cref="CompressException">CT5017: there are such models.</exception>
    public static void RequireOwnArtifacts(IReadOnlyList<string> inputs)
    {
        foreach (var same in inputs.Where(IsModel).GroupBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase))
        {
            if (same.ToList() is [var first, var second, ..])
                throw new CompressException(ToolDiagnostics.SameArtifact(first, second));
        }
    }

    private static string Default() => DefaultSpecs.FirstOrDefault(File.Exists)
        ?? throw new CompressException(ToolDiagnostics.NoInput(DefaultSpecs[0], ModelsIn(".").Select(Path.GetFileName).FirstOrDefault()));

    private static IEnumerable<string> Find(string word, Func<string, string?> nearestCommand)
    {
        if (File.Exists(word))
            return !HasExtension(word, ".onnxz") ? [word] : throw new CompressException(ToolDiagnostics.NoSpecOrModel(word, null));
        var models = Directory.Exists(word) ? ModelsIn(word) : word.Contains('*', StringComparison.Ordinal) ? Match(word) : [];
        return models.Count > 0 ? models : throw new CompressException(ToolDiagnostics.NoSpecOrModel(word, nearestCommand(word)));
    }

    private static List<string> ModelsIn(string folder) =>
        [.. Directory.EnumerateFiles(folder).Where(path => HasExtension(path, ".onnx")).Order(StringComparer.Ordinal)];

    private static List<string> Match(string glob) =>
    [
        .. new FileGlob(glob.Replace('\\', '/'), Directory.GetCurrentDirectory()).Match().Where(IsModel)
            .Select(path => Path.IsPathRooted(glob) ? path : Path.GetRelativePath(".", path)),
    ];

    private static bool HasExtension(string path, string extension) =>
        string.Equals(Path.GetExtension(path), extension, StringComparison.OrdinalIgnoreCase);
}
