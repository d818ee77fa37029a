using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Runnable.HalfPrecision;

/// <summary>The element types of the tensors of a main graph: those that the model declares, and what follows from them for its operators.</summary>
internal sealed class ElementTypes
{
    private const int FirstDropoutWithBoolMask = 10;

    private readonly Dictionary<string, ElementType> _types = new(StringComparer.Ordinal);
    private readonly long _opset;

    public ElementTypes(GraphIndex index)
    {
        _opset = index.Opset;
        var graph = index.Graph;
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
            Add(value.Name, Declared(value.Type?.TensorType?.ElemType ?? 0));
        foreach (var tensor in graph.Initializer)
            Add(tensor.Name, Declared(tensor.DataType));
        foreach (var node in graph.Node)
        {
            foreach (var (position, output) in node.Output.Index())
                Add(output, Of(node, position));
        }
    }

    /// <summary>The type of a tensor; null when it is not known, or is no tensor.</summary>
    public ElementType? this[string name] => _types.TryGetValue(name, out var type) ? type : null;

    private void Add(string name, ElementType? type)
    {
        if (name.Length > 0 && type is { } known)
            _types.TryAdd(name, known);
    }

    private static ElementType? Declared(long number) => number > 0 ? (ElementType)number : null;

    private ElementType? Of(NodeProto node, int output) => node.StandardOperator() switch
    {
        "And" or "Equal" or "Greater" or "GreaterOrEqual" or "IsInf" or "IsNaN" or "Less" or "LessOrEqual" or "Not" or "Or" or "Xor" =>
            ElementType.Bool,
        "ArgMax" or "ArgMin" or "NonMaxSuppression" or "NonZero" or "Shape" or "Size" => ElementType.Int64,
        "ConvInteger" or "MatMulInteger" => ElementType.Int32,
        "Cast" => Declared(Number(node, "to") ?? 0),
        "CastLike" or "DequantizeLinear" => Input(node, 1),
        "Constant" => OfConstant(node),
        "ConstantOfShape" => Declared(Tensor(node)?.DataType ?? (long)ElementType.Float),
        "Bernoulli" or "EyeLike" or "RandomNormalLike" or "RandomUniformLike" => Declared(Number(node, "dtype") ?? 0) ?? Input(node, 0),
        "RandomNormal" or "RandomUniform" => Declared(Number(node, "dtype") ?? (long)ElementType.Float),
        "Multinomial" => Declared(Number(node, "dtype") ?? (long)ElementType.Int32),
        "DynamicQuantizeLinear" => output == 1 ? ElementType.Float : ElementType.UInt8,
        "QuantizeLinear" => Input(node, 2) ?? Declared(Number(node, "output_dtype") ?? (long)ElementType.UInt8),
        "QLinearConv" or "QLinearMatMul" => Input(node, 7),
        "If" => OfBody(node, "then_branch", output),
        "Loop" => OfBody(node, "body", output + 1),
        "Scan" => OfBody(node, "body", output),
        "Dropout" when output == 1 => _opset >= FirstDropoutWithBoolMask ? ElementType.Bool : Input(node, 0),
        "LayerNormalization" when output > 0 => ElementType.Float,
        "MaxPool" or "TopK" or "Unique" when output > 0 => ElementType.Int64,
        "OneHot" => Input(node, 2),
        "Where" => Input(node, 1) ?? Input(node, 2),
        "Celu" or "Mod" or "Range" or "ReduceMax" or "Unique" => Input(node, 0),
        _ when HalfOperators.IsElementwise(node) || node.StandardOperator() is "Conv" or "Concat" or "Gemm" or "MatMul" => InputOfAny(node),
        _ when HalfOperators.IsKnown(node) => Input(node, 0),
        _ => null,
    };

    private ElementType? Input(NodeProto node, int input) => input < node.Input.Count ? this[node.Input[input]] : null;

    private ElementType? InputOfAny(NodeProto node) => node.Input.Select(input => this[input]).FirstOrDefault(type => type is not null);

    /// <summary>As the body declares it; the first output of a loop's is whether it goes on.</summary>
    private static ElementType? OfBody(NodeProto node, string name, int output) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.G is { } body && output < body.Output.Count
            ? Declared(body.Output[output].Type?.TensorType?.ElemType ?? 0) : null;

    private static ElementType? OfConstant(NodeProto node) => Tensor(node) is { } tensor ? Declared(tensor.DataType)
        : node.Attribute.FirstOrDefault()?.Name switch
        {
            "value_float" or "value_floats" => ElementType.Float,
            "value_int" or "value_ints" => ElementType.Int64,
            "value_string" or "value_strings" => ElementType.String,
            _ => null,
        };

    private static TensorProto? Tensor(NodeProto node) => node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T;

    private static long? Number(NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I;
}
