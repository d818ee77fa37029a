using System.Runtime.ExceptionServices;
namespace CompressTasks.Threading;

/// <summary>
/// The threads that decoding may use, and their scratch memory. Work may split into more work: whichever thread has nothing to do helps, at the
/// weights of a model as at the streams of one weight, and never are there more threads than asked for. What is computed does not depend on them.
/// </summary>
/// <param name="threads">Threads to use, the caller's own included, at least 1.</param>
internal sealed class WorkerPool(int threads)
{
    private readonly Stack<WorkerScratch> _scratch = new();
    private readonly Stack<double[]> _wholes = new();
    private int _idle = threads - 1;

    /// <summary>How many threads there are, the caller's own included.</summary>
    public int Count => threads;

    /// <summary>Does every piece of some work, and returns when all of them are done.</summary>
    /// <param name="count">How many pieces there are.</param>
    /// <param name="piece">Does the piece with an index from 0 on; called from several threads.</param>
    public void Run(int count, Action<int> piece)
    {
        var work = new Work(this, count, piece);
        work.DoAll();
    }

    /// <summary>Scratch memory for the calling thread alone, until it is given back.</summary>
    public WorkerScratch RentScratch()
    {
        lock (_scratch)
            return _scratch.Count > 0 ? _scratch.Pop() : new();
    }

    public void Return(WorkerScratch scratch)
    {
        lock (_scratch)
            _scratch.Push(scratch);
    }

    /// <summary>
    /// Room for all values of a weight, for the calling thread alone, until it is given back: apart from scratch memory, of which any piece may be
    /// the next to serve, and would keep its size.
    /// </summary>
    /// <returns>At least so many values, whatever they are.</returns>
    public double[] RentWhole(int count)
    {
        double[]? whole;
        lock (_wholes)
            _wholes.TryPop(out whole);
        return whole is not null && whole.Length >= count ? whole : GC.AllocateUninitializedArray<double>(count);
    }

    public void Return(double[] whole)
    {
        lock (_wholes)
            _wholes.Push(whole);
    }

    private bool TryTakeThread()
    {
        if (Interlocked.Decrement(ref _idle) >= 0)
            return true;
        Interlocked.Increment(ref _idle);
        return false;
    }

    private sealed class Work(WorkerPool threads, int count, Action<int> piece) : IThreadPoolWorkItem
    {
        private int _next;
        private int _unfinished;
        private ExceptionDispatchInfo? _error;

        public void DoAll()
        {
            while (TryTake(out var index))
            {
                // Again and again: a thread that was busy at first may be idle by now.
                for (var left = count - index - 1; left > 0 && threads.TryTakeThread(); left--)
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                Do(index);
            }

            lock (this)
            {
                while (_unfinished > 0)
                    Monitor.Wait(this);
            }

            _error?.Throw();
        }

        void IThreadPoolWorkItem.Execute()
        {
            while (TryTake(out var index))
                Do(index);
            Interlocked.Increment(ref threads._idle);
        }

        private bool TryTake(out int index)
        {
            lock (this)
            {
                index = _next;
                if (_next >= count || _error is not null)
                    return false;
                _next++;
                _unfinished++;
                return true;
            }
        }

        private void Do(int index)
        {
            ExceptionDispatchInfo? error = null;
            try
            {
                piece(index);
            }
            catch (Exception thrown)
            {
                error = ExceptionDispatchInfo.Capture(thrown);
            }

            lock (this)
            {
                _error ??= error;
                _unfinished--;
                Monitor.PulseAll(this);
            }
        }
    }
}
