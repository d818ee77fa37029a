namespace CompressTasks.Tasks;

/// <summary>Where the compressor may take ONNX Runtime from, when a spec makes it run models.</summary>
internal sealed class OnnxRuntimeSource(string? library, string? assetsFile, bool mayRestore)
{
    /// <summary>Full path of the native library or of the folder that holds it; empty to let the compressor search.</summary>
    public string? Library { get; } = library;

    /// <summary>What NuGet has resolved for the project; full path of a file that may not exist.</summary>
    public string? AssetsFile { get; } = assetsFile;

    /// <summary>Whether NuGet may be asked for the package.</summary>
    public bool MayRestore { get; } = mayRestore;
}
