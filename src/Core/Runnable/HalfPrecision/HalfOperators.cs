using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Runnable.HalfPrecision;

/// <summary>
/// Which standard operators can compute in float16, by the type constraints of their schemas (ONNX, Operator Schemas, opsets 6 to 24), and which
/// lose too much by it. ONNX Runtime casts around those that it has no float16 kernel for.
/// </summary>
internal static class HalfOperators
{
    private const string TooLarge = "results that may pass 65,504";
    private const string ManyTerms = "sums of many values";
    private const string TooSmall = "values near zero, of which float16 has few";
    private const string Angles = "angles, which would lose their fraction";
    private const string Coordinates = "coordinates, which would lose their fraction";

    private static readonly ByteString _none = ByteString.CopyFromUtf8("none");

    private static readonly HashSet<string> _movements = new(StringComparer.Ordinal)
    {
        "CenterCropPad", "Compress", "Concat", "DepthToSpace", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "Identity", "Pad",
        "Reshape", "ReverseSequence", "Scatter", "ScatterElements", "ScatterND", "Slice", "SpaceToDepth", "Split", "Squeeze", "Tile", "Transpose",
        "Trilu", "Unsqueeze", "Where",
    };

    private static readonly HashSet<string> _elementwise = new(StringComparer.Ordinal)
    {
        "Abs", "Add", "Ceil", "Clip", "Cos", "Div", "Exp", "Floor", "Log", "Max", "Mean", "Min", "Mul", "Neg", "Pow", "Reciprocal", "Round", "Sign",
        "Sin", "Sqrt", "Sub", "Sum", "Tan",
    };

    private static readonly HashSet<string> _others = new(StringComparer.Ordinal)
    {
        "Acos", "Acosh", "AffineGrid", "ArgMax", "ArgMin", "Asin", "Asinh", "Atan", "Atanh", "Attention", "AveragePool", "BatchNormalization",
        "Col2Im", "Conv", "ConvTranspose", "Cosh", "CumSum", "Det", "Dropout", "Einsum", "Elu", "Equal", "Erf", "GRU", "Gelu", "Gemm",
        "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "Greater", "GreaterOrEqual", "GridSample", "GroupNormalization", "HardSigmoid",
        "HardSwish", "Hardmax", "InstanceNormalization", "IsInf", "IsNaN", "LRN", "LSTM", "LayerNormalization", "LeakyRelu", "Less", "LessOrEqual",
        "LogSoftmax", "LpNormalization", "LpPool", "MatMul", "MaxPool", "MaxRoiPool", "MaxUnpool", "Mish", "NonZero",
        "OneHot", "PRelu", "RMSNormalization", "RNN", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
        "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare", "Relu", "Resize", "RoiAlign", "RotaryEmbedding", "Selu", "Shape", "Shrink",
        "Sigmoid", "Sinh", "Size", "Softmax", "Softplus", "Softsign", "Swish", "Tanh", "ThresholdedRelu", "TopK", "Upsample",
    };

    /// <summary>The opsets from which their types have float16, where that is not the first one.</summary>
    private static readonly Dictionary<string, int> _since = new(StringComparer.Ordinal) { ["CumSum"] = 14, ["Equal"] = 11, ["IsInf"] = 20 };

    private static readonly Dictionary<string, string> _losses = new(StringComparer.Ordinal)
    {
        ["Cosh"] = TooLarge,
        ["Exp"] = TooLarge,
        ["GlobalLpPool"] = TooLarge,
        ["LpNormalization"] = TooLarge,
        ["LpPool"] = TooLarge,
        ["Pow"] = TooLarge,
        ["ReduceL2"] = TooLarge,
        ["ReduceLogSumExp"] = TooLarge,
        ["ReduceProd"] = TooLarge,
        ["ReduceSumSquare"] = TooLarge,
        ["Sinh"] = TooLarge,
        ["CumSum"] = ManyTerms,
        ["ReduceL1"] = ManyTerms,
        ["ReduceLogSum"] = ManyTerms,
        ["ReduceMean"] = ManyTerms,
        ["ReduceSum"] = ManyTerms,
        ["Log"] = TooSmall,
        ["Reciprocal"] = TooSmall,
        ["Sqrt"] = TooSmall,
        ["Cos"] = Angles,
        ["Sin"] = Angles,
        ["Tan"] = Angles,
        ["AffineGrid"] = Coordinates,
        ["GridSample"] = Coordinates,
        ["MaxRoiPool"] = Coordinates,
        ["RoiAlign"] = Coordinates,
    };

    /// <summary>Why a node cannot compute in float16, or not well; null when it can.</summary>
    public static string? Hindrance(NodeProto node, long opset)
    {
        var type = node.StandardOperator();
        return node.Attribute.Any(attribute => attribute.G is not null || attribute.Graphs.Count > 0) ? "branches, or a body"
            : !IsKnown(node) ? "no float16 form is known"
            : node.Attribute.Any(attribute => attribute.Name == "reduction" && attribute.S != _none) ? "ONNX Runtime reduces in float32 only"
            : opset < _since.GetValueOrDefault(type) ? $"opset {opset} has no float16 form"
            : type == "Mul" && node.Input is [var one, var other] && one == other ? TooLarge
            : _losses.GetValueOrDefault(type);
    }

    /// <summary>Whether a node's operator can be of float16 in some opset.</summary>
    public static bool IsKnown(NodeProto node) => IsElementwise(node) || IsMovement(node) || _others.Contains(node.StandardOperator());

    /// <summary>Whether each value of its result is one of an input, elsewhere.</summary>
    public static bool IsMovement(NodeProto node) => _movements.Contains(node.StandardOperator());

    /// <summary>Whether it does one step of arithmetic on each value.</summary>
    public static bool IsElementwise(NodeProto node) => _elementwise.Contains(node.StandardOperator());

    /// <summary>Whether an input is of float32 even where the node computes in float16.</summary>
    public static bool IsFloat32Input(NodeProto node, int input) => node.StandardOperator() switch
    {
        "Resize" => input > 0,
        "Upsample" => input == 1,
        _ => false,
    };

    /// <summary>Whether an output is of float32 even where the node computes in float16.</summary>
    public static bool IsFloat32Output(NodeProto node, int output) => node.StandardOperator() == "LayerNormalization" && output > 0;
}
