using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Runtime;

/// <summary>Makes a session of a model whose external data files are in memory.</summary>
internal static class ExternalDataSession
{
    /// <returns>The session; null when ONNX Runtime can take this model from files only.</returns>
    public static InferenceSession? TryCreate(DecodedModel model, SessionOptions options)
    {
        if (ExternalReferences.OfInitializers(model.Layout.Path, model.Main) is not { } locations || NativeApi.Load() is not { } api)
            return null;
        var indices = model.Layout.Files.Skip(1).Index().ToDictionary(file => file.Item.Name, file => file.Index, StringComparer.Ordinal);
        var files = new Dictionary<string, UnmanagedBuffer>(StringComparer.Ordinal);
        foreach (var location in locations)
        {
            // ONNX Runtime does not find spellings such as "./w.bin" among files in memory.
            if (!indices.TryGetValue(location, out var index))
                return null;
            files.Add(location, model.Externals[index]);
        }

        try
        {
            using var withFiles = new ExternalDataOptions(api, options, files);
            return new InferenceSession(model.Main, withFiles);
        }
        catch (Exception error) when (error is OnnxRuntimeException or InvalidOperationException)
        {
            // A copy of the options lacks the caller's custom operators; with files, the caller's own options serve. If the model itself is at fault,
            // that way will say so.
            return null;
        }
    }
}
