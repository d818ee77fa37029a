using CompressTasks.Tool.OnnxRuntimes;

namespace CompressTasks.Tool.Tests.OnnxRuntimes;

public sealed class OnnxRuntimeLoaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void TheManagedAssemblyBesideANativeLibraryMustBeOne()
    {
        var real = Path.Combine(AppContext.BaseDirectory, OnnxRuntimeFiles.ManagedName);
        OnnxRuntimeLoader.IsManaged(real).ShouldBeTrue();
        OnnxRuntimeLoader.IsManaged(Write([])).ShouldBeFalse();
        OnnxRuntimeLoader.IsManaged(Write([1, 2, 3])).ShouldBeFalse();
        OnnxRuntimeLoader.IsManaged(Write(File.ReadAllBytes(real)[..1000])).ShouldBeFalse();
        OnnxRuntimeLoader.IsManaged(Write(File.ReadAllBytes(typeof(OnnxRuntimeLoader).Assembly.Location))).ShouldBeFalse();
        OnnxRuntimeLoader.IsManaged(Path.Combine(_folder.FullName, "gone.dll")).ShouldBeFalse();
        OnnxRuntimeLoader.IsManaged(_folder.FullName).ShouldBeFalse();
    }

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder.FullName, OnnxRuntimeFiles.ManagedName);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
