using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CompressTasks.IO;

/// <summary>What .NET does not do with files: it keeps to itself that the disk did not take one (.NET 10), and waits at pipes.</summary>
internal static partial class DiskFile
{
    /// <summary>Has a file written to the disk.</summary>
    /// <exception cref="IOException">The disk did not take all of it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be opened.</exception>
    public static void Sync(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (OperatingSystem.IsWindows())
            RandomAccess.FlushToDisk(file);
        else if (SyncNative(file) != 0)
            throw new IOException($"the disk does not take it: {Problem()}");
    }

    /// <summary>Has a folder's new names written. Windows does it by itself; some file systems of Unix cannot, and need not be told.</summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = OpenFolder(path);
        if (!folder.IsInvalid && SyncNative(folder) != 0 && Marshal.GetLastPInvokeError() is NoSpace or InputOutput)
            throw new IOException($"the folder '{path}' cannot be written to the disk: {Problem()}");
    }

    /// <summary>Opens a folder of Unix itself; the handle is invalid where that cannot be.</summary>
    public static SafeFileHandle OpenFolder(string path) => Open(path, Flags.CloseOnExecute);

    /// <summary>
    /// Makes sure that a path is no pipe, socket or device: whoever opens one waits for somebody to write, and reads for ever. Only files can be read
    /// from any place on: devices of characters stay at their beginning.
    /// </summary>
    /// <exception cref="IOException">It is one.</exception>
    public static void Require(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var file = Open(path, Flags.NonBlocking | Flags.CloseOnExecute);

        // What cannot be opened says why when it is opened in earnest.
        if (!file.IsInvalid && Seek(file, 1, Beginning) is var place && (place == 0 || (place < 0 && Marshal.GetLastPInvokeError() == IllegalSeek)))
            throw new IOException($"'{Path.GetFileName(path)}' is a pipe or a device, not a file");
    }

    /// <summary>Gives a file no reader that another one does not have: what is made of a secret is one.</summary>
    public static void Restrict(string path, string like)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(like))
            return;
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var mode = File.GetUnixFileMode(path);
        var restricted = mode & (File.GetUnixFileMode(like) | Own);
        if (restricted != mode)
            File.SetUnixFileMode(path, restricted);
    }

    private const int Beginning = 0;
    private const int InputOutput = 5;
    private const int NoSpace = 28;
    private const int IllegalSeek = 29;

    private static class Flags
    {
        public static int NonBlocking => OperatingSystem.IsLinux() ? 0x800 : 0x4;

        public static int CloseOnExecute => OperatingSystem.IsLinux() ? 0x80000 : 0x1000000;
    }

    private static string Problem() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncNative(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial nint Seek(SafeFileHandle file, nint offset, int whence);
}
