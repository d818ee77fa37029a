using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace CompressTasks.Tool.OnnxRuntimes;

/// <summary>
/// Which versions of ONNX Runtime go together: a managed assembly works with native libraries of its own release (1.X) and of later ones.
/// </summary>
internal static class OnnxRuntimeVersion
{
    /// <summary>The oldest release whose managed assembly is taken in place of the tool's own.</summary>
    public const int OldestRelease = 18;

    /// <summary>The version that the tool was built with.</summary>
    public static string OfTool { get; } =
        typeof(OnnxRuntimeVersion).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == nameof(OnnxRuntimeVersion)).Value!;

    public static int ReleaseOfTool { get; } = Release(OfTool) ?? throw new InvalidOperationException(OfTool);

    /// <summary>X of 1.X.Y, or null.</summary>
    public static int? Release(string version) =>
        version.Split('.') is ["1", var release, ..] && int.TryParse(release, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>What a native library says of itself, or null: it is none of ONNX Runtime.</summary>
    public static string? OfNative(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var export))
            return null;
        // OrtApiBase: the functions GetApi and GetVersionString.
        var apiBase = Marshal.GetDelegateForFunctionPointer<PointerGetter>(export)();
        return Marshal.PtrToStringUTF8(Marshal.GetDelegateForFunctionPointer<PointerGetter>(Marshal.ReadIntPtr(apiBase, IntPtr.Size))());
    }

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate nint PointerGetter();
}
