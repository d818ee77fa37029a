using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace CompressTasks.IO;

/// <summary>
/// Lets one thread of one process at a time exchange files of a folder. The system gives the lock back when the process ends, however it ends, and no file
/// is made for it: on Unix the folder itself is locked, on Windows a name that is made of its path.
/// </summary>
internal sealed partial class FolderLock : IDisposable
{
    private const int Exclusive = 2;
    private const int DoNotBlock = 4;
    private const int Interrupted = 4;

    /// <summary>Files are exchanged in milliseconds. Whoever is stopped meanwhile does not stop all others for ever.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(2);

    private readonly SafeFileHandle? _folder;
    private readonly Mutex? _mutex;

    private FolderLock(SafeFileHandle? folder, Mutex? mutex) => (_folder, _mutex) = (folder, mutex);

    /// <summary>Waits until nobody else has the lock. File systems that know no locks are used without.</summary>
    /// <exception cref="IOException">Another process has it for a minute.</exception>
    /// <exception cref="OperationCanceledException">
    /// It was cancelled while another process had it. A lock that is free is given all the same.
    /// </exception>
    public static FolderLock Acquire(string folder, CancellationToken cancellationToken) =>
        OperatingSystem.IsWindows() ? AcquireName(folder, cancellationToken) : AcquireFolder(folder, cancellationToken);

    /// <summary>The lock of a folder, where it can be had at once; null where somebody has it, and where there is none, as on Windows.</summary>
    public static FolderLock? TryAcquire(string folder)
    {
        if (OperatingSystem.IsWindows())
            return null;
        var handle = DiskFile.OpenFolder(folder);
        if (!handle.IsInvalid && Lock(handle, Exclusive | DoNotBlock) == 0)
            return new(handle, null);
        handle.Dispose();
        return null;
    }

    public void Dispose()
    {
        _folder?.Dispose();
        _mutex?.ReleaseMutex();
        _mutex?.Dispose();
    }

    private static FolderLock AcquireFolder(string folder, CancellationToken cancellationToken)
    {
        var handle = DiskFile.OpenFolder(folder);
        for (var clock = Stopwatch.StartNew(); !handle.IsInvalid && Lock(handle, Exclusive | DoNotBlock) != 0;)
        {
            if (!(Marshal.GetLastPInvokeError() == Interrupted || IsTaken(Marshal.GetLastPInvokeError())))
                break;
            if (clock.Elapsed > _patience || cancellationToken.WaitHandle.WaitOne(_interval))
            {
                handle.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
                throw Busy(folder);
            }
        }

        return new(handle, null);
    }

    private static FolderLock AcquireName(string folder, CancellationToken cancellationToken)
    {
        var path = Encoding.UTF8.GetBytes((RealPath.Of(folder) ?? folder).ToUpperInvariant());
        var mutex = new Mutex(initiallyOwned: false, $@"Global\CompressTasks-{Convert.ToHexString(SHA256.HashData(path))}");
        try
        {
            if (mutex.WaitOne(TimeSpan.Zero) || WaitHandle.WaitAny([mutex, cancellationToken.WaitHandle], _patience) == 0)
                return new(null, mutex);
        }
        catch (AbandonedMutexException)
        {
            // Whoever had it has ended without giving it back.
            return new(null, mutex);
        }

        mutex.Dispose();
        cancellationToken.ThrowIfCancellationRequested();
        throw Busy(folder);
    }

    /// <summary>EWOULDBLOCK.</summary>
    private static bool IsTaken(int error) => error == (OperatingSystem.IsLinux() ? 11 : 35);

    private static IOException Busy(string folder) => new($"another process has been changing files of '{folder}' for a minute");

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
