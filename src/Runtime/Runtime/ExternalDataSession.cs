using CompressTasks.Numerics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompressTasks.Runtime;

/// <summary>
/// A session of a model whose external data files are in memory: ONNX Runtime uses them where they are, as long as the session lives.
/// </summary>
internal sealed class ExternalDataSession : InferenceSession
{
    /// <summary>The first that does; those before copy external data while they make a session.</summary>
    private static readonly Version _first = new(1, 31);

    private static readonly bool _usesInPlace = Version.TryParse(OrtEnv.Instance().GetVersionString(), out var version) && version >= _first;

    private DecodedModel? _model;

    private ExternalDataSession(DecodedModel model, SessionOptions options)
        : base(model.Main, options) =>
        _model = _usesInPlace && model.TryShare() ? model : null;

    private ExternalDataSession(DecodedModel model, SessionOptions options, PrePackedWeightsContainer prePacked)
        : base(model.Main, options, prePacked) =>
        _model = model.TryShare() ? model : null;

    /// <param name="model">The model; the session keeps it as long as it needs it.</param>
    /// <param name="options">What the caller asks for.</param>
    /// <param name="prePacked">Where sessions share what ONNX Runtime makes of weights; null for nowhere.</param>
    /// <returns>The session; null when ONNX Runtime can take this model from files only, or in one piece.</returns>
    public static ExternalDataSession? TryCreate(DecodedModel model, SessionOptions options, PrePackedWeightsContainer? prePacked = null)
    {
        if (FilesOf(model) is not { } files || NativeApi.Load() is not { } api)
            return null;
        try
        {
            using var withFiles = new ExternalDataOptions(api, options, files);
            if (prePacked is null || model.Moved is null || !_usesInPlace)
                return new ExternalDataSession(model, withFiles);
            // Only weights that are known to be shared are looked for among those that are prepacked. They are those of the files.
            foreach (var (name, value) in model.Attached(SharedValues.Of).ByName)
                withFiles.AddInitializer(name, value);
            return new ExternalDataSession(model, withFiles, prePacked);
        }
        catch (Exception error) when (error is OnnxRuntimeException or InvalidOperationException)
        {
            // A copy of the options lacks the caller's custom operators; with files or in one piece, the caller's own options serve. If the model
            // itself is at fault, that way will say so.
            return null;
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Interlocked.Exchange(ref _model, null)?.Dispose();
    }

    /// <summary>The external data by its names; null if the model refers to some where ONNX Runtime does not look for it in memory.</summary>
    private static Dictionary<string, UnmanagedBuffer>? FilesOf(DecodedModel model)
    {
        var files = new Dictionary<string, UnmanagedBuffer>(StringComparer.Ordinal);
        if (model.Moved is { } moved)
        {
            files.Add(model.Layout.Files[1].Name, model.Externals[0]);
            return moved.AreOfMainGraph ? files : null;
        }

        if (ExternalReferences.OfInitializers(model.Layout.Path, model.Main) is not { } locations)
            return null;
        var indices = model.Layout.Files.Skip(1).Index().ToDictionary(file => file.Item.Name, file => file.Index, StringComparer.Ordinal);
        foreach (var location in locations)
        {
            // ONNX Runtime does not find spellings such as "./w.bin" among files in memory.
            if (!indices.TryGetValue(location, out var index))
                return null;
            files.Add(location, model.Externals[index]);
        }

        return files;
    }

    /// <summary>
    /// A copy of the caller's options that also knows external data files in memory. The caller's own would remember them for every later session.
    /// </summary>
    private sealed class ExternalDataOptions : SessionOptions
    {
        private const string UseInPlace = "session.use_external_initializer_file_buffers_directly";

        /// <exception cref="InvalidOperationException">ONNX Runtime refuses them.</exception>
        public ExternalDataOptions(NativeApi api, SessionOptions original, IReadOnlyDictionary<string, UnmanagedBuffer> files)
        {
            var copy = api.CloneSessionOptions(original);
            api.ReleaseSessionOptions(handle);
            SetHandle(copy);
            try
            {
                AddSessionConfigEntry(UseInPlace, "1");
                api.AddExternalInitializersFromFilesInMemory(copy, files);
            }
            catch
            {
                Dispose();
                throw;
            }
        }
    }

    /// <summary>The tensors that were moved, by the names that nodes have for them; they lie in the external data.</summary>
    private sealed class SharedValues : IDisposable
    {
        public Dictionary<string, OrtValue> ByName { get; } = new(StringComparer.Ordinal);

        public static SharedValues Of(DecodedModel model)
        {
            var values = new SharedValues();
            foreach (var tensor in model.Moved!.Tensors)
            {
                // ONNX Runtime has the numbers of ONNX for types; those of fewer bits than a byte have no values of their own.
                if (tensor.IsMoved && tensor.Name.Length > 0 && tensor.ElementType is > ElementType.Undefined and <= ElementType.BFloat16)
                {
                    values.ByName.TryAdd(tensor.Name, OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance,
                        (TensorElementType)(int)tensor.ElementType, [.. tensor.Shape], model.Externals[0].Address + (nint)tensor.Place,
                        tensor.Length));
                }
            }

            return values;
        }

        public void Dispose()
        {
            foreach (var value in ByName.Values)
                value.Dispose();
        }
    }
}
