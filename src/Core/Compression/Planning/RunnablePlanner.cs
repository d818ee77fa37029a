using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Runnable;
using CompressTasks.Spec;

namespace CompressTasks.Compression.Planning;

/// <summary>Tells the plan of a rewritten model in terms of the original's weights.</summary>
internal static class RunnablePlanner
{
    /// <param name="spec">Whose rules rewrite the graph.</param>
    /// <param name="opened">The original.</param>
    /// <param name="runnable">The rewritten model.</param>
    /// <param name="plan">Its plan as an artifact.</param>
    public static PlannedModel Describe(CompressionSpec spec, OpenedModel opened, RunnableBuild runnable, PlannedModel plan)
    {
        var isModel = opened.Format == ModelFormat.Onnx;
        var planned = plan.Weights.ToDictionary(weight => weight.Path, StringComparer.Ordinal);
        var left = runnable.Rewriting.Left.ToDictionary(weight => weight.Weight, weight => weight.Reason);
        var rewritten = runnable.Rewriting.Weights.ToDictionary(weight => weight.Weight);
        return plan with
        {
            RunnablePath = opened.RunnablePath,
            OriginalBytes = opened.Model.TotalBytes,
            AttributeFloats = opened.Model.AttributeFloats,
            EstimatedBytes = spec.LayerSearch is not null ? null : isModel ? runnable.Model.TotalBytes : plan.EstimatedBytes,
            Weights = [.. opened.Model.Weights.Select(weight => IsSearched(weight) ? Searched(weight)
                : rewritten.TryGetValue(weight, out var other) ? Rewritten(weight, other)
                : planned.TryGetValue(weight.Path, out var same) ? Left(same, left.GetValueOrDefault(weight)) : Passed(weight))],
        };

        bool IsSearched(OnnxWeight weight) =>
            !left.ContainsKey(weight) && rewritten.ContainsKey(weight)
            && spec.RuleFor(weight.Path, weight.Elements, weight.ElementType.SpecName())?.Stack.Rewriting is IntegerSpec { Search: not null };

        PlannedWeight Searched(OnnxWeight weight) => new(weight.Path, weight.ElementType.SpecName(), weight.Shape, rewritten[weight].Stage.Name,
            "float32, float16, 8 or 4 bits, for gate.outputs", KeptBecause: null, SharedWith: null, RuleOf(weight), weight.StoredBytes,
            EstimatedBytes: null);

        PlannedWeight Rewritten(OnnxWeight weight, RewrittenWeight other) => new(
            weight.Path,
            weight.ElementType.SpecName(),
            weight.Shape,
            other.Stage.Name,
            other.Description,
            KeptBecause: null,
            other.IsShared ? other.Stored.Name : null,
            RuleOf(weight),
            weight.StoredBytes,
            other.IsShared ? null : other.Stored.Store.NamesFor(other.Stored.Name).Select(planned.GetValueOrDefault).OfType<PlannedWeight>()
                .Sum(tensor => isModel ? tensor.Bytes : tensor.EstimatedBytes ?? tensor.Bytes));

        PlannedWeight Left(PlannedWeight weight, string? reason)
        {
            if (isModel)
            {
                weight = weight with
                {
                    Stack = null,
                    Target = null,
                    KeptBecause = weight.KeptBecause ?? "stays in float",
                    EstimatedBytes = weight.Bytes,
                };
            }

            var left = $"left in float: {reason}";
            return reason is null ? weight
                : weight.Stack is null ? weight with { KeptBecause = left }
                : weight with { Target = $"{weight.Target}, {left}" };
        }

        Diagnostics.SourceLocation? RuleOf(OnnxWeight weight) =>
            spec.RuleFor(weight.Path, weight.Elements, weight.ElementType.SpecName())?.At;

        PlannedWeight Passed(OnnxWeight weight) => new(weight.Path, weight.ElementType.SpecName(), weight.Shape, Stack: null, Target: null,
            "part of what is stored otherwise now", SharedWith: null, Rule: null, weight.StoredBytes, EstimatedBytes: null);
    }
}
