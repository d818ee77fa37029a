using CompressTasks.Gradients;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using Google.Protobuf;

namespace CompressTasks.Calibration;

/// <summary>A model file to which backward graphs are appended.</summary>
/// <param name="structure">The model without its large payloads.</param>
/// <param name="path">A file of the model, in which every weight is the original one.</param>
/// <param name="open">Opens a session on that file.</param>
/// <param name="outputs">The outputs that count.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class BackwardModel(
    ModelProto structure, string path, Func<ModelRunner> open, IReadOnlyList<string> outputs, CancellationToken cancellationToken)
{
    /// <summary>A backward run keeps what the model has computed forwards: with more bytes than this there is none.</summary>
    private const long MostBytes = 1L << 30;

    private readonly long _length = new FileInfo(path).Length;

    public ModelProto Structure => structure;

    public IReadOnlyList<string> Outputs => outputs;

    /// <summary>Makes the file what it was.</summary>
    public void Restore()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.SetLength(_length);
    }

    /// <summary>Opens the model with an addition: messages that come twice are merged (Protocol Buffers, encoding).</summary>
    public ModelRunner Open(GraphProto addition)
    {
        Restore();
        using (var file = new FileStream(path, FileMode.Append))
            new ModelProto { Graph = addition }.WriteTo(file);
        return open();
    }

    /// <summary>Finds the shapes of a backward graph's tensors on samples, of which those of the same shapes are run once.</summary>
    /// <param name="graph">The backward graph.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="most">Runs at most.</param>
    /// <returns>The runs, and the outputs of the first one; nothing when a backward run would keep too much.</returns>
    public (IReadOnlyList<BackwardRun> Runs, IReadOnlyList<TensorValue> First) Forward(
        GradientGraph graph, IEnumerable<SampleSequence> samples, int most)
    {
        using var session = Open(graph.Shapes());
        string[] asked = [.. outputs, .. graph.Tensors.Select(GradientGraph.ShapeOf)];
        var runs = new List<BackwardRun>();
        var known = new Dictionary<string, BackwardRun>(StringComparer.Ordinal);
        IReadOnlyList<TensorValue> first = [];
        foreach (var sequence in samples)
        {
            if (sequence.Steps.Count == 1 && known.TryGetValue(Key(sequence.Steps[0].Inputs.Concat(sequence.Initial)), out var same))
                runs.Add(same with { Inputs = [.. sequence.Steps[0].Inputs, .. sequence.Initial] });
            else
                Run(sequence);
            if (runs.Count >= most)
                break;
        }

        return (runs, first);

        void Run(SampleSequence sequence)
        {
            foreach (var (inputs, found) in Rollout.Run(session, sequence, asked, cancellationToken).Take(most - runs.Count))
            {
                var shapes = new Dictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal);
                foreach (var (tensor, shape) in graph.Tensors.Zip(found.Skip(outputs.Count)))
                    shapes[tensor] = [.. WholeNumbers.Read(shape)];
                if (runs.Count == 0)
                    first = [.. found.Take(outputs.Count)];
                runs.Add(new(Key(inputs), inputs, [.. found.Take(outputs.Count).Select(output => output with { Bytes = [] })], shapes));
                known[runs[^1].Key] = runs[^1];
            }
        }
    }

    /// <summary>Whether a backward run would keep too much.</summary>
    public static bool IsTooLarge(IEnumerable<BackwardRun> runs) =>
        runs.Any(run => run.Shapes.Values.Sum(shape => sizeof(float) * GradientWriter.Elements(shape)) > MostBytes);

    /// <summary>Random signs for all outputs.</summary>
    /// <param name="run">The run.</param>
    /// <param name="scales">What each output's are multiplied by.</param>
    /// <param name="seed">Other seeds give other signs.</param>
    public TensorValue[] Cotangents(BackwardRun run, IReadOnlyList<float> scales, int seed) => [.. run.Outputs.Index()
        .Where(output => output.Item.Type is ElementType.Float or ElementType.Float16)
        .Select(output =>
        {
            var signs = new SplitMix64((ulong)seed);
            var bytes = new byte[sizeof(float) * GradientWriter.Elements(output.Item.Shape)];
            for (var at = 0; at < bytes.Length; at += sizeof(float))
                BitConverter.TryWriteBytes(bytes.AsSpan(at), (signs.Next() >> 63) == 0 ? scales[output.Index] : -scales[output.Index]);
            return new TensorValue(GradientGraph.CotangentOf(outputs[output.Index]), ElementType.Float, output.Item.Shape, bytes);
        })];

    private static string Key(IEnumerable<TensorValue> inputs) => string.Join(';', inputs.Select(input => string.Join(',', input.Shape)));
}

/// <summary>One run of a model.</summary>
/// <param name="Key">The shapes of the inputs.</param>
/// <param name="Inputs">What it is fed.</param>
/// <param name="Outputs">What it gives, without the values.</param>
/// <param name="Shapes">Of its tensors.</param>
internal sealed record BackwardRun(string Key, IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs,
    IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes);
