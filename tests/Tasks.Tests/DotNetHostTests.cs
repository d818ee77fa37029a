namespace CompressTasks.Tasks.Tests;

public sealed class DotNetHostTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FirstCandidateThatExistsIsTaken()
    {
        var host = _folder.Write($"sdk/{DotNetHost.FileName}");
        _folder.Write($"path/{DotNetHost.FileName}");

        DotNetHost.Find(["", _folder.In("missing"), host], _folder.In("path")).ShouldBe(host);
    }

    [Fact]
    public void CandidateMayBeAFolder()
    {
        var host = _folder.Write($"sdk/{DotNetHost.FileName}");

        DotNetHost.Find([_folder.In("sdk")], null).ShouldBe(host);
    }

    [Fact]
    public void PathIsSearchedLast()
    {
        var host = _folder.Write($"path/{DotNetHost.FileName}");
        var path = string.Join(Path.PathSeparator, _folder.In("empty"), "", _folder.In("path"));

        DotNetHost.Find([_folder.In("missing")], path).ShouldBe(host);
    }

    [Fact]
    public void NoHostIsFoundWhereNoneIs() => DotNetHost.Find([_folder.Path], _folder.In("path")).ShouldBeNull();
}
