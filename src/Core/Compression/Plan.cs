using System.Globalization;
using CompressTasks.Compression.Tables;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Spec;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Compression;

/// <summary>Decides for each weight of a model: a stack, or carried exactly, with the reason.</summary>
internal static class Plan
{
    /// <summary>
    /// From this many bytes on, a weight that is carried exactly gets a chunk of its own. Below it, the index entry costs more than the float coder
    /// gains, and the weight stays inside the model's structure, which is compressed as a whole.
    /// </summary>
    private const long SmallestLosslessChunk = 1024;

    /// <param name="spec">Whose rules decide.</param>
    /// <param name="model">The model.</param>
    /// <param name="made">Tensors that stand for weights of another model, and are carried exactly; null for none.</param>
    public static IReadOnlyList<WeightPlan> Create(CompressionSpec spec, OnnxModel model, IReadOnlySet<string>? made = null)
    {
        var plans = new List<WeightPlan>();
        var exact = ExactBecause(model);
        var firstOf = new Dictionary<(OnnxWeight, StackSpec?), OnnxWeight>();
        foreach (var weight in model.Weights)
        {
            var (rule, decided) = Decide(spec, weight);
            var stands = made?.Contains(weight.Path) == true ? KeepReason.Rewritten : null;
            var keep = stands ?? decided ?? exact.GetValueOrDefault(weight) ?? TableReason(model, weight, rule!);
            var stack = keep is null ? rule!.Stack : null;
            var hasChunk = weight.CanExcise && (stack is not null || IsWorthAChunk(weight) || model.SharedWith(weight) is not null);

            // Equal weights under different stacks decode to different values, so only those with the same stack share a chunk.
            var original = hasChunk ? model.SharedWith(weight) ?? weight : weight;
            if (original != weight && plans.FirstOrDefault(p => IsSamePlace(p.Weight, weight)) is { } samePlace)
                stack = samePlace.Stack;
            var shared = firstOf.TryAdd((original, stack), weight) ? null : firstOf[(original, stack)];
            plans.Add(new(weight, stack, keep, shared, hasChunk && shared is null));
        }

        return plans;
    }

    /// <summary>What is known of a weight before anyone looks at its values.</summary>
    /// <returns>The rule, if there is one, and why the weight is carried exactly; null when its values decide.</returns>
    public static (RuleSpec? Rule, string? KeepBecause) Decide(CompressionSpec spec, OnnxWeight weight)
    {
        var rule = spec.RuleFor(weight.Path, weight.Elements, weight.ElementType.SpecName());
        return (rule, KeepBecause(spec, weight, rule));
    }

    /// <summary>The plan with other entries for some of its weights.</summary>
    public static IReadOnlyList<WeightPlan> Replace(IReadOnlyList<WeightPlan> plan, IReadOnlyList<WeightPlan> resolved)
    {
        var byWeight = resolved.ToDictionary(p => p.Weight);
        return [.. plan.Select(p => byWeight.GetValueOrDefault(p.Weight, p))];
    }

    /// <summary>The weights that are taken out of the model, each with the one whose chunk serves for it.</summary>
    public static IReadOnlyDictionary<OnnxWeight, OnnxWeight> Owners(IReadOnlyList<WeightPlan> plan) =>
        plan.Where(p => p.HasChunk || p.SharedWith is not null).ToDictionary(p => p.Weight, p => p.SharedWith ?? p.Weight);

    /// <summary>Rules that are the first to match for no weight of any model: a spec that says something and means nothing.</summary>
    /// <exception cref="CompressException">There are such rules.</exception>
    public static void RequireRulesUsed(CompressionSpec spec, IReadOnlyList<OnnxModel> models)
    {
        // A spec without a file is made from a model alone and need not find anything to do.
        var all = models.SelectMany(m => m.Weights).ToList();
        var weights = all.Where(w => !w.IsSparse && !IsSegment(w)).Select(w => (w.Path, w.Elements, w.ElementType.SpecName())).ToList();
        var used = all
            .Select(w => (Weight: w, Rule: spec.RuleFor(w.Path, w.Elements, w.ElementType.SpecName())))
            .Where(pair => pair.Rule is { Stack.IsLossless: true }
                || (pair.Weight is { IsFloatingPoint: true, IsSparse: false } && !IsSegment(pair.Weight)))
            .Select(pair => pair.Rule)
            .ToHashSet();
        var floats = models.Sum(m => m.AttributeFloats);
        var segments = all.Count(IsSegment);
        string[] others =
        [
            .. floats > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{floats} floats in attributes of nodes")] : Array.Empty<string>(),
            .. segments > 0 ? [$"{segments} {(segments == 1 ? "segment of a tensor" : "segments of tensors")}"] : Array.Empty<string>(),
        ];
        var exact = others.Length == 0 ? null : string.Join(" and ", others);
        var names = string.Join(", ", models.Select(m => Path.GetFileName(m.Path)));
        var unused = spec.Rules
            .Where(rule => rule.At.Line > 0 && !used.Contains(rule))
            .Select(rule => SpecDiagnostics.RuleMatchesNoWeight(rule, names, weights, exact))
            .ToList();
        if (unused.Count > 0)
            throw new CompressException(unused);
    }

    /// <summary>
    /// Whether a weight that is carried exactly is taken out of the model: external data must be, so that the artifact is one file.
    /// </summary>
    private static bool IsWorthAChunk(OnnxWeight weight) =>
        weight.Storage == WeightStorage.External || (weight.IsContiguous && weight.PayloadBytes >= SmallestLosslessChunk);

    /// <summary>Whether it has values that nothing can take out: a rule may match it, and codes nothing.</summary>
    private static bool IsSegment(OnnxWeight weight) => weight is { IsFloatingPoint: true, IsSparse: false, CanExcise: false, Elements: > 0 };

    /// <summary>Two names for one range of an external file: there is one hole to fill, so the first one's stack serves both.</summary>
    private static bool IsSamePlace(OnnxWeight a, OnnxWeight b) =>
        a.Storage == WeightStorage.External && b.Storage == WeightStorage.External && a.File == b.File && a.Offset == b.Offset && a.CanExcise;

    /// <summary>Weights that are used where small errors are not small, and those that have the same place in an external file.</summary>
    private static Dictionary<OnnxWeight, string> ExactBecause(OnnxModel model)
    {
        var operands = ExactOperands.Find(model.ReadStructure());
        var reasons = new Dictionary<OnnxWeight, string>();
        foreach (var weight in model.Weights.Where(weight => operands.ContainsKey(weight.Path)))
        {
            foreach (var same in model.Weights.Where(other => other == weight || IsSamePlace(other, weight)))
                reasons.TryAdd(same, $"{KeepReason.Operand} {operands[weight.Path]}");
        }

        return reasons;
    }

    private static string? TableReason(OnnxModel model, OnnxWeight weight, RuleSpec rule)
    {
        if (rule.CodesTables || !weight.CanExcise)
            return null;
        var evidence = ComputedTable.Measure(weight.ElementType, weight.Shape, model.ReadBytes(weight));
        return evidence.IsTable && !HasFewValues(model, weight) ? $"{KeepReason.Table}: {evidence.Kind.Description()}" : null;
    }

    /// <summary>Whether the encoder will carry it exactly, as the mask that it is.</summary>
    private static bool HasFewValues(OnnxModel model, OnnxWeight weight)
    {
        var values = new double[weight.Elements];
        model.ReadValues(weight, values);
        return FewValues.AreAll(values);
    }

    private static string? KeepBecause(CompressionSpec spec, OnnxWeight weight, RuleSpec? rule) => weight switch
    {
        { IsSparse: true } => KeepReason.Sparse,
        { IsFloatingPoint: false } => $"{weight.ElementType.SpecName()}, {KeepReason.NotFloatingPoint}",
        { Elements: 0 } => KeepReason.Empty,
        { CanExcise: false } => KeepReason.Segment,
        _ when rule is { Stack.IsRest: true } => KeepReason.Rest,
        _ when rule is { Stack.IsLossless: true } => KeepReason.Lossless,
        _ when rule is not null => null,
        _ when spec.Rules.FirstOrDefault(r => r.MatchesPath(weight.Path)) is { } near && weight.Elements < near.MinElements =>
            string.Create(CultureInfo.InvariantCulture, $"fewer than {near.MinElements} elements"),
        _ => KeepReason.NoRule,
    };
}
