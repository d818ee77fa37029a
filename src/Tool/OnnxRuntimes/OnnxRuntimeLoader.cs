using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using CompressTasks.IO;

namespace CompressTasks.Tool.OnnxRuntimes;

/// <summary>
/// Loads ONNX Runtime for the process, once. Packages without native libraries carry the managed assembly in a folder of its own, where the
/// host does not find it, so that one that fits the native library can take its place: a native library refuses managed assemblies of later
/// releases.
/// </summary>
internal static class OnnxRuntimeLoader
{
    private const string AssemblyName = "Microsoft.ML.OnnxRuntime";
    private const string ImportName = "onnxruntime";

    private static nint _native;

    /// <summary>The managed assembly that lies apart; null where the host finds it beside the tool.</summary>
    private static string? ManagedApart { get; } =
        Path.Combine(AppContext.BaseDirectory, "onnxruntime", OnnxRuntimeFiles.ManagedName) is var path && File.Exists(path) ? path : null;

    public static bool IsLoaded { get; private set; }

    /// <summary>Loads what the host finds: beside the tool, or installed in the system.</summary>
    public static bool TryLoadInstalled([NotNullWhen(false)] out string? reason)
    {
        reason = null;
        if (ManagedApart is not null)
            reason = "this package brings none along";
        else if (!NativeLibrary.TryLoad(HostPlatform.LibraryName, Managed(), null, out var native))
            reason = "there is none beside the tool, nor in the system";
        else
            reason = WhyUnfit(native, OnnxRuntimeVersion.ReleaseOfTool, HostPlatform.LibraryName);
        return IsLoaded = reason is null;
    }

    /// <summary>Loads a file.</summary>
    public static bool TryLoad(OnnxRuntimeFiles files, [NotNullWhen(false)] out string? reason)
    {
        nint native;
        try
        {
            DiskFile.Require(files.Native);
            if (NativeFile.IsCutShort(files.Native))
            {
                reason = $"{files.Native} is cut short";
                return false;
            }

            native = NativeLibrary.Load(files.Native);
        }
        catch (IOException e)
        {
            reason = e.Message;
            return false;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            reason = $"{files.Native} cannot be loaded";
            return false;
        }

        reason = WhyUnfit(native, OnnxRuntimeVersion.ReleaseOfTool, files.Native);
        if (reason is null)
            Use(native, ManagedApart);
        else if (ManagedApart is not null && files.Managed is not null && IsManaged(files.Managed)
            && WhyUnfit(native, OnnxRuntimeVersion.OldestRelease, files.Native) is null)
            Use(native, files.Managed);
        else
            return false;
        reason = null;
        return IsLoaded = true;
    }

    /// <summary>Whether a file is what its name says: what lies beside an old native library may be anything.</summary>
    internal static bool IsManaged(string path)
    {
        try
        {
            return System.Reflection.AssemblyName.GetAssemblyName(path).Name == AssemblyName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            return false;
        }
    }

    private static string? WhyUnfit(nint native, int oldest, string path) =>
        OnnxRuntimeVersion.OfNative(native) is not { } version ? $"{path} is no library of ONNX Runtime"
        : OnnxRuntimeVersion.Release(version) < oldest
            ? string.Create(CultureInfo.InvariantCulture, $"{path} is version {version}, and 1.{oldest} is the oldest that will do")
        : null;

    private static void Use(nint native, string? managed)
    {
        _native = native;
        if (managed is null)
        {
            NativeLibrary.SetDllImportResolver(Managed(), Resolve);
            return;
        }

        AssemblyLoadContext.Default.Resolving += (context, name) =>
        {
            if (name.Name != AssemblyName)
                return null;
            var assembly = context.LoadFromAssemblyPath(managed);
            NativeLibrary.SetDllImportResolver(assembly, Resolve);
            return assembly;
        };
    }

    private static Assembly Managed() => Assembly.Load(AssemblyName);

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? searchPath) => library == ImportName ? _native : 0;
}
