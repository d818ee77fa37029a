using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Runnable;

/// <summary>A layer that uses a weight.</summary>
/// <param name="Node">The layer.</param>
/// <param name="Index">Which node of the graph it is.</param>
/// <param name="Input">Which of its inputs the weight is.</param>
/// <param name="IsTransposed">Whether the weight, a matrix, comes in transposed.</param>
internal sealed record LayerUse(NodeProto Node, int Index, int Input, bool IsTransposed)
{
    /// <summary>What the layer gives.</summary>
    public string Output => Node.Output[0];

    /// <summary>The input that is not the weight.</summary>
    public string Activation => Node.Input[Input == 0 ? 1 : 0];

    public long Number(string name, long otherwise) => Node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I ?? otherwise;

    public double Real(string name, double otherwise) => Node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.F ?? otherwise;
}
