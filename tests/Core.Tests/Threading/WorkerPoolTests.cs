using CompressTasks.Threading;

namespace CompressTasks.Core.Tests.Threading;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EveryPieceIsDoneOnceOnNoMoreThreadsThanAskedFor(int count)
    {
        var threads = new WorkerPool(count);
        var done = new int[12 * 30];
        var (running, most) = (0, 0);

        threads.Run(12, outer => threads.Run(30, inner =>
        {
            var now = Interlocked.Increment(ref running);
            lock (done)
                most = Math.Max(most, now);
            Thread.SpinWait(2_000);
            Interlocked.Increment(ref done[(30 * outer) + inner]);
            Interlocked.Decrement(ref running);
        }));

        done.ShouldAllBe(times => times == 1);
        most.ShouldBeLessThanOrEqualTo(count);
    }

    [Fact]
    public void AThreadThatHasBecomeIdleHelpsWithWorkThatBeganBefore()
    {
        var threads = new WorkerPool(2);
        using var giantHasBegun = new ManualResetEventSlim();
        using var dwarfIsDone = new ManualResetEventSlim();
        var helpers = new HashSet<int>();

        threads.Run(2, weight =>
        {
            if (weight == 1)
            {
                giantHasBegun.Wait();
                dwarfIsDone.Set();
                return;
            }

            threads.Run(500, piece =>
            {
                giantHasBegun.Set();
                dwarfIsDone.Wait();
                lock (helpers)
                    helpers.Add(Environment.CurrentManagedThreadId);
                Thread.Sleep(1);
            });
        });

        helpers.Count.ShouldBe(2);
    }

    [Fact]
    public void TheFirstErrorReachesTheCallerAsItIsAndEndsTheWork()
    {
        var threads = new WorkerPool(3);
        var begun = 0;

        Should.Throw<InvalidDataException>(() => threads.Run(100_000, piece =>
        {
            Interlocked.Increment(ref begun);
            if (piece == 20)
                throw new InvalidDataException("twenty");
        })).Message.ShouldBe("twenty");

        begun.ShouldBeLessThan(100_000);
        var after = 0;
        threads.Run(10, _ => Interlocked.Increment(ref after));
        after.ShouldBe(10, "the threads are there for other work");
    }

    [Fact]
    public void NothingToDoIsFine() => new WorkerPool(2).Run(0, _ => throw new InvalidOperationException());
}
