using CompressTasks.Gradients;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Threading;

namespace CompressTasks.Calibration;

/// <summary>
/// Runs a model backwards on samples, from random cotangents on its outputs, and adds up the second moments of the gradients of its layers' outputs:
/// for cotangents of independent signs, E[g gᵀ] is E[JᵀJ], how far an error of a layer's outputs moves the model's.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="limits">How far moments are taken; what does not fit into memory is measured in another pass over the samples.</param>
/// <param name="file">Where moments go when they do not fit into memory together.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class GradientCollector(BackwardModel model, MomentLimits limits, CouplingFile file, CancellationToken cancellationToken)
{
    /// <summary>Steps of samples at most; where they are few, several cotangents on each make up for it.</summary>
    private const int MostSteps = 64;
    private const int FewestRuns = 16;
    private const int MostCotangents = 4;

    /// <summary>Gradients differ more from place to place than inputs do.</summary>
    private const int PatchesForOne = 4;

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
        var isInMemory = MomentLimits.CopiesOfTwoSides * left.Sum(use => SecondMoments.BytesOfMatrices(use.Value.Layout.Outputs, RunLength(use.Value))) <= limits.Memory;
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

            // What cannot be run backwards at all is no progress.
            if (collected.Count > 0)
                progress(1 - ((double)left.Count / all));
        }

        return collected;
    }

    private int RunLength(WeightUse use) => Math.Min(limits.RunLength, use.Layout.Outputs / use.Layout.Groups);

    private long Bytes(WeightUse use) => SecondMoments.Bytes(use.Layout.Outputs, RunLength(use));

    /// <returns>The weights whose moments are whole.</returns>
    private IReadOnlyList<string> Measure(Dictionary<string, (WeightUse Use, SecondMoments Moments)> pass, IReadOnlyList<SampleSequence> samples)
    {
        var graphs = model.Models.Select((on, path) => Graph(on, [.. Outputs(pass.Values.Select(weight => weight.Use), path)])).ToList();
        if (graphs.TrueForAll(graph => graph is null))
            return [];
        var (steps, first) = model.Forward(graphs, samples, MostSteps);
        if (steps.Count == 0 || BackwardModel.IsTooLarge(steps))
            return [];
        var scales = Scales(first);
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
            using var session = model.Models[path].OpenWith(addition);
            var runs = shape.SelectMany(step => Enumerable.Repeat(step, count)).ToList();
            var seed = done;
            done += runs.Count;
            OrderedParallel.Run(
                runs.Count, limits.Threads,
                index => session.Run(
                    [.. runs[index].Inputs, .. model.Cotangents(runs[index], scales, seed + index)], [.. used.Select(tensor => gradients[tensor])],
                    cancellationToken),
                (index, found) => Add(pass, known, used.Zip(found).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal),
                    path, seed + index, steps.Count * count),
                cancellationToken);
        }

        return [.. known.Where(weight => pass[weight].Moments is { Samples: > 0 } moments
            && moments.Finish().All(triangle => triangle.All(double.IsFinite)))];
    }

    /// <summary>What layers put out on a path.</summary>
    private static IEnumerable<string> Outputs(IEnumerable<WeightUse> uses, int path) =>
        uses.SelectMany(use => use.OnPaths[path]?.Outputs ?? []).Select(output => output.Tensor).Distinct(StringComparer.Ordinal);

    /// <returns>Null when nothing has a gradient that is known.</returns>
    private GradientGraph? Graph(ObservedModel on, IReadOnlyList<string> wanted)
    {
        var graph = new GradientGraph(on.Structure, wanted, model.Outputs);
        return graph.Tensors.Count == 0 && !wanted.Any(model.Outputs.Contains) ? null : graph;
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

    /// <summary>Each output counts by the share of its variance that it loses, as in the search.</summary>
    private static float[] Scales(IReadOnlyList<TensorValue> outputs) => [.. outputs.Select(output =>
    {
        if (output.Type is not (ElementType.Float or ElementType.Float16))
            return 0;
        var values = output.Values();
        var total = SquaredError.Between(values, values).Total;
        return total > 0 && double.IsFinite(total) ? (float)(1 / Math.Sqrt(total)) : 0;
    })];
}
