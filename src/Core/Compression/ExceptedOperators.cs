using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runnable.HalfPrecision;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>The operators that a spec keeps in float32.</summary>
internal static class ExceptedOperators
{
    /// <summary>An entry that means no node of any model is most likely misspelt.</summary>
    /// <exception cref="CompressException">CT1038: there are such entries.</exception>
    public static void RequireFound(CompressionSpec spec, IReadOnlyList<OnnxModel> models)
    {
        if (spec.Float16Graph is not { Except.Count: > 0 } stage)
            return;
        List<NodeProto> nodes = [.. models.SelectMany(model => model.ReadStructure().Graph?.Node ?? [])];
        var unknown = stage.Except.Where(entry => !nodes.Exists(node => HalfPlan.Matches(entry, node))).ToList();
        if (unknown.Count == 0)
            return;
        string[] operators = [.. nodes.Select(node => node.OpType).Distinct().Order(StringComparer.Ordinal)];
        var names = string.Join(", ", models.Select(model => Path.GetFileName(model.Path)));
        throw new CompressException([.. unknown.Select(entry => SpecDiagnostics.ExceptMatchesNothing(entry, names, operators))]);
    }
}
