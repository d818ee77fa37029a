using CompressTasks.Calibration;
using CompressTasks.Coding.Quantization;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Threading;

namespace CompressTasks.Compression.Allocation;

/// <summary>
/// Codes several weights with one step. At equal steps every weight pays the same bits for the same cut of the total squared error, which is the
/// condition for the least total error at a given size (one Lagrange multiplier over all weights: Shoham, Gersho 1988). A weight that would fall
/// below the floor gets a finer step of its own.
/// </summary>
internal sealed class SharedStepSearch(OnnxModel model, IReadOnlyList<WeightPlan> plans, int threads, CancellationToken cancellationToken)
{
    private const int MostTrials = 24;

    /// <summary>A search ends when it uses this share of what is allowed.</summary>
    private const double Close = 0.998;

    private readonly StepEncoder _coder = new(model, new Dictionary<string, CalibratedWeight>(), cancellationToken);

    /// <summary>The largest step whose pooled R² is at least <paramref name="r2"/>.</summary>
    public PartlyEncodedModel ForR2(double r2)
    {
        Trial? best = null;
        var (finest, coarsest) = (0.0, double.PositiveInfinity);
        var step = StartingStep(r2);
        for (var i = 0; i < MostTrials && step > 0; i++)
        {
            var trial = Try(step);
            var allowed = (1 - r2) * trial.Error.Total;
            if (trial.Error.R2 >= r2)
            {
                best = trial;
                finest = step;
                if (trial.Error.Residual >= Close * allowed || trial.StepIsIrrelevant)
                    break;
            }
            else
            {
                coarsest = step;
            }

            // The squared error grows with the square of the step.
            step = Next(step * Math.Sqrt(allowed / Math.Max(trial.Error.Residual, double.Epsilon)), step, finest, coarsest);
        }

        // Without any step that meets it, each weight on its own must: what cannot is carried exactly.
        return best?.Encoded ?? new([.. plans.Select(plan => plan with { Target = QuantizeTarget.R2(r2) })]);
    }

    /// <summary>The finest step whose chunks have at most <paramref name="budget"/> bytes in all; null when there is none.</summary>
    public PartlyEncodedModel? ForBytes(long budget)
    {
        Trial? best = null;
        var (finest, coarsest) = (0.0, double.PositiveInfinity);
        var step = StartingStep(0.99);
        var elements = plans.Sum(plan => plan.Weight.Elements);
        for (var i = 0; i < MostTrials; i++)
        {
            var trial = Try(step);
            if (trial.Bytes <= budget)
            {
                best = trial;
                coarsest = step;
                if (trial.Bytes >= Close * budget || trial.Error.Residual == 0)
                    break;
            }
            else
            {
                finest = step;
                if (trial.StepIsIrrelevant)
                    break;
            }

            // A step twice as large saves one bit per value.
            var bits = Math.Clamp(8.0 * (trial.Bytes - budget) / elements, -8, 8);
            step = Next(step * DeterministicMath.PowerOfTwo(bits), step, finest, coarsest);
        }

        return best?.Encoded;
    }

    private Trial Try(double step)
    {
        var results = new EncodedPlan[plans.Count];
        OrderedParallel.Run(
            [.. plans.Select(plan => plan.Weight.PayloadBytes)],
            threads,
            index => _coder.Encode(plans[index], step),
            (index, result) => results[index] = result,
            cancellationToken);
        var lossy = results.Where(result => result.Encoded.KeptBecause is null).ToList();
        return new(
            new([.. results.Select(result => result.Plan)], results.ToDictionary(result => result.Weight, result => result.Encoded)),
            lossy.Aggregate(default(SquaredError), (sum, result) => sum + result.Encoded.Error),
            results.Sum(result => result.Encoded.Chunk.LongLength),
            results.All(result => result.Plan.Target is not QuantizeTarget.GivenStep));
    }

    /// <summary>Where a uniform quantizer's error of Δ²/12 per value would make this R².</summary>
    private double StartingStep(double r2)
    {
        var total = default(SquaredError);
        foreach (var weight in plans.Select(plan => plan.Weight))
        {
            var values = new double[weight.Elements];
            model.ReadValues(weight, values);
            if (values.All(double.IsFinite))
                total += SquaredError.Between(values, values);
        }

        return total is { Elements: > 0, Total: > 0 } && double.IsFinite(total.Total) ? Math.Sqrt(12 * (1 - r2) * total.Total / total.Elements) : 1;
    }

    /// <summary>The proposed step, if it lies between those known to be too fine and too coarse; otherwise one halfway.</summary>
    private static double Next(double proposed, double last, double finest, double coarsest)
    {
        if (proposed > finest && proposed < coarsest && proposed != last && double.IsFinite(proposed))
            return proposed;
        return finest == 0 ? coarsest / 4
            : double.IsPositiveInfinity(coarsest) ? finest * 4
            : Math.Sqrt(finest) * Math.Sqrt(coarsest);
    }

    /// <param name="Encoded">The weights with the steps of this trial, and their chunks.</param>
    /// <param name="Error">Of all weights that were coded with a loss.</param>
    /// <param name="Bytes">Of all chunks.</param>
    /// <param name="StepIsIrrelevant">Every weight is at its floor: a coarser step changes nothing.</param>
    private sealed record Trial(PartlyEncodedModel Encoded, SquaredError Error, long Bytes, bool StepIsIrrelevant);
}
