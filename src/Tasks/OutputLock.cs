namespace CompressTasks.Tasks;

/// <summary>
/// Lets one build at a time write to a folder, on this machine. The system gives the lock back when the process ends, however it ends.
/// </summary>
internal sealed class OutputLock : IDisposable
{
    private const string FileName = "compress.lock";
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsLockViolation = unchecked((int)0x80070021);
    private const int LinuxTryAgain = 11;
    private const int MacTryAgain = 35;
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _file;

    private OutputLock(FileStream file) => _file = file;

    public static string PathIn(string folder) => Path.Combine(folder, FileName);

    /// <summary>Waits until the lock is free.</summary>
    /// <param name="folder">Is created if it does not exist.</param>
    /// <param name="waiting">Called once if another process has the lock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public static OutputLock Acquire(string folder, Action waiting, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        for (var attempt = 0; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                // The file stays: if it were deleted, one process could lock the old file and another a new one of the same name.
                return new OutputLock(new FileStream(PathIn(folder), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException exception) when (exception.HResult is WindowsSharingViolation or WindowsLockViolation or LinuxTryAgain or MacTryAgain)
            {
                if (attempt == 0)
                    waiting();
                cancellationToken.WaitHandle.WaitOne(_interval);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
