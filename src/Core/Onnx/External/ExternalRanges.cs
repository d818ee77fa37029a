
namespace CompressTasks.Onnx.External;

/// <summary>Makes sure that every byte of an external data file belongs to one tensor, or to several that are the same one.</summary>
internal static class ExternalRanges
{
    /// <exception cref="Diagnostics.CompressException">Two weights overlap, and are not the same bytes read the same way.</exception>
    public static void RequireDisjoint(string modelPath, IReadOnlyList<string> names, IReadOnlyList<OnnxWeight> weights)
    {
        var inOrder = weights
            .Where(weight => weight is { Storage: WeightStorage.External, CanExcise: true })
            .OrderBy(weight => weight.File).ThenBy(weight => weight.Offset).ThenBy(weight => weight.PayloadBytes);
        OnnxWeight? last = null;
        foreach (var weight in inOrder)
        {
            if (last is not null && last.File == weight.File && weight.Offset < last.Offset + last.PayloadBytes && !AreSame(last, weight))
                throw ModelDiagnostics.ExternalOverlap(modelPath, names[weight.File - 1], last.Path, weight.Path);
            last = weight;
        }
    }

    private static bool AreSame(OnnxWeight first, OnnxWeight second) =>
        first.Offset == second.Offset && first.PayloadBytes == second.PayloadBytes && first.ElementType == second.ElementType
            && first.IsSparse == second.IsSparse;
}
