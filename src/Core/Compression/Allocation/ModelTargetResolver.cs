using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Spec;

namespace CompressTasks.Compression.Allocation;

/// <summary>Replaces targets that hold for a whole model by a target for each weight.</summary>
internal sealed class ModelTargetResolver(OnnxModel model, int threads, CancellationToken cancellationToken)
{
    /// <summary>What the index and the checksums of one weight may take more or less than in the trial.</summary>
    private const long SlackPerWeight = 2;

    private const int MostAttempts = 4;

    /// <summary>Resolves <c>allocate: model</c> and <c>bytes</c>; a plan without them is returned as it is.</summary>
    /// <param name="artifactPath">Where the artifact will be; a trial is written beside it and removed.</param>
    /// <exception cref="CompressException">The weights do not fit into the bytes that are allowed.</exception>
    public IReadOnlyList<WeightPlan> Resolve(IReadOnlyList<WeightPlan> plan, string artifactPath)
    {
        // Sizes last: what the rest of the artifact takes must be known.
        foreach (var stack in plan.Where(IsShared).Select(p => p.Stack!).Distinct().OrderBy(s => s.Stages is [QuantizeSpec.ToArtifactBytes]).ToList())
        {
            var group = plan.Where(p => p.Stack == stack && p.HasChunk).ToList();
            var step = new SharedStepSearch(model, group, threads, cancellationToken);
            plan = stack.Stages[0] switch
            {
                QuantizeSpec.ToArtifactBytes target => ForBytes(plan, stack, step, (long)target.Bytes, artifactPath),
                QuantizeSpec.ToPooledR2 target => Plan.Replace(plan, step.ForR2(target.R2)),
                var stage => throw new InvalidOperationException($"{stage.Name} is no target of several weights."),
            };
        }

        return plan;
    }

    private IReadOnlyList<WeightPlan> ForBytes(IReadOnlyList<WeightPlan> plan, StackSpec stack, SharedStepSearch step, long bytes,
        string artifactPath)
    {
        // What everything else takes is known when it has been written once, with any step.
        var budget = bytes;
        var best = Plan.Replace(plan, step.ForR2(0.9));
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var (artifact, chunks) = TrialBytes(best, stack, artifactPath);
            if (attempt > 0 && artifact <= bytes)
                return best;
            budget = bytes - (artifact - chunks) - (SlackPerWeight * (attempt + 1) * plan.Count);
            best = Plan.Replace(plan, step.ForBytes(budget)
                ?? throw TooSmall(artifact - chunks));
        }

        var (last, ofStack) = TrialBytes(best, stack, artifactPath);
        return last <= bytes ? best : throw TooSmall(last - ofStack);

        CompressException TooSmall(long others) => new(AllocationDiagnostics.BudgetTooSmall(model.Path, bytes, others, stack.Stages[0].At));
    }

    private (long Artifact, long Chunks) TrialBytes(IReadOnlyList<WeightPlan> plan, StackSpec stack, string artifactPath)
    {
        using var trial = new PendingArtifact(artifactPath);
        var coded = ModelEncoder.Write(model, new(plan), trial.Path, threads, ProgressMeter.None, cancellationToken);
        return (new FileInfo(trial.Path).Length, coded.Where(c => c.Plan.Stack == stack).Sum(c => c.ChunkBytes));
    }

    private static bool IsShared(WeightPlan plan) =>
        plan.HasChunk && plan.Stack?.Stages is [QuantizeSpec.ToArtifactBytes or QuantizeSpec.ToPooledR2];
}
