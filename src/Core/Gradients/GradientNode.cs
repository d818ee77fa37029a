using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Gradients;

/// <summary>A node of the model, with the gradients of its outputs.</summary>
/// <param name="node">The node.</param>
/// <param name="shapes">Of all its inputs and outputs.</param>
/// <param name="gradients">Of its outputs; null where nothing depends on one.</param>
/// <param name="writer">Takes the nodes that compute the gradients of its inputs.</param>
internal sealed class GradientNode(
    NodeProto node, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes, IReadOnlyList<string?> gradients, GradientWriter writer)
{
    public GradientWriter Writer => writer;

    public string Operator => node.OpType;

    public int Inputs => node.Input.Count;

    public int Outputs => node.Output.Count;

    /// <summary>The first output.</summary>
    public string Output => writer.Operand(node.Output[0]);

    public IReadOnlyList<long> OutputShape => shapes[node.Output[0]];

    public int Rank => Shape(0).Count;

    /// <summary>The gradient of the first output.</summary>
    public string Gradient => gradients[0]!;

    /// <summary>Whether the first output is the only one that has a gradient.</summary>
    public bool HasOneGradient => gradients[0] is not null && gradients.Skip(1).All(gradient => gradient is null);

    public string? GradientOf(int output) => gradients[output];

    public string Input(int index) => writer.Operand(node.Input[index]);

    public bool HasInput(int index) => index < node.Input.Count && node.Input[index].Length > 0;

    public IReadOnlyList<long> Shape(int input) => shapes[node.Input[input]];

    public IReadOnlyList<long> ShapeOfOutput(int output) => shapes[node.Output[output]];

    public bool Has(string attribute) => Attribute(attribute) is not null;

    public long Integer(string name, long otherwise) => Attribute(name)?.I ?? otherwise;

    public float Real(string name, float otherwise) => Attribute(name)?.F ?? otherwise;

    public string Text(string name, string otherwise) => Attribute(name)?.S.ToStringUtf8() ?? otherwise;

    public IReadOnlyList<long>? Integers(string name) => Attribute(name)?.Ints;

    public IReadOnlyList<long> Integers(string name, int count, long otherwise) =>
        Integers(name) is { Count: > 0 } values ? values : [.. Enumerable.Repeat(otherwise, count)];

    /// <summary>An axis of the first input, counted from the front.</summary>
    public int Axis(long otherwise) => Integer("axis", otherwise) is var axis && axis < 0 ? (int)axis + Rank : (int)axis;

    /// <summary>The attribute as it is; null where the node has none.</summary>
    public AttributeProto? Attribute(string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);
}
