using Folder = CompressTasks.IO.TemporaryFolder;

namespace CompressTasks.Core.Tests.IO;

public sealed class TemporaryFolderTests
{
    [Fact]
    public void DisposalDeletesAllThatIsInIt()
    {
        using var folder = new Folder("compresstasks-");
        Directory.CreateDirectory(Path.Combine(folder.FullName, "inner"));
        File.WriteAllText(Path.Combine(folder.FullName, "inner", "file"), "text");
        folder.Dispose();
        Directory.Exists(folder.FullName).ShouldBeFalse();
    }

    [Fact]
    public void AFolderThatCannotBeDeletedDoesNotMakeDisposalFail()
    {
        using var folder = new Folder("compresstasks-");
        Directory.Delete(folder.FullName);
        Should.NotThrow(folder.Dispose);
    }
}
