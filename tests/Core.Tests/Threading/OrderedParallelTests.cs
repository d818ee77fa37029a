using CompressTasks.Threading;

namespace CompressTasks.Core.Tests.Threading;

public class OrderedParallelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void ResultsArriveInOrderOnceEach(int threads)
    {
        var seen = new List<(int, int)>();
        OrderedParallel.Run(
            200,
            threads,
            i =>
            {
                if (i % 7 == 0)
                    Thread.Sleep(1);
                return i * i;
            },
            (i, square) => seen.Add((i, square)),
            CancellationToken.None);
        seen.ShouldBe(Enumerable.Range(0, 200).Select(i => (i, i * i)));
    }

    [Fact]
    public void AGiantStartsFirstAndIsStillHandedOverInItsTurn()
    {
        var started = new List<int>();
        var seen = new List<int>();
        OrderedParallel.Run(
            [1, 1, 1, 100, 1],
            1,
            i =>
            {
                started.Add(i);
                return i;
            },
            (i, _) => seen.Add(i),
            CancellationToken.None);
        started.ShouldBe([3, 0, 1, 2, 4]);
        seen.ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public void TheErrorOfAProducerReachesTheCallerAsItIs() =>
        Should.Throw<InvalidDataException>(() =>
            OrderedParallel.Run<int>(50, 2, i => i == 20 ? throw new InvalidDataException("twenty") : i, (_, _) => { }, CancellationToken.None))
            .Message.ShouldBe("twenty");

    [Fact]
    public void CancellationStopsTheRun()
    {
        using var source = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => OrderedParallel.Run(
            1000,
            2,
            i =>
            {
                if (i == 5)
                    source.Cancel();
                return i;
            },
            (_, _) => { },
            source.Token));
    }

    [Fact]
    public void NothingToDoIsFine() => OrderedParallel.Run(0, 2, i => i, (_, _) => throw new InvalidOperationException(), CancellationToken.None);
}
