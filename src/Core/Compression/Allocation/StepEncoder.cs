using CompressTasks.Calibration;
using CompressTasks.Coding.Quantization;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Spec;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Compression.Allocation;

/// <summary>Codes a weight with a given step, or, where that would take it below the floor, with a finer one of its own.</summary>
/// <param name="model">The original.</param>
/// <param name="calibrated">The weights that are coded against the inputs that their layers meet, by path.</param>
/// <param name="cancellationToken">Stops within weights.</param>
internal sealed class StepEncoder(OnnxModel model, IReadOnlyDictionary<string, CalibratedWeight> calibrated, CancellationToken cancellationToken)
{
    private const int MostAttempts = 24;

    /// <param name="plan">A weight whose stack is <c>quantize</c> alone.</param>
    /// <param name="step">The step, above 0.</param>
    /// <returns>The chunk, and the plan with the target that made it.</returns>
    public EncodedPlan Encode(WeightPlan plan, double step)
    {
        if (calibrated.TryGetValue(plan.Weight.Path, out var weight))
            return new(plan, AboveFloor(plan, weight, step));
        var shared = plan with { Target = QuantizeTarget.Step(step) };
        var encoded = Encode(shared);
        var floor = Floor(plan);

        // Written so that an unknown R², that of a constant weight, is below every floor, and below none.
        return encoded.KeptBecause is not null || encoded.Error.R2 >= (floor ?? double.NegativeInfinity)
            ? new(shared, encoded)
            : WithR2(plan, floor ?? (plan.Stack!.Stages[0] is QuantizeSpec.ToPooledR2 target ? target.R2 : 0.99));
    }

    /// <summary>Codes a weight with the step that its R² needs.</summary>
    public EncodedPlan WithR2(WeightPlan plan, double r2)
    {
        var own = plan with { Target = QuantizeTarget.R2(r2) };
        return new(own, Encode(own));
    }

    /// <summary>Codes a weight about as well as an R²: once, where <see cref="WithR2"/> looks for the very step.</summary>
    public EncodedPlan Near(WeightPlan plan, double r2)
    {
        var values = new double[plan.Weight.Elements];
        model.ReadValues(plan.Weight, values);
        var step = Math.Sqrt(12 * (1 - r2) * SquaredError.Between(values, values).Total / values.Length);
        if (!(step > 0 && double.IsFinite(step)))
            return WithR2(plan, r2);
        var own = plan with { Target = QuantizeTarget.Step(step) };
        return new(own, Encode(own));
    }

    /// <summary>
    /// Codes a weight about as well as an R², where its layer's outputs are concerned: to measure what it has to do with the model's.
    /// </summary>
    /// <param name="coded">The weight, coded with this R² of its own values.</param>
    /// <param name="r2">R².</param>
    public EncodedPlan Trial(EncodedPlan coded, double r2)
    {
        if (!calibrated.TryGetValue(coded.Weight.Path, out var weight))
            return coded;
        var values = new double[coded.Weight.Elements];
        model.ReadValues(coded.Weight, values);
        return coded with { Encoded = Encode(coded.Plan, weight, CalibratedEncoder.StepFor(values, weight, r2)) };
    }

    /// <summary>Where the step is too coarse for the floor, finer ones are tried.</summary>
    private EncodedWeight AboveFloor(WeightPlan plan, CalibratedWeight weight, double step)
    {
        var encoded = Encode(plan, weight, step);
        for (var attempt = 0; Floor(plan) is { } floor && encoded.KeptBecause is null && !(encoded.Error.R2 >= floor)
            && attempt < MostAttempts; attempt++)
        {
            step *= Math.Clamp(Math.Sqrt(0.98 * (1 - floor) / (1 - encoded.Error.R2)), 0.25, 0.98);
            encoded = Encode(plan, weight, step);
        }

        return encoded;
    }

    private EncodedWeight Encode(WeightPlan plan, CalibratedWeight weight, double step) =>
        WeightEncoder.Encode(model.ReadBytes(plan.Weight), plan.Weight.ElementType, plan.Weight.Shape, weight, step, cancellationToken);

    private static double? Floor(WeightPlan plan) => plan.Stack!.Stages[0] switch
    {
        QuantizeSpec.ToPooledR2 target => target.Floor,
        QuantizeSpec.ToArtifactBytes target => target.Floor,
        QuantizeSpec.ForOutputs target => target.Floor,
        _ => null,
    };

    private EncodedWeight Encode(WeightPlan plan) =>
        WeightEncoder.Encode(model.ReadBytes(plan.Weight), plan.Weight.ElementType, plan.Weight.Shape, plan.Stack!, plan.Target, 1,
            cancellationToken);
}
