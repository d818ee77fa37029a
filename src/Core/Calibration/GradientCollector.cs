using CompressTasks.Gradients;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Threading;

namespace CompressTasks.Calibration;

/// <summary>
/// Runs a model backwards on samples, from random cotangents on its outputs, and adds up the second moments of the gradients of its layers' outputs:
/// for cotangents of independent signs, E[g gᵀ] is E[JᵀJ], how far an error of a layer's outputs moves the model's.
/// </summary>
/// <param name="paths">The model, in files to which nodes are appended.</param>
/// <param name="outputs">The outputs that count.</param>
/// <param name="limits">How far moments are taken; what does not fit into memory is measured in another pass over the samples.</param>
/// <param name="file">Where moments go when they do not fit into memory together.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class GradientCollector(
    ModelPaths paths, IReadOnlyList<string> outputs, MomentLimits limits, CouplingFile file, CancellationToken cancellationToken)
{
    /// <summary>Steps of samples at most; where they are few, several cotangents on each make up for it.</summary>
    private const int MostSteps = 64;
    private const int FewestRuns = 16;
    private const int MostCotangents = 4;

    /// <summary>Gradients differ more from place to place than inputs do.</summary>
    private const int PatchesForOne = 4;

    /// <summary>A backward run keeps what the model has computed forwards: with more bytes than this there is none.</summary>
    private const long MostBytes = 1L << 30;

    /// <summary>Different shapes of inputs, and paths, that a backward graph is made for; samples of further ones are left out.</summary>
    private const int MostShapes = 8;

    /// <summary>Collects the moments of the layers' outputs.</summary>
    /// <param name="uses">By weight.</param>
    /// <param name="samples">The samples, from the first on, as often as asked for.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    /// <returns>By weight; nothing of weights whose layers' outputs have no known gradient, or one that is always zero.</returns>
    public IReadOnlyDictionary<string, PackedMoments> Collect(
        IReadOnlyDictionary<string, WeightUse> uses, IReadOnlyList<SampleSequence> samples, Action<double> progress)
    {
        var left = new Queue<KeyValuePair<string, WeightUse>>(
            uses.Where(use => use.Value.ShowsOutputs).OrderBy(use => use.Key, StringComparer.Ordinal));
        var all = left.Count;
        var isInMemory = MomentLimits.CopiesOfTwoSides * left.Sum(use => Bytes(use.Value)) <= limits.Memory;
        var collected = new Dictionary<string, PackedMoments>(StringComparer.Ordinal);
        while (left.Count > 0)
        {
            var pass = new Dictionary<string, (WeightUse Use, SecondMoments Moments)>(StringComparer.Ordinal);
            for (var bytes = 0L; left.TryPeek(out var next) && (pass.Count == 0 || bytes + Bytes(next.Value) <= limits.Memory);)
            {
                left.Dequeue();
                bytes += Bytes(next.Value);
                pass[next.Key] = (next.Value, new SecondMoments(next.Value.Layout.Outputs, RunLength(next.Value)));
            }

            foreach (var weight in Measure(pass, samples))
                collected[weight] = new(pass[weight].Moments, isInMemory ? null : file);
            progress(1 - ((double)left.Count / all));
        }

        return collected;
    }

    private int RunLength(WeightUse use) => Math.Min(limits.RunLength, use.Layout.Outputs / use.Layout.Groups);

    private long Bytes(WeightUse use) => SecondMoments.Bytes(use.Layout.Outputs, RunLength(use));

    /// <returns>The weights whose moments are whole.</returns>
    private IReadOnlyList<string> Measure(Dictionary<string, (WeightUse Use, SecondMoments Moments)> pass, IReadOnlyList<SampleSequence> samples)
    {
        var graphs = paths.Models.Select((model, path) => Graph(model, [.. Outputs(pass.Values.Select(weight => weight.Use), path)])).ToList();
        if (graphs.TrueForAll(graph => graph is null))
            return [];
        var (steps, scales) = Forward(graphs, samples);
        if (steps.Any(step => step.Shapes.Values.Sum(shape => sizeof(float) * GradientWriter.Elements(shape)) > MostBytes))
            return [];
        var known = new HashSet<string>(pass.Keys, StringComparer.Ordinal);
        var done = 0;
        var count = Math.Clamp(FewestRuns / steps.Count, 1, MostCotangents);
        foreach (var shape in steps.GroupBy(step => (step.Path, step.Key)).Take(MostShapes))
        {
            var path = shape.Key.Path;
            var (addition, gradients) = graphs[path]?.Build(shape.First().Shapes) ?? (new(), new Dictionary<string, string>());
            known.RemoveWhere(weight => pass[weight].Use.OnPaths[path]?.Outputs.Any(output => !gradients.ContainsKey(output.Tensor)) ?? false);
            if (known.Count == 0)
                return [];
            List<string> used = [.. Outputs(known.Select(weight => pass[weight].Use), path)];
            if (used.Count == 0)
                continue;
            using var session = paths.Models[path].OpenWith(addition);
            var runs = shape.SelectMany(step => Enumerable.Repeat(step, count)).ToList();
            var seed = done;
            done += runs.Count;
            OrderedParallel.Run(
                runs.Count, limits.Threads,
                index => session.Run(
                    [.. runs[index].Inputs, .. Cotangents(runs[index], scales, seed + index)], [.. used.Select(tensor => gradients[tensor])],
                    cancellationToken),
                (index, found) => Add(pass, known, used.Zip(found).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal),
                    path, seed + index, steps.Count * count),
                cancellationToken);
        }

        return [.. known.Where(weight => pass[weight].Moments is { Samples: > 0 } moments
            && moments.Finish().All(matrix => matrix.All(double.IsFinite)))];
    }

    /// <summary>What layers put out on a path.</summary>
    private static IEnumerable<string> Outputs(IEnumerable<WeightUse> uses, int path) =>
        uses.SelectMany(use => use.OnPaths[path]?.Outputs ?? []).Select(output => output.Tensor).Distinct(StringComparer.Ordinal);

    /// <returns>Null when nothing has a gradient that is known.</returns>
    private GradientGraph? Graph(ObservedModel model, IReadOnlyList<string> wanted)
    {
        var graph = new GradientGraph(model.Structure, wanted, outputs);
        return graph.Tensors.Count == 0 && !wanted.Any(outputs.Contains) ? null : graph;
    }

    private void Add(
        Dictionary<string, (WeightUse Use, SecondMoments Moments)> pass, HashSet<string> known, Dictionary<string, TensorValue> gradients,
        int path, int run, int runs)
    {
        var failed = new bool[pass.Count];
        var weights = pass.ToArray();
        var options = new ParallelOptions { MaxDegreeOfParallelism = limits.Threads, CancellationToken = cancellationToken };
        Parallel.For(0, weights.Length, options, index =>
        {
            var (weight, (use, moments)) = weights[index];
            var layers = use.OnPaths[path]?.Outputs ?? [];
            var most = PatchesForOne * limits.PatchesFor(use.Layout.Outputs, RunLength(use)) / runs / layers.Count;
            var sampling = new InputSampling((long)Math.Ceiling(most), (ulong)run);
            failed[index] = known.Contains(weight) && !layers.All(output => output.AddTo([gradients[output.Tensor]], [moments], sampling));
        });
        for (var index = 0; index < weights.Length; index++)
        {
            if (failed[index])
                known.Remove(weights[index].Key);
        }
    }

    /// <summary>Runs the samples forwards: the shapes of their tensors, and by how much each output counts.</summary>
    private (List<Step> Steps, float[] Scales) Forward(IReadOnlyList<GradientGraph?> graphs, IReadOnlyList<SampleSequence> samples)
    {
        using var sessions = new PathSessions(paths, path => paths.Models[path].OpenWith(graphs[path]?.Shapes() ?? new()));
        var steps = new List<Step>();
        float[] scales = [];
        foreach (var (path, inputs, found) in Runs().Take(MostSteps))
        {
            var shapes = new Dictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal);
            foreach (var (tensor, shape) in (graphs[path]?.Tensors ?? []).Zip(found.Skip(outputs.Count)))
                shapes[tensor] = [.. WholeNumbers.Read(shape)];
            if (steps.Count == 0)
                scales = Scales([.. found.Take(outputs.Count)]);
            var key = string.Join(';', inputs.Select(input => string.Join(',', input.Shape)));
            steps.Add(new(path, key, inputs, [.. found.Take(outputs.Count).Select(output => output with { Bytes = [] })], shapes));
        }

        return (steps, scales);

        IEnumerable<(int Path, IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs)> Runs()
        {
            var run = 0L;
            foreach (var sequence in samples)
            {
                foreach (var (path, inputs, found) in sessions.Run(sequence, run, Asked, cancellationToken))
                {
                    if (path is { } taken)
                        yield return (taken, inputs, found);
                }

                run += sequence.Steps.Count;
            }
        }

        IReadOnlyList<string> Asked(int path) => [.. outputs, .. (graphs[path]?.Tensors ?? []).Select(GradientGraph.ShapeOf)];
    }

    /// <summary>Each output counts by the share of its variance that it loses, as in the search.</summary>
    private static float[] Scales(IReadOnlyList<TensorValue> outputs) => [.. outputs.Select(output =>
    {
        if (output.Type != ElementType.Float)
            return 0;
        var values = output.Values();
        var total = SquaredError.Between(values, values).Total;
        return total > 0 && double.IsFinite(total) ? (float)(1 / Math.Sqrt(total)) : 0;
    })];

    private TensorValue[] Cotangents(Step step, float[] scales, int seed) => [.. step.Outputs.Index()
        .Where(output => output.Item.Type == ElementType.Float)
        .Select(output =>
        {
            var signs = new SplitMix64((ulong)seed);
            var bytes = new byte[sizeof(float) * GradientWriter.Elements(output.Item.Shape)];
            for (var at = 0; at < bytes.Length; at += sizeof(float))
                BitConverter.TryWriteBytes(bytes.AsSpan(at), (signs.Next() >> 63) == 0 ? scales[output.Index] : -scales[output.Index]);
            return new TensorValue(GradientGraph.CotangentOf(outputs[output.Index]), ElementType.Float, output.Item.Shape, bytes);
        })];

    /// <summary>One run of the model.</summary>
    /// <param name="Path">Of the run.</param>
    /// <param name="Key">The shapes of the inputs.</param>
    /// <param name="Inputs">What it is fed.</param>
    /// <param name="Outputs">What it gives, without the values.</param>
    /// <param name="Shapes">Of its tensors.</param>
    private sealed record Step(int Path, string Key, IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs,
        IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes);
}
