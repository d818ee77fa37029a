using System.Runtime.InteropServices;

namespace CompressTasks.Tool.OnnxRuntimes;

/// <summary>The machine that runs the tool, whatever the project is built for.</summary>
internal static class HostPlatform
{
    /// <summary>The platform as packages name it: <c>linux-x64</c>, <c>linux-musl-x64</c>, …</summary>
    public static string RuntimeIdentifier { get; } =
        $"{OperatingSystemName()}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>The file name that ONNX Runtime's native library has here.</summary>
    public static string LibraryName { get; } =
        OperatingSystem.IsWindows() ? "onnxruntime.dll" : OperatingSystem.IsMacOS() ? "libonnxruntime.dylib" : "libonnxruntime.so";

    private static string OperatingSystemName() =>
        OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : IsMusl() ? "linux-musl" : "linux";

    private static bool IsMusl() =>
        RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)
        || RuntimeInformation.RuntimeIdentifier.StartsWith("alpine", StringComparison.Ordinal);
}
