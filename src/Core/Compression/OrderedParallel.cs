using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace CompressTasks.Compression;

/// <summary>Produces results on several threads and hands them over one at a time, in order, as soon as their turn has come.</summary>
internal static class OrderedParallel
{
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Run<T>(int count, int threads, Func<int, T> produce, Action<int, T> consume, CancellationToken cancellationToken) =>
        Run(Enumerable.Repeat(0L, count).ToArray(), threads, produce, consume, cancellationToken);

    /// <summary>As above, with the work that each result takes: the giants start first, so that no thread is left alone with one at the end.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Run<T>(IReadOnlyList<long> work, int threads, Func<int, T> produce, Action<int, T> consume, CancellationToken cancellationToken)
    {
        var waiting = new Dictionary<int, T>();
        var next = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        var giant = work.Sum() / (4L * threads);
        var order = Enumerable.Range(0, work.Count).OrderByDescending(index => work[index] > giant ? work[index] : 0);
        var indices = Partitioner.Create(order.ToArray().AsEnumerable(), EnumerablePartitionerOptions.NoBuffering);
        try
        {
            Parallel.ForEach(indices, options, index =>
            {
                var result = produce(index);
                lock (waiting)
                {
                    waiting.Add(index, result);
                    for (; waiting.Remove(next, out var ready); next++)
                        consume(next, ready);
                }
            });
        }
        catch (AggregateException several)
        {
            // The caller has one error to report; cancellation of the others is a consequence of it.
            var first = several.Flatten().InnerExceptions.FirstOrDefault(e => e is not OperationCanceledException) ?? several.InnerExceptions[0];
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
