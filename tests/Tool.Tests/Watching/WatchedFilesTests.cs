using CompressTasks.Tool.Watching;

namespace CompressTasks.Tool.Tests.Watching;

public sealed class WatchedFilesTests : IDisposable
{
    private static readonly DateTime _early = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Workspace _work = new();
    private readonly WatchedFiles _watched = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void WhatAppearsGoesGrowsOrIsTouchedIsAChange()
    {
        foreach (var name in new[] { "gone", "grown", "same", "touched", "to-come" })
            _watched.Add(name, _work.Folder);
        foreach (var name in new[] { "gone", "grown", "same", "touched" })
            File.SetLastWriteTimeUtc(_work.Write(name, "12"), _early);
        var before = _watched.Look();
        before.Count.ShouldBe(4);
        _watched.Look().ChangesSince(before).ShouldBeEmpty();

        File.Delete(_work["gone"]);
        File.SetLastWriteTimeUtc(_work.Write("grown", "123"), _early);
        File.SetLastWriteTimeUtc(_work["touched"], _early.AddSeconds(1));
        _work.Write("to-come", "");

        _watched.Look().ChangesSince(before).ShouldBe([_work["gone"], _work["grown"], _work["to-come"], _work["touched"]]);
    }

    [Fact]
    public void AGlobFindsWhatIsInFoldersThatWereNotThere()
    {
        _watched.AddGlob("sets/**/*.npz", _work.Folder);
        var before = _watched.Look();
        _work.Write("sets/deep/a.npz", "");
        _work.Write("sets/deep/a.txt", "");
        _watched.Look().ChangesSince(before).ShouldBe([_work["sets/deep/a.npz"]]);
    }

    [Fact]
    public void WhatIsWrittenIsNotSeen()
    {
        _watched.AddGlob("*", _work.Folder);
        _watched.Except([_work["m.onnxz"]]);
        var before = _watched.Look();
        _work.Write("m.onnxz", "");
        _watched.Look().ChangesSince(before).ShouldBeEmpty();
    }

    /// <summary>A program of a metric may write where it reads; what is named by its path is watched all the same.</summary>
    [Fact]
    public void FilesOfProgramsCountAsTheRunHasLeftThem()
    {
        _watched.AddGlobOfProgram("eval/*", _work.Folder);
        _watched.Add("eval/named", _work.Folder);
        _watched.AddGlob("*.npz", _work.Folder);
        var before = _watched.Look();
        foreach (var name in new[] { "eval/log", "eval/named", "a.npz" })
            _work.Write(name, "");
        var after = _watched.Look();

        after.ChangesSince(before.After(after)).ShouldBe([_work["a.npz"], _work["eval/named"]]);
        _work.Write("eval/log", "more");
        _watched.Look().ChangesSince(after).ShouldBe([_work["eval/log"]]);
    }

    /// <summary>Model stores keep files elsewhere and link to them.</summary>
    [Fact]
    public void ALinkIsWhatItLeadsTo()
    {
        if (OperatingSystem.IsWindows())
            return; // Links take a right there.
        File.SetLastWriteTimeUtc(_work.Write("store/1", "12"), _early);
        File.SetLastWriteTimeUtc(_work.Write("store/2", "12"), _early);
        File.CreateSymbolicLink(_work["link"], _work["store/1"]);
        _watched.Add("link", _work.Folder);
        var before = _watched.Look();

        File.Delete(_work["link"]);
        File.CreateSymbolicLink(_work["link"], _work["store/2"]);
        _watched.Look().ChangesSince(before).ShouldBe([_work["link"]], "another file of the same length and time");

        before = _watched.Look();
        File.SetLastWriteTimeUtc(_work["store/2"], _early.AddSeconds(1));
        _watched.Look().ChangesSince(before).ShouldBe([_work["link"]]);
    }
}
