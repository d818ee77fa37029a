using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;

namespace CompressTasks.Inspection;

/// <summary>Lists what is inside a file.</summary>
internal static class Inspector
{
    /// <summary>Lists the weights of a model.</summary>
    /// <exception cref="CompressException">The model cannot be opened.</exception>
    public static InspectedFile Model(string path)
    {
        using var model = OnnxModel.Open(path);
        var weights = model.Weights.Select(w => new InspectedWeight(
            w.Path,
            w.ElementType.SpecName(),
            w.Shape,
            w.Elements,
            w.StoredBytes,
            w.IsSparse ? $"sparse, {Stored(model, w)}" : Stored(model, w),
            model.SharedWith(w)?.Path)
        { IsFloatingPoint = w.IsFloatingPoint }).ToList();
        return new(path, "model", model.TotalBytes, model.StructureBytes, weights) { AttributeFloats = model.AttributeFloats };
    }

    /// <summary>Lists the weights of an artifact that have a chunk of their own.</summary>
    /// <exception cref="CompressException">The artifact cannot be opened.</exception>
    public static InspectedFile Artifact(string path)
    {
        using var artifact = ArtifactReader.Open(path);
        var weights = artifact.Entries.Select(e => new InspectedWeight(
            e.Weight.Path,
            ((ElementType)e.Weight.ElementType).SpecName(),
            e.Weight.Dims,
            e.Weight.Dims.Aggregate(1L, (product, dim) => product * dim),
            e.Chunk.Length,
            e.Weight.Holes.Count > 1 ? $"{e.Weight.Stack}, for {e.Weight.Holes.Count} weights" : e.Weight.Stack,
            null)).ToList();
        return new(path, "artifact", artifact.Length, artifact.Length - artifact.Entries.Sum(e => (long)e.Chunk.Length), weights);
    }

    private static string Stored(OnnxModel model, OnnxWeight weight) => weight.Storage switch
    {
        WeightStorage.External => model.Files[weight.File].Name,
        WeightStorage.RawData => "raw_data",
        WeightStorage.FloatData => "float_data",
        WeightStorage.DoubleData => "double_data",
        WeightStorage.Int32Data => "int32_data",
        WeightStorage.None => "nothing",
        _ => "other",
    };
}
