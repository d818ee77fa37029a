using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Runtime;

/// <summary>
/// A copy of the caller's options that also knows external data files in memory. The caller's own would remember them for every later session.
/// </summary>
internal sealed class ExternalDataOptions : SessionOptions
{
    /// <param name="api">ONNX Runtime's functions.</param>
    /// <param name="original">What to copy.</param>
    /// <param name="files">The files by the names that the model has for them; to be kept until the session is made.</param>
    /// <exception cref="InvalidOperationException">ONNX Runtime refuses them.</exception>
    public ExternalDataOptions(NativeApi api, SessionOptions original, IReadOnlyDictionary<string, UnmanagedBuffer> files)
    {
        var copy = api.CloneSessionOptions(original);
        api.ReleaseSessionOptions(handle);
        SetHandle(copy);
        try
        {
            api.AddExternalInitializersFromFilesInMemory(copy, files);
        }
        catch
        {
            Dispose();
            throw;
        }
    }
}
