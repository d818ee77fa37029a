using CompressTasks.Compression;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Corpus;
using CompressTasks.IO;
using CompressTasks.Onnx.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Core.Tests.Runnable;

/// <summary>Makes a runnable model of a small one, and runs both.</summary>
internal sealed class RewrittenRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="model">The model.</param>
    /// <param name="stage">The stage of all weights, such as <c>integer: { bits: 8 }</c>.</param>
    /// <param name="more">More of the spec: a gate.</param>
    /// <param name="format">What is written.</param>
    /// <param name="files">Files beside the model.</param>
    public RewrittenRun(ModelProto model, string stage, string more = "", string format = "onnx", params (string Name, byte[] Bytes)[] files)
    {
        OriginalPath = _folder.Write("m.onnx", model);
        foreach (var (name, bytes) in files)
            _folder.Write(name, bytes);
        Outcome = SpecRun.Compress(_folder, $$"""
            models: [ { path: m.onnx, format: {{format}} } ]
            rules: [ { weights: '**', minElements: 8, stack: [ {{stage}} ] } ]
            output: out
            {{more}}
            """);
        Path = format == "onnx" ? Outcome.ArtifactPath : System.IO.Path.ChangeExtension(Outcome.ArtifactPath, ".onnx");
        if (format == "onnxz")
            SpecRun.Restore(Outcome.ArtifactPath, Path);
        Model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path));
    }

    public string OriginalPath { get; }

    /// <summary>The runnable model.</summary>
    public string Path { get; }

    public CompressionOutcome Outcome { get; }

    /// <summary>The runnable model, parsed.</summary>
    public ModelProto Model { get; }

    /// <summary>Operators of the runnable model, in its order.</summary>
    public IEnumerable<string> Operators => Model.Graph.Node.Select(node => node.OpType);

    public string this[string file] => _folder[file];

    public float[] Original(params NamedTensor[] inputs) => Floats(OnnxRuntimeOutputs.Run(OriginalPath, inputs)[0]);

    public float[] Run(GraphOptimizationLevel level, params NamedTensor[] inputs) => Floats(OnnxRuntimeOutputs.Run(Path, inputs, level)[0]);

    /// <summary>The graph that ONNX Runtime makes of the runnable model.</summary>
    public GraphProto Optimized() => Fusion.Optimized(Path);

    /// <summary>What a tensor of integers and its scales stand for, per element by hand: the scale of the channel that a function names.</summary>
    public double[] Dequantized(string weight, Func<int, int> channelOf)
    {
        var integers = Model.Graph.Initializer.Single(tensor => tensor.Name == $"{weight}_quantized").RawData;
        var scales = Scales(weight);
        return [.. integers.Select((value, i) => (double)scales[channelOf(i)] * (sbyte)value)];
    }

    public float[] Scales(string weight)
    {
        var bytes = Model.Graph.Initializer.Single(tensor => tensor.Name == $"{weight}_scale").RawData;
        return [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToSingle(bytes.Span[(4 * i)..]))];
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Values between −1 and 1 without any order.</summary>
    public static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        double Next() => random.NextDouble() - random.NextDouble();
        return [.. Enumerable.Range(0, count).Select(_ => (float)(Next() + Next()) / 2)];
    }

    public static NamedTensor Input(string name, float[] values, params long[] shape) =>
        new(name, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, shape, Build.Bytes(values));

    /// <summary>A weight of noise.</summary>
    public static TensorProto Weight(string name, int seed, params long[] shape)
    {
        var tensor = Build.Raw(name, Noise((int)shape.Aggregate(1L, (product, length) => product * length), seed));
        tensor.Dims.Clear();
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    /// <summary>As DynamicQuantizeLinear has it (ONNX): 255 steps over a range that has 0 in it, rounded half to even.</summary>
    public static double[] DynamicallyQuantized(float[] values)
    {
        var (least, most) = (Math.Min(0, values.Min()), Math.Max(0, values.Max()));
        var scale = (most - least) / 255;
        var zero = Math.Clamp(MathF.Round(-least / scale), 0, 255);
        return [.. values.Select(value => (double)scale * (Math.Clamp(MathF.Round(value / scale) + zero, 0, 255) - zero))];
    }

    /// <summary>a · b, of [rows, inner] and [inner, columns].</summary>
    public static double[] Product(double[] a, double[] b, int rows, int inner, int columns)
    {
        var result = new double[rows * columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
                result[(i * columns) + j] = Enumerable.Range(0, inner).Sum(k => a[(i * inner) + k] * b[(k * columns) + j]);
        }

        return result;
    }

    public static double[] Transposed(double[] matrix, int rows, int columns) =>
        [.. Enumerable.Range(0, matrix.Length).Select(i => matrix[(i % rows * columns) + (i / rows)])];

    private static float[] Floats(NamedTensor tensor) =>
        [.. Enumerable.Range(0, tensor.Bytes.Length / 4).Select(i => BitConverter.ToSingle(tensor.Bytes, 4 * i))];
}
