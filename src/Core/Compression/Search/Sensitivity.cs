using System.Collections.Concurrent;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Threading;
using CompressTasks.WeightCoding.Decoding;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Compression.Search;

/// <summary>
/// Measures what a squared error in each weight does to the outputs: one weight at a time is exchanged for its decoded form, and the model is run.
/// What quantization does to outputs is, to first order, a sum over weights, each proportional to its own squared error.
/// </summary>
internal sealed class Sensitivity(OnnxModel original, OutputGateRunner evaluation, ReferenceRuns calibration, Func<TrialModel> createModel,
    int threads, CancellationToken cancellationToken)
{
    /// <summary>An output error below this share of the output's variance is rounding in the model's own arithmetic.</summary>
    private const double Rounding = 1e-12;

    /// <summary>Measures every weight, the largest first, until the time is up.</summary>
    /// <param name="weights">Each with its chunk.</param>
    /// <param name="deadline">When to stop.</param>
    /// <param name="progress">Told after every weight.</param>
    /// <returns>
    /// For every weight the share of the outputs' variance that is lost per squared error in it; 0 when the samples do not show any effect; null when
    /// there was no time to measure it.
    /// </returns>
    public IReadOnlyList<double?> Measure(IReadOnlyList<EncodedPlan> weights, Deadline deadline, ProgressMeter progress)
    {
        var models = new ConcurrentBag<TrialModel>();
        var sensitivities = new double?[weights.Count];
        var order = Enumerable.Range(0, weights.Count).OrderByDescending(index => weights[index].Weight.PayloadBytes).ToArray();
        try
        {
            OrderedParallel.Run(
                [.. order.Select(index => weights[index].Weight.PayloadBytes)],
                threads,
                position =>
                {
                    if (deadline.HasPassed)
                        return null;
                    if (!models.TryTake(out var model))
                        model = createModel();
                    try
                    {
                        return Measure(model, weights[order[position]].Weight, weights[order[position]].Encoded);
                    }
                    finally
                    {
                        models.Add(model);
                    }
                },
                (position, sensitivity) =>
                {
                    sensitivities[order[position]] = sensitivity;
                    progress.Add(weights[order[position]].Weight.PayloadBytes);
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

    private double? Measure(TrialModel model, OnnxWeight weight, EncodedWeight encoded)
    {
        if (encoded.Distortion == 0)
            return 0;
        model.Write(weight.Path, Decode(weight, encoded, new WorkerPool(1)));
        var error = Error(model);
        model.Write(weight.Path, original.ReadBytes(weight));
        return Of(error, encoded);
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
