using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Core.Tests.Outputs;

/// <summary>Small models that ONNX Runtime runs.</summary>
internal static class Graphs
{
    /// <param name="inputs">Float inputs; −1 is an open axis.</param>
    /// <param name="outputs">Names and types.</param>
    /// <param name="weights">Initializers.</param>
    /// <param name="nodes">Operator, inputs and output, as in <c>MatMul a,b -> c</c>.</param>
    public static ModelProto Model((string Name, long[] Shape)[] inputs, (string Name, ElementType Type)[] outputs, TensorProto[] weights,
        params string[] nodes)
    {
        var graph = new GraphProto { Name = "g", Initializer = { weights } };
        foreach (var (name, shape) in inputs)
            graph.Input.Add(Build.Value(name, ElementType.Float, shape));
        foreach (var (name, type) in outputs)
            graph.Output.Add(Build.ValueOfAnyShape(name, type));
        foreach (var text in nodes)
        {
            var parts = text.Split(' ');
            var node = Build.Node(parts[0], parts[^1], parts[^1]);
            node.Input.AddRange(parts[1].Split(','));
            graph.Node.Add(node);
        }

        return Build.Model(graph);
    }

    public static TensorProto Matrix(string name, int rows, int columns, Func<int, float> value)
    {
        var tensor = Build.Raw(name, [.. Enumerable.Range(0, rows * columns).Select(value)]);
        tensor.Dims.Clear();
        tensor.Dims.AddRange([rows, columns]);
        return tensor;
    }
}
