using CompressTasks.Gate;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Reporting;
using CompressTasks.Runnable;

namespace CompressTasks.Compression;

/// <summary>A model that was coded into an artifact.</summary>
/// <param name="Plan">What was done with each weight.</param>
/// <param name="Coded">What became of those that have a chunk.</param>
/// <param name="Search">How it was found; null without a search.</param>
internal sealed record CodedModel(IReadOnlyList<WeightPlan> Plan, IReadOnlyList<CodedWeight> Coded, SearchSummary? Search);

/// <summary>Puts together what is known of a runnable model, or of an artifact that decodes to one, in terms of the original's weights.</summary>
/// <param name="build">How it was made.</param>
/// <param name="model">The original.</param>
internal sealed class RunnableSummarizer(RunnableBuild build, OnnxModel model)
{
    private readonly Dictionary<string, RewrittenWeight> _rewritten =
        build.Rewriting.Weights.ToDictionary(weight => weight.Weight.Path, StringComparer.Ordinal);

    private readonly Dictionary<string, string> _left =
        build.Rewriting.Left.ToDictionary(left => left.Weight.Path, left => left.Reason, StringComparer.Ordinal);

    /// <summary>Of a runnable model.</summary>
    /// <param name="qualities">Of the weights that are not what they were.</param>
    public MeasuredArtifact Summarize(IReadOnlyList<WeightQuality> qualities)
    {
        var plan = Plan.Create(build.Spec, build.Model, build.Made).Select(plan => plan with
        {
            Stack = null,
            KeepBecause = plan.KeepBecause ?? "in a runnable model, what stays in float is as it was",
            SharedWith = null,
        }).ToList();
        return Summarize(new(plan, [], Search: null), qualities, build.Model.Sha256, build.Model.TotalBytes);
    }

    /// <summary>Of an artifact.</summary>
    /// <param name="coded">What was done with the tensors of the runnable model.</param>
    /// <param name="qualities">Of the weights that are not what they were.</param>
    /// <param name="sha256">Of the artifact.</param>
    /// <param name="bytes">Of the artifact.</param>
    public MeasuredArtifact Summarize(CodedModel coded, IReadOnlyList<WeightQuality> qualities, string sha256, long bytes)
    {
        var errors = qualities.ToDictionary(quality => quality.Path, quality => quality.Error, StringComparer.Ordinal);
        var plans = coded.Plan.ToDictionary(plan => plan.Weight.Path, StringComparer.Ordinal);
        var chunks = coded.Coded.ToDictionary(chunk => chunk.Plan.Weight.Path, StringComparer.Ordinal);
        var (weights, kept, shared) = (new List<WeightSummary>(), new List<KeptSummary>(), new List<SharedSummary>());
        foreach (var weight in model.Weights)
        {
            var error = errors.GetValueOrDefault(weight.Path);
            if (_rewritten.TryGetValue(weight.Path, out var rewritten))
            {
                if (rewritten.IsShared)
                    shared.Add(new(weight.Path, rewritten.Stored.Name, weight.StoredBytes));
                else
                    weights.Add(Rewritten(rewritten, error, rewritten.Stored.Store.NamesFor(rewritten.Stored.Name).Sum(BytesOf)));
            }
            else if (plans.GetValueOrDefault(weight.Path) is not { } plan)
                kept.Add(new(weight.Path, "part of what is stored otherwise now", weight.StoredBytes, 0));
            else if (plan.SharedWith is { } other)
                shared.Add(new(weight.Path, other.Path, weight.StoredBytes));
            else if (chunks.GetValueOrDefault(weight.Path) is { Encoded.KeptBecause: null } chunk)
                weights.Add(ArtifactSummarizer.Weight(chunk, error));
            else
                kept.Add(new(weight.Path, Reason(plan, chunks.GetValueOrDefault(weight.Path)), weight.StoredBytes,
                    chunks.GetValueOrDefault(weight.Path)?.ChunkBytes));
        }

        var worst = PooledQuality.Worst(qualities);
        var total = new TotalSummary(PooledQuality.R2(qualities), worst.R2, worst.Path, model.TotalBytes / (double)bytes, model.TotalBytes, bytes,
            ArtifactSummarizer.BitsPerWeight(weights.Sum(weight => weight.CompressedBytes), weights.Sum(weight => weight.Elements)));
        var coverage = new CoverageSummary(
            new(weights.Count, weights.Sum(weight => weight.OriginalBytes), weights.Sum(weight => weight.CompressedBytes)), kept, shared)
        {
            StructureBytes = model.StructureBytes,
            AttributeFloats = model.AttributeFloats,
        };
        return new(sha256, total, weights, coverage, coded.Search, [.. qualities.Select(quality => quality.Path)])
        {
            HiddenLosses = [.. qualities.Where(quality => quality.HidesLoss)
                .Select(quality => new HiddenLoss(quality.Path, quality.Error.R2, quality.Groups.Least))],
            Runnable = new(
                [.. build.Rewriting.Weights.Select(weight => new RewrittenSummary(weight.Weight.Path, weight.Description + build.Rounding[weight.Weight.Path]))],
                [.. build.Rewriting.Left.Select(left => new LeftInFloatSummary(left.Weight.Path, left.Reason))],
                build.Model.TotalBytes)
            {
                Search = build.Search,
                Rounding = build.RoundingOfAll,
                Float32Operators = build.Rewriting.Half is { } half
                    ? [.. half.InFloat32.Select(one => new Float32OperatorSummary(one.Operator, one.Nodes, one.Reason))] : null,
            },
        };

        // What has no chunk is stored as it is.
        long BytesOf(string tensor) => chunks.TryGetValue(tensor, out var chunk) ? chunk.ChunkBytes
            : plans.TryGetValue(tensor, out var plan) && plan.SharedWith is null ? plan.Weight.StoredBytes : 0;
    }

    private string Reason(WeightPlan plan, CodedWeight? chunk) => _left.TryGetValue(plan.Weight.Path, out var reason)
        ? $"left in float: {reason}" : plan.KeepBecause ?? chunk?.Encoded.KeptBecause ?? "";

    private static WeightSummary Rewritten(RewrittenWeight rewritten, SquaredError error, long bytes)
    {
        var weight = rewritten.Weight;
        return new(weight.Path, weight.ElementType.SpecName(), weight.Shape, weight.Elements, weight.StoredBytes, bytes,
            ArtifactSummarizer.BitsPerWeight(bytes, weight.Elements), error.R2, ArtifactSummarizer.ShannonBits(error.R2), rewritten.Stage.Name, [],
            Tower: null);
    }
}
