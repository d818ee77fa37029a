using Folder = CompressTasks.IO.TemporaryFolder;

namespace CompressTasks.Core.Tests.IO;

public sealed class TemporaryFolderTests
{
    [Fact]
    public void DisposalDeletesAllThatIsInIt()
    {
        using var folder = new Folder("test");
        Directory.CreateDirectory(Path.Combine(folder.FullName, "inner"));
        File.WriteAllText(Path.Combine(folder.FullName, "inner", "file"), "text");
        folder.Dispose();
        Directory.Exists(folder.FullName).ShouldBeFalse();
    }

    /// <summary>What a process that was killed has left has nobody who holds it.</summary>
    [Fact]
    public void AFolderOfADeadProcessGoesWithTheNext()
    {
        if (OperatingSystem.IsWindows())
            return;
        var kind = $"test-{Guid.NewGuid():N}";
        var prefix = $"compresstasks-{kind}-";
        var (dead, justMade) = (Directory.CreateTempSubdirectory(prefix), Directory.CreateTempSubdirectory(prefix));
        File.WriteAllText(Path.Combine(dead.FullName, "m.onnx"), "a whole model");
        using var alive = new Folder(kind);
        Directory.SetLastWriteTimeUtc(dead.FullName, DateTime.UtcNow.AddHours(-1));
        Directory.SetLastWriteTimeUtc(Path.GetDirectoryName(alive.FullName)!, DateTime.UtcNow.AddHours(-1));

        using var next = new Folder(kind);
        (Directory.Exists(dead.FullName), Directory.Exists(justMade.FullName), Directory.Exists(alive.FullName), Directory.Exists(next.FullName))
            .ShouldBe((false, true, true, true));
        justMade.Delete();
    }

    [Fact]
    public void AFolderThatCannotBeDeletedDoesNotMakeDisposalFail()
    {
        using var folder = new Folder("test");
        Directory.Delete(folder.FullName);
        Should.NotThrow(folder.Dispose);
    }
}
