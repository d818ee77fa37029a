using System.Globalization;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Outputs.Sequences;

/// <summary>
/// tiny-gpt as decoders of text are deployed: with the keys and values of earlier tokens as inputs and outputs. <c>input_ids</c> int64 [batch, sequence] and
/// <c>past_key_values.N.key</c>, <c>.value</c> float [batch, 4, past, 64] to <c>logits</c> [batch, sequence, 63] and <c>present.N.key</c>, <c>.value</c>.
/// </summary>
internal sealed class KeyValueDecoder
{
    private const int HeadWidth = 64;
    private const int TinyLayers = 4;
    private const int TinyHeads = 4;
    private const int Context = 128;
    private const int Characters = 63;
    private const string Condition = "use_cache_branch";

    // AttributeProto.AttributeType, which ONNX Runtime insists on.
    private const int FloatType = 1;
    private const int IntType = 2;
    private const int GraphType = 5;
    private const int IntsType = 7;

    private readonly GraphProto _graph;
    private readonly string _prefix;
    private readonly int _layers;
    private readonly bool _usesPast;
    private int _names;

    private KeyValueDecoder(GraphProto graph, string prefix, int layers, bool usesPast) =>
        (_graph, _prefix, _layers, _usesPast) = (graph, prefix, layers, usesPast);

    /// <summary>The decoder.</summary>
    /// <param name="tinyGpt">The model file that has the weights.</param>
    public static byte[] Plain(string tinyGpt)
    {
        var graph = Outer(Weights(tinyGpt), TinyLayers, TinyHeads);
        new KeyValueDecoder(graph, "", TinyLayers, usesPast: true).AddNodes();
        return Model(graph);
    }

    /// <summary>A decoder of the same form and another size, with normally distributed weights.</summary>
    /// <param name="layers">Blocks.</param>
    /// <param name="heads">Of 64 values each.</param>
    /// <param name="seed">Of the weights.</param>
    public static byte[] Seeded(int layers, int heads, int seed)
    {
        var graph = Outer(RandomWeights(layers, heads * HeadWidth, new(seed)), layers, heads);
        new KeyValueDecoder(graph, "", layers, usesPast: true).AddNodes();
        return Model(graph);
    }

    /// <summary>
    /// Two decoders in the branches of an <c>If</c> on <c>use_cache_branch</c>, bool [1], that share the weights: one does not look at the past.
    /// </summary>
    /// <param name="tinyGpt">The model file that has the weights.</param>
    public static byte[] Merged(string tinyGpt)
    {
        var graph = Outer(Weights(tinyGpt), TinyLayers, TinyHeads);
        graph.Input.Add(Value(Condition, ElementType.Bool, "1"));
        var choose = new NodeProto { OpType = "If", Name = "choose", Input = { Condition } };
        choose.Output.AddRange(graph.Output.Select(output => output.Name));
        foreach (var (name, usesPast) in (ReadOnlySpan<(string, bool)>)[("then_branch", true), ("else_branch", false)])
        {
            var branch = new GraphProto { Name = name };
            var prefix = $"{name}_";
            new KeyValueDecoder(branch, prefix, TinyLayers, usesPast).AddNodes();
            branch.Output.AddRange(graph.Output.Select(output => new ValueInfoProto { Name = prefix + output.Name, Type = output.Type }));
            choose.Attribute.Add(new AttributeProto { Name = name, Type = GraphType, G = branch });
        }

        graph.Node.Add(choose);
        return Model(graph);
    }

    private static IEnumerable<TensorProto> Weights(string tinyGpt) => ModelProto.Parser.ParseFrom(File.ReadAllBytes(tinyGpt)).Graph.Initializer
        .Where(weight => weight.DataType == (int)ElementType.Float && !weight.Name.StartsWith("onnx::", StringComparison.Ordinal));

    /// <summary>As GPT-2 begins with: N(0, 0.02), no bias, gains of 1.</summary>
    private static IEnumerable<TensorProto> RandomWeights(int layers, int width, Random random)
    {
        yield return Matrix("wte.weight", Characters, width);
        yield return Matrix("wpe.weight", Context, width);
        foreach (var block in Enumerable.Range(0, layers).Select(layer => string.Create(CultureInfo.InvariantCulture, $"blocks.{layer}")))
        {
            foreach (var normalization in (string[])[$"{block}.ln_1", $"{block}.ln_2"])
            {
                yield return Constant($"{normalization}.weight", 1, width);
                yield return Constant($"{normalization}.bias", 0, width);
            }

            foreach (var (name, rows, columns) in new[]
            {
                ("attn.c_attn", 3 * width, width), ("attn.c_proj", width, width), ("mlp.c_fc", 4 * width, width), ("mlp.c_proj", width, 4 * width),
            })
            {
                yield return Matrix($"{block}.{name}.weight", rows, columns);
                yield return Constant($"{block}.{name}.bias", 0, rows);
            }
        }

        yield return Constant("ln_f.weight", 1, width);
        yield return Constant("ln_f.bias", 0, width);
        yield return Matrix("head.weight", Characters, width);

        TensorProto Matrix(string name, int rows, int columns) =>
            Tensor(name, Enumerable.Range(0, rows * columns).Select(_ => 0.02f * Normal()), rows, columns);

        // Box and Muller, 1958.
        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    }

    private static TensorProto Constant(string name, float value, int length) => Tensor(name, Enumerable.Repeat(value, length), length);

    private static TensorProto Tensor(string name, IEnumerable<float> values, params long[] shape) => new()
    {
        Name = name,
        DataType = (int)ElementType.Float,
        Dims = { shape },
        RawData = ByteString.CopyFrom([.. values.SelectMany(BitConverter.GetBytes)]),
    };

    private static GraphProto Outer(IEnumerable<TensorProto> weights, int layers, int heads)
    {
        var graph = new GraphProto { Name = "decoder" };
        graph.Initializer.AddRange(weights);
        graph.Initializer.Add(Integers("one_axis", 1));
        graph.Initializer.Add(Integers("last_axis", -1));
        graph.Initializer.Add(Integers("first_axis", 0));
        graph.Initializer.Add(Integers("head_shape", 0, 0, heads, HeadWidth));
        graph.Initializer.Add(Integers("row_shape", 0, 0, heads * HeadWidth));
        graph.Initializer.Add(Scalar("zero", 0));
        graph.Initializer.Add(Scalar("one", 1));
        graph.Initializer.Add(Scalar("two", 2));
        graph.Initializer.Add(Number("scale", 1 / MathF.Sqrt(HeadWidth)));
        graph.Initializer.Add(Number("minus_infinity", -1e9f));
        graph.Initializer.Add(Number("root_of_two", MathF.Sqrt(2)));
        graph.Initializer.Add(Number("unit", 1));
        graph.Initializer.Add(Number("half", 0.5f));
        graph.Input.Add(Value("input_ids", ElementType.Int64, "batch_size", "sequence_length"));
        graph.Output.Add(Value("logits", ElementType.Float, "batch_size", "sequence_length", "63"));
        for (var layer = 0; layer < layers; layer++)
        {
            foreach (var kind in (ReadOnlySpan<string>)["key", "value"])
            {
                graph.Input.Add(Value($"past_key_values.{layer}.{kind}", ElementType.Float, "batch_size", Text(heads), "past_sequence_length", "64"));
                graph.Output.Add(Value($"present.{layer}.{kind}", ElementType.Float, "batch_size", Text(heads), "total_sequence_length", "64"));
            }
        }

        return graph;
    }

    private void AddNodes()
    {
        var length = Add("Gather", [Add("Shape", ["input_ids"]), "one"]);
        var past = _usesPast ? Add("Gather", [Add("Shape", ["past_key_values.0.key"]), "two"]) : "zero";
        var total = Add("Add", [past, length]);
        var positions = Add("Range", [past, total, "one"]);
        var isSeen = Add("LessOrEqual", [Add("Unsqueeze", [Add("Range", ["zero", total, "one"]), "first_axis"]), Add("Unsqueeze", [positions, "one_axis"])]);
        var x = Add("Add", [Add("Gather", ["wte.weight", "input_ids"]), Add("Gather", ["wpe.weight", positions])]);
        for (var layer = 0; layer < _layers; layer++)
        {
            var block = $"blocks.{layer}";
            x = Add("Add", [x, Attention(Normalized(x, $"{block}.ln_1"), layer, isSeen)]);
            x = Add("Add", [x, Perceptron(Normalized(x, $"{block}.ln_2"), $"{block}.mlp")]);
        }

        Node("MatMul", _prefix + "logits", [Normalized(x, "ln_f"), Transposed("head.weight", 1, 0)]);
    }

    private string Attention(string x, int layer, string isSeen)
    {
        var attention = $"blocks.{layer}.attn";
        var all = Linear(x, $"{attention}.c_attn");
        string[] parts = [Name(), Name(), Name()];
        var split = Node("Split", parts[0], [all], Attribute("axis", 2));
        split.Output.AddRange(parts[1..]);
        var heads = parts.Select(part => Transposed(Add("Reshape", [part, "head_shape"]), 0, 2, 1, 3)).ToArray();
        var key = Joined(heads[1], layer, "key");
        var value = Joined(heads[2], layer, "value");
        var scores = Add("Mul", [Add("MatMul", [heads[0], Transposed(key, 0, 1, 3, 2)]), "scale"]);
        var weights = Add("Softmax", [Add("Where", [isSeen, scores, "minus_infinity"])], Attribute("axis", -1));
        var mixed = Add("Reshape", [Transposed(Add("MatMul", [weights, value]), 0, 2, 1, 3), "row_shape"]);
        return Linear(mixed, $"{attention}.c_proj");
    }

    private string Joined(string current, int layer, string kind)
    {
        var present = $"{_prefix}present.{layer}.{kind}";
        if (_usesPast)
            Node("Concat", present, [$"past_key_values.{layer}.{kind}", current], Attribute("axis", 2));
        else
            Node("Identity", present, [current]);
        return present;
    }

    private string Perceptron(string x, string name)
    {
        var hidden = Linear(x, $"{name}.c_fc");
        var error = Add("Add", [Add("Erf", [Add("Div", [hidden, "root_of_two"])]), "unit"]);
        return Linear(Add("Mul", [Add("Mul", [hidden, error]), "half"]), $"{name}.c_proj");
    }

    private string Linear(string x, string name) => Add("Add", [Add("MatMul", [x, Transposed($"{name}.weight", 1, 0)]), $"{name}.bias"]);

    private string Normalized(string x, string name) => Add(
        "LayerNormalization", [x, $"{name}.weight", $"{name}.bias"], Attribute("axis", -1), new() { Name = "epsilon", Type = FloatType, F = 1e-5f });

    private string Transposed(string x, params long[] axes) =>
        Add("Transpose", [x], new AttributeProto { Name = "perm", Type = IntsType, Ints = { axes } });

    private string Add(string type, string[] inputs, params AttributeProto[] attributes) => Node(type, Name(), inputs, attributes).Output[0];

    private NodeProto Node(string type, string output, string[] inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = type, Name = $"node_{output}", Output = { output }, Input = { inputs }, Attribute = { attributes } };
        _graph.Node.Add(node);
        return node;
    }

    private string Name() => string.Create(CultureInfo.InvariantCulture, $"{_prefix}t{_names++}");

    private static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = IntType, I = value };

    private static TensorProto Integers(string name, params long[] values) =>
        new() { Name = name, DataType = (int)ElementType.Int64, Dims = { values.Length }, Int64Data = { values } };

    private static TensorProto Scalar(string name, long value) => new() { Name = name, DataType = (int)ElementType.Int64, Int64Data = { value } };

    private static TensorProto Number(string name, float value) => new() { Name = name, DataType = (int)ElementType.Float, FloatData = { value } };

    private static ValueInfoProto Value(string name, ElementType type, params string[] shape)
    {
        var value = new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = (int)type, Shape = new() } } };
        value.Type.TensorType.Shape.Dim.AddRange(shape.Select(axis => long.TryParse(axis, CultureInfo.InvariantCulture, out var length)
            ? new TensorShapeProto.Types.Dimension { DimValue = length } : new() { DimParam = axis }));
        return value;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[] Model(GraphProto graph) =>
        new ModelProto { IrVersion = 8, ProducerName = "tests", Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } }.ToByteArray();
}
