using System.Globalization;
using CompressTasks.Coding.Dictionary;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Spec;
using CompressTasks.Threading;

namespace CompressTasks.Compression.Planning;

/// <summary>Says what a run would do, with estimated sizes. Writes nothing.</summary>
internal static class Planner
{
    /// <summary>
    /// What the index tells of a chunk and cannot be compressed: its hash, checksum and place. The rest of an entry compresses well.
    /// </summary>
    private const long IndexBytesPerChunk = 32;

    /// <summary>Plans every model of a spec.</summary>
    /// <exception cref="CompressException">Something is wrong with the spec or a model.</exception>
    public static IReadOnlyList<PlannedModel> Run(CompressionSpec spec, CompressionOptions options, CancellationToken cancellationToken)
    {
        using var opened = new OpenedModels(spec, options);
        return [.. opened.Models.Select(model => Describe(spec, options, model, cancellationToken))];
    }

    private static PlannedModel Describe(CompressionSpec spec, CompressionOptions options, OpenedModel opened, CancellationToken cancellationToken)
    {
        using var runnable = RunnableBuild.Plan(spec, opened, cancellationToken);
        if (runnable is null)
            return DescribeAs(spec, options, opened, opened.Model, made: null, cancellationToken);
        var plan = DescribeAs(runnable.Spec, options, opened, runnable.Model, runnable.Made, cancellationToken);
        return RunnablePlanner.Describe(spec, opened, runnable, plan);
    }

    private static PlannedModel DescribeAs(CompressionSpec spec, CompressionOptions options, OpenedModel opened, OnnxModel model,
        IReadOnlySet<string>? made, CancellationToken cancellationToken)
    {
        var (_, name, artifactPath) = opened;
        var plan = Plan.Create(spec, model, made);
        var sizes = Sizes(model, plan, options.Threads, cancellationToken);
        var structure = StructureBytes(model, plan);
        var weights = plan.Select(p => Describe(spec, p, sizes.GetValueOrDefault(p.Weight))).ToList();
        return new(
            name,
            artifactPath,
            model.TotalBytes,
            structure,
            Total(plan, sizes, structure),
            weights)
        {
            AttributeFloats = model.AttributeFloats,
        };
    }

    private static PlannedWeight Describe(CompressionSpec spec, WeightPlan plan, (long Bytes, string? KeptBecause)? size)
    {
        var weight = plan.Weight;
        var kept = plan.KeepBecause ?? size?.KeptBecause;
        var rule = spec.RuleFor(weight.Path, weight.Elements, weight.ElementType.SpecName());
        return new(
            weight.Path,
            weight.ElementType.SpecName(),
            weight.Shape,
            kept is null ? plan.Stack!.Name : null,
            kept is null ? Target(plan.Stack!.Stages[^1]) : null,
            kept,
            plan.SharedWith?.Path,
            weight.IsFloatingPoint ? rule?.At : null,
            weight.StoredBytes,
            size?.Bytes);
    }

    private static Dictionary<OnnxWeight,
        (long Bytes, string? KeptBecause)?> Sizes(OnnxModel model, IReadOnlyList<WeightPlan> plan, int threads, CancellationToken cancellationToken)
    {
        var estimator = new SizeEstimator(model, cancellationToken);
        var chunked = plan.Where(p => p.HasChunk && !OnlyARunCanTell(p)).ToList();
        var shared = chunked.Where(p => p.Stack?.Stages is [QuantizeSpec.ToPooledR2])
            .GroupBy(p => p.Stack)
            .SelectMany(group => estimator.ShareR2([.. group]))
            .ToDictionary(p => p.Weight);
        var sizes = new Dictionary<OnnxWeight, (long, string?)?>();
        OrderedParallel.Run(
            [.. chunked.Select(p => p.Weight.PayloadBytes)],
            threads,
            index => estimator.Estimate(shared.GetValueOrDefault(chunked[index].Weight, chunked[index])),
            (index, size) => sizes[chunked[index].Weight] = size,
            cancellationToken);
        return sizes;
    }

    /// <summary>A size for the artifact is a total as well as a target.</summary>
    private static long? Total(IReadOnlyList<WeightPlan> plan, Dictionary<OnnxWeight, (long Bytes, string? KeptBecause)?> sizes, long structure)
    {
        var unknown = plan.Where(p => p.HasChunk && OnlyARunCanTell(p)).Select(p => (QuantizeSpec)p.Stack!.Stages[0]).ToList();
        return unknown.Count == 0 ? structure + sizes.Values.Sum(size => size!.Value.Bytes)
            : unknown.All(target => target is QuantizeSpec.ToArtifactBytes)
                ? (long)unknown.OfType<QuantizeSpec.ToArtifactBytes>().Min(target => target.Bytes)
            : null;
    }

    private static bool OnlyARunCanTell(WeightPlan plan) => plan.Stack?.Stages is [QuantizeSpec.ForOutputs or QuantizeSpec.ToArtifactBytes];

    private static long StructureBytes(OnnxModel model, IReadOnlyList<WeightPlan> plan)
    {
        using var skeleton = new MemoryStream();
        model.Excise([.. plan.Where(p => p.HasChunk || p.SharedWith is not null).Select(p => p.Weight)]).WriteSkeleton(skeleton);
        var names = string.Concat(plan.Where(p => p.HasChunk).Select(p => p.Weight.Path));
        return DictionaryEncoder.Encode(skeleton.GetBuffer().AsSpan(0, (int)skeleton.Length)).LongLength
            + DictionaryEncoder.Encode(System.Text.Encoding.UTF8.GetBytes(names)).LongLength
            + (IndexBytesPerChunk * plan.Count(p => p.HasChunk));
    }

    /// <summary>What the last stage aims at, in the spec's words; a stack that ends without a target has what its stages leave.</summary>
    private static string Target(StageSpec stage) => stage switch
    {
        QuantizeSpec.ToPooledR2 target => Text($"r2 {target.R2} pooled"),
        QuantizeSpec.ToR2 { Of: R2Measure.Bulk } target => Text($"r2 {target.R2} of the bulk"),
        QuantizeSpec.ToR2 target => Text($"r2 {target.R2}"),
        QuantizeSpec.ToStep target => Text($"step {target.Step}"),
        QuantizeSpec.ToBits target => Text($"{target.Bits} bits per weight"),
        QuantizeSpec.ToArtifactBytes target => Text($"artifact of {target.Bytes} bytes"),
        QuantizeSpec.ForOutputs => "gate.outputs",
        ResidualSpec { R2: var r2 } => Text($"r2 {r2}"),
        _ => "none",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
