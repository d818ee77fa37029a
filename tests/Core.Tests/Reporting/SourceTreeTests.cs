using CompressTasks.Reporting;

namespace CompressTasks.Core.Tests.Reporting;

public sealed class SourceTreeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PathsAreRelativeToTheFolderThatHoldsGit()
    {
        Directory.CreateDirectory(_folder["repo/.git"]);
        Directory.CreateDirectory(_folder["repo/src/app"]);
        SourceTree.Around(_folder["repo/src/app"]).Relative(_folder["repo/src/app/compress.yml"]).ShouldBe("src/app/compress.yml");
    }

    [Fact]
    public void AFileNamedGitMarksTheRootOfAWorktree()
    {
        Directory.CreateDirectory(_folder["worktree/src"]);
        File.WriteAllText(_folder["worktree/.git"], "gitdir: elsewhere");
        SourceTree.Around(_folder["worktree/src"]).Relative(_folder["worktree/src/compress.yml"]).ShouldBe("src/compress.yml");
    }

    [Fact]
    public void WithoutGitPathsAreRelativeToTheFolder()
    {
        Directory.CreateDirectory(_folder["plain/app"]);
        var tree = SourceTree.Around(_folder["plain/app"]);
        tree.Relative(_folder["plain/app/compress.yml"]).ShouldBe("compress.yml");
        tree.Relative(_folder["plain/m.onnx"]).ShouldBe("../m.onnx");
    }
}
