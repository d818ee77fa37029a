using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests;

/// <summary>A folder of its own for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("compresstasks-").FullName;

    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>Everything in the folder, relative, in ordinal order.</summary>
    public IEnumerable<string> Entries =>
        Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder, path))
            .Order(StringComparer.Ordinal);

    public string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public string Write(string name, ModelProto model) => Write(name, model.ToByteArray());

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
