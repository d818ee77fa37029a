namespace CompressTasks.IO;

/// <summary>
/// Puts several whole files into their places as one. An error puts back what was there. A process that is killed meanwhile leaves no file that refers to
/// another one, such as a model to its external data or a report to its artifact, beside one that it was not written for: such files are out of the way
/// while the others change. What is left of it is removed by whoever writes a file of that name next.
/// </summary>
/// <param name="like">A file whose readers are those that the new ones may have; null for anybody whom the system lets.</param>
internal sealed class FileSwap(string? like = null)
{
    private readonly List<SwappedFile> _files = [];

    /// <param name="temporary">Where the file is, whole.</param>
    /// <param name="target">Its place, in the same folder.</param>
    /// <param name="refers">Whether it says something about one that does not.</param>
    public void Add(string temporary, string target, bool refers) => _files.Add(new(temporary, target, refers));

    /// <param name="overwrite">Whether there may be files in these places.</param>
    /// <exception cref="FileNotWrittenException">A file cannot be put into its place, or not be written to the disk.</exception>
    /// <exception cref="IOException">A folder cannot be.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled while another process changed files there. Nothing has changed.</exception>
    public void Commit(bool overwrite, CancellationToken cancellationToken = default)
    {
        foreach (var file in _files)
        {
            Naming(file.Target, () =>
            {
                if (like is not null)
                    DiskFile.Restrict(file.Temporary, like);
                DiskFile.Sync(file.Temporary);
            });
        }

        // A pipe in the place of a file keeps whoever opens it waiting.
        foreach (var file in _files.Where(file => File.Exists(file.Target)))
            Naming(file.Target, () => DiskFile.Require(file.Target));

        // What two processes exchange at the same time would be of both in the end.
        var folders = _files.Select(file => Path.GetDirectoryName(Path.GetFullPath(file.Target))!).Distinct().Order(StringComparer.Ordinal).ToList();
        using var locks = new FolderLocks(folders, cancellationToken);
        using var replaced = new ReplacedFiles();
        try
        {
            foreach (var file in _files.Where(file => file.Refers && overwrite && _files.Count > 1))
                Naming(file.Target, () => replaced.MoveAway(file.Target));
            foreach (var file in _files.Where(file => !file.Refers).Concat(_files.Where(file => file.Refers)))
                Naming(file.Target, () => replaced.Put(file.Temporary, file.Target, overwrite, isOnlyOne: _files.Count == 1));
            folders.ForEach(DiskFile.SyncFolder);
        }
        catch
        {
            replaced.Undo();
            throw;
        }

        replaced.Forget();
        foreach (var file in _files)
            ReplacedFile.RemoveLeftovers(file.Target);
    }

    private static void Naming(string target, Action use)
    {
        try
        {
            use();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FileNotWrittenException(target, error);
        }
    }

    /// <summary>In the order of their names, so that no two wait for each other.</summary>
    private sealed class FolderLocks : IDisposable
    {
        private readonly Stack<FolderLock> _locks = new();

        public FolderLocks(IEnumerable<string> folders, CancellationToken cancellationToken)
        {
            try
            {
                foreach (var folder in folders)
                    _locks.Push(FolderLock.Acquire(folder, cancellationToken));
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            while (_locks.TryPop(out var held))
                held.Dispose();
        }
    }

    /// <summary>What was there before, under other names.</summary>
    private sealed class ReplacedFiles : IDisposable
    {
        private readonly List<SwappedFile> _kept = [];
        private readonly Stack<Action> _undo = new();
        private readonly List<IDisposable> _held = [];

        public void MoveAway(string target)
        {
            if (!File.Exists(target))
                return;
            var kept = Keep(target);
            File.Move(target, kept);
            _undo.Push(() => File.Move(kept, target, overwrite: true));
        }

        public void Put(string temporary, string target, bool overwrite, bool isOnlyOne)
        {
            if (isOnlyOne)
            {
                File.Move(temporary, target, overwrite);
                return;
            }

            if (overwrite && File.Exists(target))
                Replace(temporary, target);
            else
            {
                File.Move(temporary, target);
                _undo.Push(() => File.Delete(target));
            }
        }

        public void Undo()
        {
            while (_undo.TryPop(out var step))
            {
                try
                {
                    step();
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // The others are put back all the same; what led here is said.
                }
            }

            // A step that failed may have made a second name before it did.
            Release();
            _kept.Where(file => File.Exists(file.Target)).ToList().ForEach(file => ReplacedFile.Remove(file.Temporary));
        }

        public void Forget()
        {
            Release();
            _kept.ForEach(file => ReplacedFile.Remove(file.Temporary));
        }

        public void Dispose() => Release();

        private void Replace(string temporary, string target)
        {
            var kept = Keep(target);
            try
            {
                // In one step, with a second name for what was there.
                File.Replace(temporary, target, kept);
            }
            catch (Exception error) when (error is IOException or PlatformNotSupportedException && File.Exists(temporary) && File.Exists(target))
            {
                // Not every file system gives a file two names.
                ReplacedFile.Remove(kept);
                File.Move(target, kept);
                _undo.Push(() => File.Move(kept, target, overwrite: true));
                File.Move(temporary, target);
                return;
            }

            _undo.Push(() => File.Move(kept, target, overwrite: true));
        }

        /// <summary>A name for it, held so that nobody takes it for what a dead process has left.</summary>
        private string Keep(string target)
        {
            var kept = ReplacedFile.TemporaryPathFor(target);
            _kept.Add(new(kept, target, Refers: false));
            try
            {
                _held.Add(File.OpenHandle(target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            }
            catch (FileNotFoundException)
            {
                // A link that leads nowhere is replaced as others are; nobody can hold it.
            }

            return kept;
        }

        private void Release()
        {
            _held.ForEach(handle => handle.Dispose());
            _held.Clear();
        }
    }

    /// <summary>A class: the runtime has lists of classes compiled already, which is most of what a swap of one file takes.</summary>
    private sealed record SwappedFile(string Temporary, string Target, bool Refers);
}
