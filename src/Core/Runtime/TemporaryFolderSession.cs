using CompressTasks.IO;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Runtime;

/// <summary>
/// A session on a model that was written into a temporary folder. ONNX Runtime may keep its external data files mapped, so the folder lives as long
/// as the session.
/// </summary>
internal sealed class TemporaryFolderSession : InferenceSession
{
    private const int WriteBlock = 1 << 24;

    private readonly TemporaryFolder? _folder;

    private TemporaryFolderSession(TemporaryFolder folder, string path, SessionOptions options)
        : base(path, options) =>
        _folder = folder;

    /// <exception cref="Diagnostics.CompressException">CT3205: the folder cannot be written.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the model.</exception>
    public static TemporaryFolderSession Create(DecodedModel model, SessionOptions options)
    {
        TemporaryFolder? folder = null;
        try
        {
            folder = new TemporaryFolder("session");
            var path = Write(model, folder);
            model.Dispose();
            return new TemporaryFolderSession(folder, path, options);
        }
        catch (Exception error)
        {
            folder?.Dispose();
            if (error is IOException or UnauthorizedAccessException)
                throw RuntimeDiagnostics.NoTemporaryFolder(model.Layout.Path, error);
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder?.Dispose();
    }

    private static string Write(DecodedModel model, TemporaryFolder folder)
    {
        foreach (var (file, content) in model.Layout.Files.Skip(1).Zip(model.Externals))
        {
            var external = Path.Combine(folder.FullName, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(external)!);
            using var stream = new FileStream(external, FileMode.CreateNew);
            for (var offset = 0L; offset < content.Length; offset += WriteBlock)
                stream.Write(content.Slice(offset, (int)Math.Min(WriteBlock, content.Length - offset)));
        }

        // No name that one of the external data files could have.
        var path = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, model.Main);
        return path;
    }
}
