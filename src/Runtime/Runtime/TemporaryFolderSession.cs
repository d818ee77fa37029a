using CompressTasks.IO;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Runtime;

/// <summary>
/// A session on a model that was written into a temporary folder. ONNX Runtime may keep its external data files mapped, so the folder lives as long
/// as the session.
/// </summary>
internal sealed class TemporaryFolderSession : InferenceSession
{
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
            var path = Path.Combine(folder.FullName, model.WriteTo(folder.FullName));
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
}
