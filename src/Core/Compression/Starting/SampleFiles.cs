namespace CompressTasks.Compression.Starting;

/// <summary>Samples that lie beside a model, by their names.</summary>
internal static class SampleFiles
{
    private const string TestData = "test_data_set_*";

    /// <summary>Relative to the spec's folder: <c>NAME.npz</c>, then <c>samples*.npz</c> in ordinal order, then ONNX's test data.</summary>
    public static IReadOnlyList<string> Beside(string modelPath, string specFolder)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
        var own = Path.Combine(folder, Path.GetFileNameWithoutExtension(modelPath) + ".npz");
        return
        [
            .. new[] { own }.Where(File.Exists)
                .Concat(Directory.EnumerateFiles(folder, "samples*.npz").Order(StringComparer.Ordinal))
                .Concat(Directory.EnumerateDirectories(folder, TestData).Take(1).Select(_ => Path.Combine(folder, TestData)))
                .Distinct()
                .Select(path => Path.GetRelativePath(specFolder, path).Replace('\\', '/')),
        ];
    }

    /// <summary>What to put there.</summary>
    public static string Expected(string modelPath) => $"{Path.GetFileNameWithoutExtension(modelPath)}.npz or samples.npz";
}
