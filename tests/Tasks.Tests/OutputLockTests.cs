namespace CompressTasks.Tasks.Tests;

public sealed class OutputLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SecondWaitsUntilTheFirstIsDone()
    {
        var waits = 0;
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = OutputLock.Acquire(_folder.In("obj"), () => throw new InvalidOperationException(), CancellationToken.None);

        var second = Task.Run(() => OutputLock.Acquire(_folder.In("obj"), Wait, CancellationToken.None));
        (await Task.WhenAny(second, waiting.Task)).ShouldBe(waiting.Task);

        // Time for further attempts, which are not to say again that they wait.
        await Task.Delay(350);
        second.IsCompleted.ShouldBeFalse();
        first.Dispose();

        (await second).Dispose();
        waits.ShouldBe(1);

        void Wait()
        {
            Interlocked.Increment(ref waits);
            waiting.TrySetResult();
        }
    }

    [Fact]
    public void OtherFoldersHaveOtherLocks()
    {
        using var first = OutputLock.Acquire(_folder.In("a"), () => throw new InvalidOperationException(), CancellationToken.None);
        using var second = OutputLock.Acquire(_folder.In("b"), () => throw new InvalidOperationException(), CancellationToken.None);

        File.Exists(OutputLock.PathIn(_folder.In("b"))).ShouldBeTrue();
    }

    [Fact]
    public void WaitCanBeCancelled()
    {
        using var first = OutputLock.Acquire(_folder.Path, () => { }, CancellationToken.None);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        Should.Throw<OperationCanceledException>(() => OutputLock.Acquire(_folder.Path, () => { }, cancellation.Token));
    }

    [Fact]
    public void FolderThatCannotBeMadeIsNotWaitedFor()
    {
        _folder.Write("file");

        Should.Throw<IOException>(() => OutputLock.Acquire(_folder.In("file/below"), () => { }, CancellationToken.None));
    }
}
