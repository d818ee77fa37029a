namespace CompressTasks.Compression.Starting;

/// <summary>Samples that lie beside a model, by their names; paths are relative to the spec's folder.</summary>
/// <param name="Judging">What only the gate may take.</param>
/// <param name="Any">What the gate takes first, and calibration where there is more of it.</param>
/// <param name="Calibrating">What only calibration may take.</param>
internal sealed record SampleFiles(IReadOnlyList<string> Judging, IReadOnlyList<string> Any, IReadOnlyList<string> Calibrating)
{
    private const string TestData = "test_data_set_*";

    /// <summary>
    /// <c>validation*.npz</c> judges and <c>calibration*.npz</c> calibrates; <c>NAME.npz</c>, <c>samples*.npz</c> and ONNX's test data are for
    /// both. Each in ordinal order.
    /// </summary>
    public static SampleFiles Beside(string modelPath, string specFolder)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
        var own = Path.Combine(folder, Path.GetFileNameWithoutExtension(modelPath) + ".npz");
        return new(
            Relative(Named("validation*.npz")),
            Relative(new[] { own }.Where(File.Exists)
                .Concat(Named("samples*.npz"))
                .Concat(Directory.EnumerateDirectories(folder, TestData).Take(1).Select(_ => Path.Combine(folder, TestData)))),
            Relative(Named("calibration*.npz")));

        IEnumerable<string> Named(string pattern) =>
            Directory.EnumerateFiles(folder, pattern).Where(path => path != own).Order(StringComparer.Ordinal);

        IReadOnlyList<string> Relative(IEnumerable<string> paths) =>
            [.. paths.Select(path => Path.GetRelativePath(specFolder, path).Replace('\\', '/'))];
    }

    /// <summary>What to put there.</summary>
    public static string Expected => "validation.npz (and calibration.npz, of other data)";
}
