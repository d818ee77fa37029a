using System.Runtime.InteropServices;

namespace CompressTasks.Memory;

/// <summary>The heap of native code, of which ONNX Runtime takes what its runs need: glibc keeps what was freed, several hundred megabytes.</summary>
internal static partial class NativeHeap
{
    /// <summary>
    /// Below this, memory is not worth that the next session asks for it again: of a model of 10 MB that was a thirtieth of compression.
    /// </summary>
    private const long LeastWorth = 512 << 20;

    private static bool _canTrim = OperatingSystem.IsLinux();

    /// <summary>Gives to the system what was freed, where the C library knows how and the process has much.</summary>
    public static void Trim()
    {
        if (!_canTrim || Environment.WorkingSet < LeastWorth)
            return;
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl keeps nothing.
            _canTrim = false;
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint kept);
}
