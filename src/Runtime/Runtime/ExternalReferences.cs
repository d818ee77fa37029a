using CompressTasks.Onnx;
using CompressTasks.Onnx.External;

namespace CompressTasks.Runtime;

/// <summary>Finds out where a model refers to external data files.</summary>
internal static class ExternalReferences
{
    /// <summary>The key of a location, in the bytes of any model that has one. To look for it is much faster than to walk the model.</summary>
    public static ReadOnlySpan<byte> Key => "location"u8;

    /// <summary>The locations that the initializers of the main graph give, letter for letter.</summary>
    /// <param name="path">The artifact, for diagnostics.</param>
    /// <param name="model">The main file.</param>
    /// <returns>Null if any other tensor has external data: one of a subgraph, of a node's attribute, or of a sparse initializer.</returns>
    /// <exception cref="Diagnostics.CompressException">The model is damaged.</exception>
    public static IReadOnlySet<string>? OfInitializers(string path, byte[] model)
    {
        var tensors = ExternalTensor.Find(path, model).Where(tensor => tensor.Owner != TensorOwner.Training).ToList();
        return tensors.All(tensor => tensor is { Owner: TensorOwner.MainGraph, Location: not null })
            ? tensors.Select(tensor => tensor.Location!).ToHashSet(StringComparer.Ordinal)
            : null;
    }

    /// <summary>
    /// Refuses a model that refers to any file but the artifact's own. ONNX Runtime would read it from the folder that the process happens to be in:
    /// an artifact of a stranger could have the model give back what lies there.
    /// </summary>
    /// <param name="layout">The artifact's files.</param>
    /// <param name="model">The main file, all of it: what lies in its holes may be a part of its structure.</param>
    /// <exception cref="Diagnostics.CompressException">CT3014: there is such a reference; or the model is damaged.</exception>
    public static void RequireOwn(ModelLayout layout, ReadOnlySpan<byte> model)
    {
        if (model.IndexOf(Key) < 0)
            return;
        var own = layout.Files.Skip(1).Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        var joined = new JoinedTensors();
        TensorWalker.Walk(layout.Path, model, tensor =>
        {
            var location = tensor.Header.External.GetValueOrDefault("location");
            if (tensor.Owner == TensorOwner.Training)
                return;
            if ((tensor.Header.IsExternal && !IsOwn(location, own)) || joined.IsPart(tensor))
                throw RuntimeDiagnostics.ForeignFile(layout.Path, tensor.Path, location);
        });
    }

    private static bool IsOwn(string? location, HashSet<string> own) =>
        location is not null && (own.Contains(location) || own.Contains(string.Join('/', location.Split('/').Where(part => part is not ("" or ".")))));
}
