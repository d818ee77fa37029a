using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Runnable.HalfPrecision;

/// <summary>
/// A copy of a model that computes in float16, for a CPU to compute what others do. Of a Cast to float16 and one back ONNX Runtime leaves out both,
/// and it has float16 kernels for few operators, so that hardly a result is rounded, and none passes 65,504. What has a float16 kernel and is not
/// optimized away keeps the casts apart: here a Reshape to the shape that there is.
/// </summary>
internal static class RoundedCopy
{
    /// <summary>Writes the copy.</summary>
    /// <param name="original">The model that it was made from: what is of float16 there is computed as there.</param>
    /// <param name="path">The model.</param>
    /// <param name="copy">The file to write, which is not there yet.</param>
    /// <returns>Whether anything is of float16; else nothing is written.</returns>
    public static bool Write(OnnxModel original, string path, string copy)
    {
        using var model = OnnxModel.Open(path);
        var graph = new GraphIndex(model.ReadStructure());
        var (types, before) = (new ElementTypes(graph), new GraphIndex(original.ReadStructure()));
        var parts = model.ReadParts();
        var edits = new GraphEdits(
            graph, index => NodeProto.Parser.ParseFrom(model.ReadField(parts.Nodes[index].Field)), Equalization.None);
        foreach (var (index, node) in graph.Graph.Node.Index().Where(pair => !HalfOperators.IsMovement(pair.Item)))
        {
            foreach (var (output, name) in node.Output.Index())
            {
                if (types[name] != ElementType.Float16 || before.HasName(name))
                    continue;
                var (unrounded, shape) = (edits.Unique($"{name}_unrounded"), edits.Unique($"{name}_shape"));
                edits.Change(index).Output[output] = unrounded;
                edits.AddBehind(name, GraphEdits.Node("Shape", [unrounded], [shape]), GraphEdits.Node("Reshape", [unrounded, shape], [name]));
            }
        }

        if (edits.Nodes.Count == 0)
            return false;
        RewrittenModel.Write(model, edits, new HashSet<string>(), copy);
        return true;
    }
}
