using System.Runtime.InteropServices;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Gradients;

/// <summary>Writes the nodes of a backward graph, in the forms that an opset has. Everything in it is of float32.</summary>
/// <param name="opset">Of the default domain, 8 or more.</param>
/// <param name="halves">The tensors of the model that are of float16.</param>
/// <param name="prefix">Of the names of what it writes.</param>
internal sealed class GradientWriter(long opset, IReadOnlySet<string> halves, string prefix = "gradient/")
{
    private const int OpsetOfWhere = 9;
    private readonly Dictionary<string, string> _operands = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>What was written.</summary>
    public GraphProto Graph { get; } = new();

    public long Opset => opset;

    /// <returns>The name of the node's output.</returns>
    public string Node(string type, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        var name = NewName();
        Graph.Node.Add(new NodeProto { OpType = type, Name = name, Input = { inputs }, Output = { name }, Attribute = { attributes } });
        return name;
    }

    /// <summary>A tensor of the model, as float32 where it is of float16.</summary>
    public string Operand(string tensor)
    {
        if (!halves.Contains(tensor))
            return tensor;
        if (!_operands.TryGetValue(tensor, out var operand))
            _operands[tensor] = operand = Float(tensor);
        return operand;
    }

    public string Add(string a, string b) => Node("Add", [a, b]);

    public string Subtract(string a, string b) => Node("Sub", [a, b]);

    public string Multiply(string a, string b) => Node("Mul", [a, b]);

    public string Multiply(string a, double factor) => factor == 1 ? a : Multiply(a, Constant((float)factor));

    public string Divide(string a, string b) => Node("Div", [a, b]);

    public string Negate(string a) => Node("Neg", [a]);

    /// <summary>A value where a condition holds, and zero elsewhere.</summary>
    public string Where(string condition, string value) =>
        opset >= OpsetOfWhere ? Node("Where", [condition, value, Constant(0f)]) : Multiply(value, Float(condition));

    /// <summary>One value where a condition holds, and another one elsewhere.</summary>
    public string Where(string condition, string value, string otherwise) =>
        opset >= OpsetOfWhere ? Node("Where", [condition, value, otherwise]) : Add(otherwise, Where(condition, Subtract(value, otherwise)));

    /// <summary>As float32: 0 and 1 of truth values.</summary>
    public string Float(string value) => Node("Cast", [value], Integer("to", (long)ElementType.Float));

    public string Reshape(string value, IReadOnlyList<long> shape) => Node("Reshape", [value, Constant(shape)]);

    public string Transpose(string value, IEnumerable<int> order) => Node("Transpose", [value], Integers("perm", order.Select(axis => (long)axis)));

    /// <summary>Exchanges the last two axes.</summary>
    public string TransposeMatrices(string value, int rank) =>
        Transpose(value, [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]);

    /// <summary>Sums along axes, which stay with a length of 1.</summary>
    public string Sum(string value, IReadOnlyList<long> axes) => Reduce("ReduceSum", value, axes, opset >= 13);

    /// <summary>The sum of all elements, without axes.</summary>
    public string SumOfAll(string value) => Node("ReduceSum", [value], Integer("keepdims", 0));

    /// <summary>Means along axes, which stay with a length of 1.</summary>
    public string Mean(string value, IReadOnlyList<long> axes) => Reduce("ReduceMean", value, axes, opset >= 18);

    /// <summary>A part of a tensor along one axis.</summary>
    public string Slice(string value, int axis, long start, long end) => opset >= 10
        ? Node("Slice", [value, Constant([start]), Constant([end]), Constant([axis])])
            : Node("Slice", [value], Integers("axes", [axis]), Integers("starts", [start]), Integers("ends", [end]));

    /// <summary>Undoes broadcasting: sums what one element has become, back to the shape that it had.</summary>
    public string SumTo(string value, IReadOnlyList<long> from, IReadOnlyList<long> to)
    {
        var added = from.Count - to.Count;
        long[] axes = [.. Enumerable.Range(0, from.Count).Where(axis => from[axis] != 1 && (axis < added || to[axis - added] == 1))
            .Select(axis => (long)axis)];
        var summed = axes.Length == 0 ? value : Sum(value, axes);
        return axes.Length == 0 && added == 0 ? summed : Reshape(summed, to);
    }

    /// <summary>A number of the model's kind.</summary>
    public string Constant(float value) => Constant(MemoryMarshal.AsBytes([value]), ElementType.Float, []);

    /// <summary>Numbers in a shape.</summary>
    public string Constant(ReadOnlySpan<float> values, IReadOnlyList<long> shape) =>
        Constant(MemoryMarshal.AsBytes(values), ElementType.Float, shape);

    /// <summary>A vector of whole numbers.</summary>
    public string Constant(IReadOnlyList<long> values) => Constant(MemoryMarshal.AsBytes<long>(values.ToArray()), ElementType.Int64, [values.Count]);

    /// <summary>0, 1, 2, … in a shape.</summary>
    public string Counting(IReadOnlyList<long> shape) =>
        Constant(MemoryMarshal.AsBytes<long>([.. Enumerable.Range(0, (int)Elements(shape)).Select(i => (long)i)]), ElementType.Int64, shape);

    /// <summary>A tensor of one value.</summary>
    public string Filled(float value, IReadOnlyList<long> shape) => Node("Expand", [Constant(value), Constant(shape)]);

    public static long Elements(IEnumerable<long> shape) => shape.Aggregate(1L, (product, length) => product * length);

    public static AttributeProto Integer(string name, long value) => new() { Name = name, Type = 2, I = value };

    public static AttributeProto Integers(string name, IEnumerable<long> values) => new() { Name = name, Type = 7, Ints = { values } };

    private string Reduce(string type, string value, IReadOnlyList<long> axes, bool areAxesInput) =>
        areAxesInput ? Node(type, [value, Constant(axes)]) : Node(type, [value], Integers("axes", axes));

    private string NewName() => prefix + _count++;

    private string Constant(ReadOnlySpan<byte> bytes, ElementType type, IReadOnlyList<long> shape)
    {
        var name = NewName();
        Graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)type, Dims = { shape }, RawData = ByteString.CopyFrom(bytes) });
        return name;
    }
}
