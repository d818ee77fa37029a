using System.Diagnostics;
using CompressTasks.IO;

namespace CompressTasks.Core.Tests.IO;

public sealed class FileSwapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FileSwapTests()
    {
        Write("model", "old model");
        Write("data", "old data");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AllTakeTheirPlacesAndNothingElseIsLeft()
    {
        Swap("model", "data").Commit(overwrite: true);

        Read("model").ShouldBe("new model");
        Read("data").ShouldBe("new data");
        _folder.Entries.ShouldBe(["data", "model"]);
    }

    /// <summary>The last step fails, when the others are done: a folder is where the model is to be.</summary>
    [Fact]
    public void AnErrorPutsBackWhatWasThere()
    {
        File.Delete(_folder["model"]);
        Directory.CreateDirectory(_folder["model/sub"]);
        var swap = Swap("data", "model");

        Should.Throw<FileNotWrittenException>(() => swap.Commit(overwrite: true)).Path.ShouldBe(_folder["model"]);

        Read("data").ShouldBe("old data");
        Directory.Exists(_folder["model/sub"]).ShouldBeTrue();
    }

    [Fact]
    public void WhatMustNotBeReplacedStaysAndSoDoTheOthers()
    {
        Should.Throw<IOException>(() => Swap("other", "data").Commit(overwrite: false));

        File.Exists(_folder["other"]).ShouldBeFalse();
        Read("data").ShouldBe("old data");
    }

    /// <summary>Whoever looks at any time, as after a crash, finds no model beside data that are not its own.</summary>
    [Fact]
    public async Task AModelIsNeverThereBesideDataOfAnother()
    {
        Swap(["model", "data"], "0").Commit(overwrite: true);
        var pairs = new HashSet<string>(StringComparer.Ordinal);
        var done = false;
        var seen = 0;
        var watching = Task.Run(() =>
        {
            while (!Volatile.Read(ref done))
            {
                var (before, model, after) = (TryRead("data"), TryRead("model"), TryRead("data"));
                if (model is not null && before is not null && before == after)
                {
                    pairs.Add($"{model.Split(' ')[0]} {before.Split(' ')[0]}");
                    Volatile.Write(ref seen, pairs.Count);
                }
            }
        });
        // On a busy machine whoever looks may come late.
        for (var round = 1; round <= 200 || (Volatile.Read(ref seen) == 0 && round <= 20_000); round++)
            Swap(["model", "data"], $"{round}").Commit(overwrite: true);
        Volatile.Write(ref done, true);
        await watching;

        pairs.ShouldNotBeEmpty();
        pairs.Where(pair => pair.Split(' ')[0] != pair.Split(' ')[1]).ShouldBeEmpty();
    }

    [Fact]
    public async Task OfSeveralAtOnceOneIsThereInTheEnd()
    {
        const int Writers = 4;
        for (var round = 0; round < 100; round++)
        {
            var swaps = Enumerable.Range(0, Writers).Select(writer => Swap(["model", "data"], $"{round}.{writer}")).ToList();
            await Task.WhenAll(swaps.Select(swap => Task.Run(() => swap.Commit(overwrite: true))));

            Read("model").Split(' ')[0].ShouldBe(Read("data").Split(' ')[0]);
            _folder.Entries.ShouldBe(["data", "model"]);
        }
    }

    [Fact]
    public void WhatADeadProcessHasLeftIsRemovedAndWhatALivingOneWritesIsNot()
    {
        var dead = Leftover("data");
        var nested = Leftover(Path.GetFileName(Leftover("data")));
        using var alive = new ReplacedFile(_folder["data"]);
        var held = Leftover("data");
        using var holder = ReplacedFile.Hold(held);
        var other = Leftover("data2");
        Write("data.notes.tmp", "mine");
        foreach (var file in Directory.GetFiles(_folder[""]))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1));
        var justMade = Leftover("data");

        Swap("data").Commit(overwrite: true);

        File.Exists(dead).ShouldBeFalse();
        File.Exists(nested).ShouldBeFalse();
        foreach (var file in (string[])[alive.TemporaryPath, held, other, justMade, _folder["data.notes.tmp"]])
            File.Exists(file).ShouldBeTrue(file);
    }

    [Fact]
    public void NobodyReadsWhatIsMadeOfASecret()
    {
        if (OperatingSystem.IsWindows())
            return;
        Write("secret", "s");
        File.SetUnixFileMode(_folder["secret"], UnixFileMode.UserRead);
        var swap = new FileSwap(_folder["secret"]);
        Write("made.next", "m");
        swap.Add(_folder["made.next"], _folder["made"], refers: false);
        swap.Commit(overwrite: true);

        File.GetUnixFileMode(_folder["made"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task APipeIsNotWaitedFor()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var made = Process.Start("mkfifo", _folder["pipe"]);
        await made.WaitForExitAsync();

        Should.Throw<IOException>(() => DiskFile.Require(_folder["pipe"])).Message.ShouldBe("'pipe' is a pipe or a device, not a file");
        Should.Throw<IOException>(() => new OpenedFile(_folder["pipe"]));
        Should.NotThrow(() => DiskFile.Require(_folder["data"]));
        Should.NotThrow(() => DiskFile.Require(_folder["missing"]));
        Write("empty", "");
        Should.NotThrow(() => DiskFile.Require(_folder["empty"]));
    }

    /// <summary>What reads one to its end has none.</summary>
    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    [InlineData("/dev/urandom")]
    public void ADeviceIsNoFile(string path)
    {
        if (File.Exists(path))
            Should.Throw<IOException>(() => DiskFile.Require(path)).Message.ShouldEndWith("is a pipe or a device, not a file");
    }

    [Fact]
    public async Task WhoeverWaitsForTheFolderIsCancelledAtOnce()
    {
        using var held = FolderLock.Acquire(_folder[""], CancellationToken.None);
        using var cancellation = new CancellationTokenSource();
        var swap = Swap("model", "data");
        var time = Stopwatch.StartNew();
        var waiting = Task.Run(() => swap.Commit(overwrite: true, cancellation.Token));
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        waiting.IsCompleted.ShouldBeFalse();

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        time.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        Read("model").ShouldBe("old model");
        Read("data").ShouldBe("old data");
    }

    /// <summary>What is done need not be undone: the lock is free.</summary>
    [Fact]
    public void CancellingDoesNotStopWhatNeedNotWait()
    {
        Swap("model", "data").Commit(overwrite: true, new CancellationToken(canceled: true));

        Read("model").ShouldBe("new model");
    }

    [Fact]
    public void ALinkThatLeadsNowhereIsReplacedByTheFile()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.Delete(_folder["model"]);
        File.CreateSymbolicLink(_folder["model"], _folder["nowhere"]);
        File.Delete(_folder["data"]);
        File.CreateSymbolicLink(_folder["data"], _folder["nowhere"]);

        Swap("model", "data").Commit(overwrite: true);

        Read("model").ShouldBe("new model");
        Read("data").ShouldBe("new data");
        _folder.Entries.ShouldBe(["data", "model"]);
    }

    private string Leftover(string name)
    {
        var path = ReplacedFile.TemporaryPathFor(_folder[name]);
        File.WriteAllText(path, "half");
        return path;
    }

    /// <summary>New files for these places; of the two, the model refers to the data.</summary>
    private FileSwap Swap(params string[] names) => Swap(names, "new");

    private FileSwap Swap(string[] names, string version)
    {
        var swap = new FileSwap();
        foreach (var name in names)
        {
            var temporary = $"{_folder[name]}.{version}.next";
            File.WriteAllText(temporary, $"{version} {name}");
            swap.Add(temporary, _folder[name], refers: name == "model");
        }

        return swap;
    }

    private string? TryRead(string name)
    {
        try
        {
            return File.ReadAllText(_folder[name]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string Read(string name) => File.ReadAllText(_folder[name]);

    private void Write(string name, string text) => File.WriteAllText(_folder[name], text);
}
