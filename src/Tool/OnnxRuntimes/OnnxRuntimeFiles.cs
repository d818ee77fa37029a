namespace CompressTasks.Tool.OnnxRuntimes;

/// <summary>A native library of ONNX Runtime, and the managed assembly of the same release where that is there.</summary>
/// <param name="Native">Full path.</param>
/// <param name="Managed">Full path; null for the tool's own.</param>
internal sealed record OnnxRuntimeFiles(string Native, string? Managed)
{
    public const string ManagedName = "Microsoft.ML.OnnxRuntime.dll";
}
