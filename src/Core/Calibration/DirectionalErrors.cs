using CompressTasks.Gradients;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Threading;

namespace CompressTasks.Calibration;

/// <summary>
/// What errors of weights do to a model's outputs, of all weights in the same backward runs. With random signs c on the outputs, E[(cᵀ J e)²] is
/// ‖J e‖² for the error e of a weight: the squared error of the outputs, to first order.
/// </summary>
/// <param name="model">The model, of one path.</param>
/// <param name="threads">At least 1; the result does not depend on it.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class DirectionalErrors(BackwardModel model, int threads, CancellationToken cancellationToken)
{
    /// <summary>Runs that are enough: a squared error is known within a factor of 1 ± √(2/64), its step within 9 %.</summary>
    private const int FewestRuns = 64;
    private const int MostCotangents = 4;

    /// <summary>Different shapes of inputs that a backward graph is made for.</summary>
    private const int MostShapes = 8;

    /// <summary>Whether nothing was measured because a backward run would keep too much.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Measures.</summary>
    /// <param name="weights">Paths and shapes.</param>
    /// <param name="samples">Samples, each of a single run.</param>
    /// <param name="totals">For each output what an error of it is a share of; it does not count where that is no number above 0.</param>
    /// <param name="readError">Writes the error of the weight with an index.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    /// <returns>By weight the sum of the shares that outputs lose on all samples; nothing of weights whose derivatives are not known.</returns>
    public IReadOnlyDictionary<string, double> Measure(IReadOnlyList<(string Path, IReadOnlyList<long> Shape)> weights,
        IReadOnlyList<SampleSequence> samples, IReadOnlyList<double> totals, Action<int, Span<float>> readError,
        Action<double> progress)
    {
        var only = model.Models.Single();
        var directions = new DirectionalDerivatives(only.Structure, weights.Select(weight => weight.Path));
        var graph = new GradientGraph(only.Structure, directions.Tensors, model.Outputs);
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        if (graph.Tensors.Count == 0 && !directions.Tensors.Any(model.Outputs.Contains))
            return sums;
        var (all, _) = model.Forward([graph], samples, samples.Count);
        var shapes = all.GroupBy(run => run.Key, StringComparer.Ordinal).ToList();
        IsTooLarge = BackwardModel.IsTooLarge(all);
        if (shapes.Count > MostShapes || IsTooLarge)
            return sums;
        float[] scales = [.. totals.Select(total => total > 0 && double.IsFinite(total) ? (float)(1 / Math.Sqrt(total)) : 0)];
        var count = Math.Clamp(FewestRuns / all.Count, 1, MostCotangents);
        var (done, ended) = (0, 0);
        foreach (var shape in shapes)
        {
            var (addition, gradients) = graph.Build(shape.First().Shapes);
            var numbers = directions.Append(addition, gradients);
            var known = weights.Index().Where(weight => numbers.ContainsKey(weight.Item.Path)).ToList();
            if (known.Count == 0)
                return new Dictionary<string, double>();
            using var session = only.OpenWith(addition);
            using var errors = new FixedInputs(
                [.. known.Select(weight => (DirectionalDerivatives.ErrorOf(weight.Item.Path), weight.Item.Shape))],
                (index, values) => readError(known[index].Index, values));
            var runs = shape.SelectMany(run => Enumerable.Repeat(run, count)).ToList();
            var seed = done;
            done += runs.Count;
            OrderedParallel.Run(
                runs.Count, threads,
                index => session.Run([.. runs[index].Inputs, .. model.Cotangents(runs[index], scales, seed + index)], errors,
                    [.. known.Select(weight => numbers[weight.Item.Path])], cancellationToken),
                (_, found) =>
                {
                    progress((double)++ended / (all.Count * count));
                    foreach (var (weight, number) in known.Zip(found))
                        sums[weight.Item.Path] = sums.GetValueOrDefault(weight.Item.Path) + (number.ValueAt(0) * number.ValueAt(0) / count);
                },
                cancellationToken);
        }

        return sums;
    }
}
