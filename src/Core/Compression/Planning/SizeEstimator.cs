using CompressTasks.Coding.Quantization;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Spec;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Compression.Planning;

/// <summary>
/// Estimates how large the chunk of a weight will be: rows of it are coded for real, once as many and once half as many, and the line through both
/// sizes is followed to the whole weight, so that what is stored once does not count once per row. Small weights are coded whole, and their size is
/// no estimate.
/// </summary>
internal sealed class SizeEstimator(OnnxModel model, CancellationToken cancellationToken)
{
    /// <summary>R² of a weight that gets next to no bits, and of one that gets all it can use.</summary>
    private const double LeastR2 = 0.001, MostR2 = 0.999999;

    /// <summary>Bytes of the chunk, or why the weight is carried exactly after all.</summary>
    /// <param name="plan">A weight with a chunk, with a target of its own.</param>
    public (long Bytes, string? KeptBecause) Estimate(WeightPlan plan)
    {
        var weight = plan.Weight;
        var payload = model.ReadBytes(weight);
        var keep = plan.KeepBecause ?? (plan.Stack is null ? KeepReason.Lossless : Unsuitable(weight));
        var rows = RowSample.Count(weight.Shape, weight.Elements);
        if (keep is null && plan is { Target: null, Stack.Stages: [QuantizeSpec.ToR2 { Of: R2Measure.Bulk } bulk] })
            plan = plan with { Target = QuantizeTarget.R2(BulkR2.Target(bulk.R2, Values(weight), weight.Shape)) };
        // Rows of a table repeat one another in ways that some of them do not show.
        if (plan.KeepBecause?.StartsWith(KeepReason.Table, StringComparison.Ordinal) == true)
            rows = (int)weight.Shape[0];
        var whole = weight.Shape.Count == 0 || rows == weight.Shape[0];
        var large = Encode(payload, weight, rows, keep, plan);
        if (whole)
            return large;
        var small = Encode(payload, weight, rows / 2, keep, plan);
        var perRow = Math.Max(0, (large.Bytes - small.Bytes) / (rows - (rows / 2.0)));
        return ((long)(large.Bytes + (perRow * (weight.Shape[0] - rows))), large.KeptBecause);
    }

    /// <summary>
    /// Gives weights that share a step the R² that each of them would have on its own: with one step all have about the same mean squared error, and
    /// it is such that the pooled R² is the target (reverse water-filling).
    /// </summary>
    public IReadOnlyList<WeightPlan> ShareR2(IReadOnlyList<WeightPlan> plans)
    {
        // Of weights that the codec will carry exactly nothing is lost.
        var errors = plans.Select(plan => Unsuitable(plan.Weight) is null ? Spread(plan.Weight) : default).ToList();
        var pooled = errors.Aggregate(default(SquaredError), (sum, error) => sum + error);
        return [.. plans.Zip(errors, (plan, error) =>
        {
            var target = (QuantizeSpec.ToPooledR2)plan.Stack!.Stages[0];
            var meanSquare = (1 - target.R2) * pooled.Total / Math.Max(1, pooled.Elements);
            var r2 = error.Total > 0 ? 1 - (meanSquare * error.Elements / error.Total) : target.R2;
            return plan with { Target = QuantizeTarget.R2(Math.Clamp(Math.Max(r2, target.Floor ?? LeastR2), LeastR2, MostR2)) };
        })];
    }

    private (long Bytes, string? KeptBecause) Encode(ReadOnlySpan<byte> payload, OnnxWeight weight, int rows, string? keep, WeightPlan plan)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var sample = RowSample.Take(payload, weight.Shape, rows);
        IReadOnlyList<long> shape = weight.Shape.Count == 0 ? weight.Shape : [rows, .. weight.Shape.Skip(1)];
        var encoded = keep is not null
            ? WeightEncoder.Keep(sample, weight.ElementType, shape, keep)
            : WeightEncoder.Encode(sample, weight.ElementType, shape, plan.Stack!, plan.Target, threads: 1, cancellationToken);
        return (encoded.Chunk.LongLength, encoded.KeptBecause);
    }

    /// <summary>What the codec looks at before it codes, of all values: a sample may lack the one that is not finite.</summary>
    private string? Unsuitable(OnnxWeight weight)
    {
        var values = Values(weight);
        return !values.All(double.IsFinite) ? KeepReason.NotFinite : FewValues.AreAll(values) ? KeepReason.FewValues : null;
    }

    private SquaredError Spread(OnnxWeight weight)
    {
        var values = Values(weight);
        return SquaredError.Between(values, values);
    }

    private double[] Values(OnnxWeight weight)
    {
        var values = new double[weight.Elements];
        model.ReadValues(weight, values);
        return values;
    }
}
