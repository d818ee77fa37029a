using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;

namespace CompressTasks.Inspection;

/// <summary>Lists what is inside a file.</summary>
internal static class Inspector
{
    /// <summary>Lists the weights of a model.</summary>
    /// <param name="path">The model.</param>
    /// <param name="hashes">Whether to read all values, for their hashes.</param>
    /// <exception cref="CompressException">The model cannot be opened.</exception>
    public static InspectedFile Model(string path, bool hashes = false)
    {
        using var model = OnnxModel.Open(path);
        var paths = model.Weights.Select(w => w.Path).ToHashSet(StringComparer.Ordinal);
        var weights = model.Weights.Select(w => new InspectedWeight(
            w.Path,
            w.ElementType.SpecName(),
            w.Shape,
            w.Elements,
            w.StoredBytes,
            w.IsSparse ? $"sparse, {Stored(model, w)}" : Stored(model, w),
            model.SharedWith(w)?.Path)
        {
            IsFloatingPoint = w.IsFloatingPoint,
            StandsFor = StandsFor(w, paths),
            Hash = hashes && w.CanExcise ? PayloadHash.Of(model.ReadBytes(w)) : null,
        }).ToList();
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
            null)
        { StandsFor = e.Weight.Stack == StandIn.Stack ? StandIn.WeightOf(e.Weight.Path) : null }).ToList();
        return new(path, "artifact", artifact.Length, artifact.Length - artifact.Entries.Sum(e => (long)e.Chunk.Length), weights);
    }

    /// <summary>Integers and their scale, or a float16: one alone has its name by chance.</summary>
    private static string? StandsFor(OnnxWeight tensor, HashSet<string> paths) =>
        StandIn.WeightOf(tensor.Path) is { } weight && (tensor.Path == StandIn.Float16Name(weight)
            ? tensor.ElementType == ElementType.Float16
            : paths.Contains(StandIn.IntegerName(weight)) && paths.Contains(StandIn.ScaleName(weight))) ? weight : null;

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
