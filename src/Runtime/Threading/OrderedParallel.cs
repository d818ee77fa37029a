namespace CompressTasks.Threading;

/// <summary>Produces results on several threads and hands them over one at a time, in order, as soon as their turn has come.</summary>
internal static class OrderedParallel
{
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Run<T>(int count, int threads, Func<int, T> produce, Action<int, T> consume, CancellationToken cancellationToken) =>
        Run(Enumerable.Repeat(0L, count).ToArray(), threads, produce, consume, cancellationToken);

    /// <summary>
    /// As above, with the work that each result takes: the giants start first, so that no thread is left alone with one at the end.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Run<T>(IReadOnlyList<long> work, int threads, Func<int, T> produce, Action<int, T> consume,
        CancellationToken cancellationToken) =>
        Run(work, new WorkerPool(threads), produce, consume, cancellationToken);

    /// <summary>As above, on threads that the producer itself shares work among.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Run<T>(IReadOnlyList<long> work, WorkerPool threads, Func<int, T> produce, Action<int, T> consume,
        CancellationToken cancellationToken)
    {
        var waiting = new Dictionary<int, T>();
        var next = 0;
        var giant = work.Sum() / (4L * threads.Count);
        var order = Enumerable.Range(0, work.Count).OrderByDescending(index => work[index] > giant ? work[index] : 0).ToArray();
        cancellationToken.ThrowIfCancellationRequested();
        threads.Run(order.Length, position =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var index = order[position];
            var result = produce(index);
            lock (waiting)
            {
                waiting.Add(index, result);
                for (; waiting.Remove(next, out var ready); next++)
                    consume(next, ready);
            }
        });
    }
}
