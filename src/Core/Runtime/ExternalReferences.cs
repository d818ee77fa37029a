using CompressTasks.Onnx;
using CompressTasks.Onnx.External;

namespace CompressTasks.Runtime;

/// <summary>Finds out where a model refers to external data files.</summary>
internal static class ExternalReferences
{
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
}
