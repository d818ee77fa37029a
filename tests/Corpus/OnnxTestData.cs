namespace CompressTasks.Corpus;

/// <summary>The ONNX project's own backend test models, from Debian's package <c>libonnx-testdata</c>.</summary>
public static class OnnxTestData
{
    private const string Folder = "/usr/share/libonnx-testdata";

    /// <summary>Why tests that need the models cannot run on this machine, or null when they can.</summary>
    public static string? NotInstalledReason { get; } =
        Directory.Exists(Folder) ? null : $"{Folder} does not exist: install the Debian package libonnx-testdata (.ci/run does).";

    /// <summary>Every <c>.onnx</c> file of the package in ordinal order; empty when it is not installed.</summary>
    public static IReadOnlyList<string> Models { get; } =
        NotInstalledReason is null
            ? [.. Directory.EnumerateFiles(Folder, "*.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];
}
