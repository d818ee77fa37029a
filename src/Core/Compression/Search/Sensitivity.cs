using System.Collections.Concurrent;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Threading;
using CompressTasks.WeightCoding.Decoding;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Compression.Search;

/// <summary>
/// Measures what a squared error in each weight does to the outputs: one weight at a time is exchanged for its decoded form, and the model is run.
/// What quantization does to outputs is, to first order, a sum over weights, each proportional to its own squared error. Where runs take long, several
/// weights are exchanged at a time: coded with the same R², they are taken to have equal parts in what the outputs lose.
/// </summary>
internal sealed class Sensitivity(OnnxModel original, OutputGateRunner evaluation, ReferenceRuns calibration, Func<TrialModel> createModel,
    int threads, CancellationToken cancellationToken)
{
    /// <summary>An output error below this share of the output's variance is rounding in the model's own arithmetic.</summary>
    private const double Rounding = 1e-12;

    /// <summary>Measures every weight, the largest first, until the time is up.</summary>
    /// <param name="groups">What is exchanged at a time, each weight with its chunk.</param>
    /// <param name="deadline">When to stop.</param>
    /// <param name="progress">Told after every group.</param>
    /// <returns>
    /// By weight the share of the outputs' variance that is lost per squared error in it; 0 when the samples do not show any effect; null when there was
    /// no time to measure it.
    /// </returns>
    public IReadOnlyDictionary<EncodedPlan, double?> Measure(
        IReadOnlyList<IReadOnlyList<EncodedPlan>> groups, Deadline deadline, ProgressMeter progress)
    {
        var models = new ConcurrentBag<TrialModel>();
        var sensitivities = new Dictionary<EncodedPlan, double?>();
        var bytes = groups.Select(group => group.Sum(weight => weight.Weight.PayloadBytes)).ToArray();
        var order = Enumerable.Range(0, groups.Count).OrderByDescending(index => bytes[index]).ToArray();
        try
        {
            OrderedParallel.Run(
                [.. order.Select(index => bytes[index])],
                threads,
                position =>
                {
                    if (deadline.HasPassed)
                        return default(double?);
                    if (!models.TryTake(out var model))
                        model = createModel();
                    try
                    {
                        return Measure(model, groups[order[position]]);
                    }
                    finally
                    {
                        models.Add(model);
                    }
                },
                (position, error) =>
                {
                    var group = groups[order[position]];
                    foreach (var weight in group)
                    {
                        sensitivities[weight] = !HasError(weight) ? 0
                            : error is { } lost ? Of(lost / group.Count(HasError), weight.Encoded) : null;
                    }

                    progress.Add(bytes[order[position]]);
                },
                cancellationToken);
        }
        finally
        {
            foreach (var model in models)
                model.Dispose();
        }

        return sensitivities;
    }

    /// <summary>The sensitivity of a weight.</summary>
    /// <param name="error">The shares of their variance that outputs lose by it.</param>
    /// <param name="encoded">What it was coded with.</param>
    public static double Of(double error, EncodedWeight encoded) => error < Rounding ? 0 : error / encoded.Distortion;

    /// <summary>The payload that a chunk stands for.</summary>
    public static byte[] Decode(OnnxWeight weight, EncodedWeight encoded, WorkerPool pool)
    {
        var payload = new byte[weight.PayloadBytes];
        WeightDecoder.Decode(encoded.Chunk, weight.ElementType, weight.Shape, payload, pool);
        return payload;
    }

    private static bool HasError(EncodedPlan weight) => weight.Encoded.Distortion > 0;

    /// <returns>What the outputs lose by the errors of some weights together.</returns>
    private double? Measure(TrialModel model, IReadOnlyList<EncodedPlan> group)
    {
        var exchanged = group.Where(HasError).ToList();
        if (exchanged.Count == 0)
            return 0;
        foreach (var weight in exchanged)
            model.Write(weight.Weight.Path, Decode(weight.Weight, weight.Encoded, new WorkerPool(1)));
        var error = Error(model);
        foreach (var weight in exchanged)
            model.Write(weight.Weight.Path, original.ReadBytes(weight.Weight));
        return error;
    }

    /// <summary>The lost shares of the variance of all outputs, added up; infinite when values cannot be compared, or the model not be run.</summary>
    private double Error(TrialModel model)
    {
        var error = evaluation.OnRestored(
            model.Path,
            session => calibration.Compare(session, logits: false, threads: 1, cancellationToken).Outputs
                .Select(output => output.Error)
                .Where(output => output.Total > 0 || double.IsNaN(output.Residual))
                .Sum(output => output.Residual / output.Total),
            _ => double.PositiveInfinity);
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }
}
