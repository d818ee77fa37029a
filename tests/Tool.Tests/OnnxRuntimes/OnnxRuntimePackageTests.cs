using CompressTasks.Tool.OnnxRuntimes;

namespace CompressTasks.Tool.Tests.OnnxRuntimes;

public sealed class OnnxRuntimePackageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>A feed may have lost the version that the tool was built with: NuGet takes the next, and so does the tool.</summary>
    [Fact]
    public void TheToolsOwnVersionComesFirstThenLaterOnesAndNoOlderOrUnfinishedOne()
    {
        var own = Version.Parse(OnnxRuntimeVersion.OfTool);
        Package($"{own.Major}.{own.Minor + 10}.0");
        Package($"{own.Major}.{own.Minor + 2}.0");
        Package(OnnxRuntimeVersion.OfTool);
        Package($"{own.Major}.{own.Minor - 1}.9");
        Package($"{own.Major}.{own.Minor + 3}.0-rc.1");
        Package($"{own.Major}.{own.Minor + 1}.0", isWhole: false);

        OnnxRuntimePackage.In([Path.Combine(_folder.FullName, "nowhere"), _folder.FullName])
            .Select(files => Path.GetRelativePath(_folder.FullName, files.Native).Split(Path.DirectorySeparatorChar)[1])
            .ShouldBe([OnnxRuntimeVersion.OfTool, $"{own.Major}.{own.Minor + 2}.0", $"{own.Major}.{own.Minor + 10}.0"]);
    }

    private void Package(string version, bool isWhole = true)
    {
        var package = Path.Combine(_folder.FullName, OnnxRuntimePackage.Id.ToLowerInvariant(), version);
        var native = Path.Combine(package, "runtimes", HostPlatform.RuntimeIdentifier, "native");
        Directory.CreateDirectory(native);
        File.WriteAllText(Path.Combine(native, HostPlatform.LibraryName), "");
        if (isWhole)
            File.WriteAllText(Path.Combine(package, ".nupkg.metadata"), "");
    }
}
