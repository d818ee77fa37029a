using CompressTasks.Gradients;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using Google.Protobuf;

namespace CompressTasks.Calibration;

/// <summary>A model file to which nodes and outputs are added, to see what its layers meet. No more of it is open than one session.</summary>
/// <param name="structure">What is in the file, its large payloads aside.</param>
/// <param name="path">The file, which is changed.</param>
/// <param name="open">Opens a session on the file.</param>
internal sealed class ObservedModel(ModelProto structure, string path, Func<ModelRunner> open)
{
    private readonly long _length = new FileInfo(path).Length;

    public ModelProto Structure => structure;

    /// <summary>The tensors of the main graph that can be made outputs, or are inputs.</summary>
    public IReadOnlySet<string> Observable { get; } = structure.Graph.Node.Where(node => node.OpType != "Constant").SelectMany(node => node.Output)
        .Concat(structure.Graph.Input.Select(input => input.Name)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Opens it with the tensors as outputs, beside its own. It keeps all of them until a run has ended.</summary>
    public ModelRunner Show(IEnumerable<string> tensors) =>
        OpenWith(new() { Output = { tensors.Select(name => new ValueInfoProto { Name = name }) } });

    /// <summary>The bytes of tensors in a run. The tensors themselves are not kept.</summary>
    public IReadOnlyDictionary<string, long> SizesOn(
        IReadOnlyList<TensorValue> inputs, IReadOnlyList<string> tensors, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, int> bits;
        using (var shown = Show(tensors))
            bits = shown.Inputs.Concat(shown.Outputs).DistinctBy(tensor => tensor.Name)
                .ToDictionary(tensor => tensor.Name, tensor => tensor.Type.BitsPerElement(), StringComparer.Ordinal);
        using var session = OpenWith(ShapeOutputs.Of(structure.Graph, tensors, GradientGraph.ShapeOf));
        return tensors.Zip(session.Run(inputs, [.. tensors.Select(GradientGraph.ShapeOf)], cancellationToken)).ToDictionary(pair => pair.First,
            pair => WholeNumbers.Read(pair.Second).Aggregate((long)bits[pair.First], (product, length) => product * length) / 8,
            StringComparer.Ordinal);
    }

    /// <summary>
    /// Opens the file with an addition to its graph, in place of the last one. Messages that come twice are merged (Protocol Buffers, encoding), so
    /// nothing else changes.
    /// </summary>
    public ModelRunner OpenWith(GraphProto addition)
    {
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(_length);
            file.Position = _length;
            new ModelProto { Graph = addition }.WriteTo(file);
        }

        return open();
    }

    /// <summary>Makes the file what it was.</summary>
    public void Restore()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.SetLength(_length);
    }
}
