using CompressTasks.Onnx;
using CompressTasks.Spec;

namespace CompressTasks.Compression.Allocation;

/// <summary>Codes a weight with a given step, or, where that would take it below the floor, with a finer one of its own.</summary>
internal sealed class StepCoder(OnnxModel model, CancellationToken cancellationToken)
{
    /// <param name="plan">A weight whose stack is <c>quantize</c> alone.</param>
    /// <param name="step">The step, above 0.</param>
    /// <returns>The chunk, and the plan with the target that made it.</returns>
    public (EncodedWeight Encoded, WeightPlan Plan) Encode(WeightPlan plan, double step)
    {
        var target = Target(plan);
        var shared = With(plan, target with { R2 = null, Bytes = null, Step = step });
        var encoded = Encode(shared);

        // Written so that an unknown R², that of a constant weight, is below every floor, and below none.
        return encoded.KeptBecause is not null || encoded.Error.R2 >= (target.Floor ?? double.NegativeInfinity)
            ? (encoded, shared)
            : WithR2(plan, target.Floor ?? target.R2 ?? 0.99);
    }

    /// <summary>Codes a weight with the step that its R² needs.</summary>
    public (EncodedWeight Encoded, WeightPlan Plan) WithR2(WeightPlan plan, double r2)
    {
        var own = With(plan, Target(plan) with { R2 = r2, Bytes = null });
        return (Encode(own), own);
    }

    public static WeightPlan With(WeightPlan plan, QuantizeSpec quantize) =>
        plan with { Stack = plan.Stack! with { Stages = [quantize] } };

    private static QuantizeSpec Target(WeightPlan plan) => (QuantizeSpec)plan.Stack!.Stages[0];

    private EncodedWeight Encode(WeightPlan plan) =>
        WeightCodec.Encode(model.ReadBytes(plan.Weight), plan.Weight.ElementType, plan.Weight.Shape, plan.Stack!, 1, cancellationToken);
}
