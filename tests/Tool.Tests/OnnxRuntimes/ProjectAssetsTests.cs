using CompressTasks.Tool.OnnxRuntimes;

namespace CompressTasks.Tool.Tests.OnnxRuntimes;

public sealed class ProjectAssetsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void FeedsAndFoldersAreThoseOfTheProject()
    {
        var assets = Read("""
            {
              "packageFolders": { "/packages/": {}, "/fallback/": {} },
              "project": {
                "restore": { "projectPath": "/app/app.csproj", "packagesPath": "/packages/", "sources": { "/feed": {} }, "fallbackFolders": [ "/fallback/" ] }
              }
            }
            """);
        assets.ShouldNotBeNull();
        assets.PackageFolders.ShouldBe(["/packages/", "/fallback/"]);
        assets.Sources.ShouldBe(["/feed"]);
        assets.FallbackFolders.ShouldBe(["/fallback/"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{ "project": { "restore": { "fallbackFolders": [ 1 ] } } }""")]
    [InlineData("""{ "packageFolders": { "a\u0000b": {} } }""")]
    [InlineData("""{ "packageFolders": { "\ud800": {} } }""")]
    [InlineData("""{ "libraries": { "a/1": { "files": [ 1 ] } } }""")]
    [InlineData("""{ "libraries": { "a/1": { "files": [ "\ud800" ] } } }""")]
    public void WhatNoProjectCanHaveIsAsGoodAsNoFile(string json) => Read(json).ShouldBeNull();

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("""{ "project": 1, "libraries": 2, "packageFolders": [] }""")]
    public void AFileOfAnotherFormNamesNothing(string json)
    {
        var assets = Read(json);
        assets.ShouldNotBeNull();
        assets.OnnxRuntimes().ShouldBeEmpty();
        assets.PackageFolders.Concat(assets.Sources).ShouldBeEmpty();
    }

    private ProjectAssets? Read(string json)
    {
        File.WriteAllText(_file, json);
        return ProjectAssets.Read(_file);
    }
}
