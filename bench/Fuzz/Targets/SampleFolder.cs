namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>A folder for readers that want a path: in memory, where the system has such a place.</summary>
internal sealed class SampleFolder : IDisposable
{
    private const string InMemory = "/dev/shm";

    private readonly DirectoryInfo _folder = Directory.CreateDirectory(Path.Combine(Place, $"compresstasks-input-{Path.GetRandomFileName()}"));

    /// <summary>Where it is. The temporary folder of a worker is one of these, and goes with whatever the worker leaves.</summary>
    private static string Place => Directory.Exists(InMemory) && !Path.GetTempPath().StartsWith(InMemory, StringComparison.Ordinal) ? InMemory
        : Path.GetTempPath();

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public string FullName => _folder.FullName;

    public static void WriteExternals(string folder)
    {
        foreach (var (name, bytes) in SeedModels.Externals)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }
    }

    /// <summary>Writes a file anew.</summary>
    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = this[name];
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        RandomAccess.Write(file, bytes, 0);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
