using CompressTasks.Gradients;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;

namespace CompressTasks.Calibration;

/// <summary>A model to whose files backward graphs are appended.</summary>
/// <param name="paths">The model; its files are as they were after <see cref="Restore"/>.</param>
/// <param name="outputs">The outputs that count.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class BackwardModel(ModelPaths paths, IReadOnlyList<string> outputs, CancellationToken cancellationToken)
{
    /// <summary>A backward run keeps what the model has computed forwards: with more bytes than this there is none.</summary>
    private const long MostBytes = 1L << 30;

    public IReadOnlyList<string> Outputs => outputs;

    /// <summary>The graphs of the paths that runs take.</summary>
    public IReadOnlyList<ObservedModel> Models => paths.Models;

    /// <summary>Makes the files what they were.</summary>
    public void Restore()
    {
        foreach (var model in paths.Models)
            model.Restore();
    }

    /// <summary>Finds the shapes of a backward graph's tensors on samples, of which those of the same path and shapes are run once.</summary>
    /// <param name="graphs">The backward graph of each path; null where there is none.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="most">Runs at most.</param>
    /// <returns>The runs whose path is known, and the outputs of the first one.</returns>
    public (IReadOnlyList<BackwardRun> Runs, IReadOnlyList<TensorValue> First) Forward(
        IReadOnlyList<GradientGraph?> graphs, IEnumerable<SampleSequence> samples, int most)
    {
        using var sessions = new PathSessions(paths, path => paths.Models[path].OpenWith(graphs[path]?.Shapes() ?? new()));
        var runs = new List<BackwardRun>();
        var known = new Dictionary<(int? Path, string Key), BackwardRun>();
        IReadOnlyList<TensorValue> first = [];
        var done = 0L;
        foreach (var sequence in samples)
        {
            if (sequence.Steps.Count == 1
                && known.TryGetValue((paths.OfRun(done), Key(sequence.Steps[0].Inputs.Concat(sequence.Initial))), out var same))
                runs.Add(same with { Inputs = [.. sequence.Steps[0].Inputs, .. sequence.Initial] });
            else
                Run(sequence);
            done += sequence.Steps.Count;
            if (runs.Count >= most)
                break;
        }

        return (runs, first);

        void Run(SampleSequence sequence)
        {
            foreach (var (path, inputs, found) in sessions.Run(sequence, done, Asked, cancellationToken).Take(most - runs.Count))
            {
                if (path is not { } taken)
                    continue;
                var shapes = new Dictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal);
                foreach (var (tensor, shape) in Tensors(taken).Zip(found.Skip(outputs.Count)))
                    shapes[tensor] = [.. WholeNumbers.Read(shape)];
                if (runs.Count == 0)
                    first = [.. found.Take(outputs.Count)];
                runs.Add(new(taken, Key(inputs), inputs, [.. found.Take(outputs.Count).Select(output => output with { Bytes = [] })], shapes));
                known[(path, runs[^1].Key)] = runs[^1];
            }
        }

        IReadOnlyList<string> Tensors(int path) => graphs[path]?.Tensors ?? [];

        IReadOnlyList<string> Asked(int path) => [.. outputs, .. Tensors(path).Select(GradientGraph.ShapeOf)];
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
/// <param name="Path">Of the run.</param>
/// <param name="Key">The shapes of the inputs.</param>
/// <param name="Inputs">What it is fed.</param>
/// <param name="Outputs">What it gives, without the values.</param>
/// <param name="Shapes">Of its tensors.</param>
internal sealed record BackwardRun(int Path, string Key, IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs,
    IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes);
