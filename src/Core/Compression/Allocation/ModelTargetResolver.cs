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

    /// <summary>
    /// Resolves <c>allocate: model</c> and <c>bytes</c>; a plan without them is returned as it is. What was coded in the trial that was taken need not
    /// be coded again.
    /// </summary>
    /// <param name="artifactPath">Where the artifact will be; a trial is written beside it and removed.</param>
    /// <exception cref="CompressException">The weights do not fit into the bytes that are allowed.</exception>
    public PartlyEncodedModel Resolve(IReadOnlyList<WeightPlan> plan, string artifactPath)
    {
        var resolved = new PartlyEncodedModel(plan);

        // Sizes last: what the rest of the artifact takes must be known.
        foreach (var stack in plan.Where(IsShared).Select(p => p.Stack!).Distinct().OrderBy(s => s.Stages is [QuantizeSpec.ToArtifactBytes]).ToList())
        {
            var group = resolved.Plan.Where(p => p.Stack == stack && p.HasChunk).ToList();
            var step = new SharedStepSearch(model, group, threads, cancellationToken);
            resolved = stack.Stages[0] switch
            {
                QuantizeSpec.ToArtifactBytes target => ForBytes(resolved, stack, step, (long)target.Bytes, artifactPath),
                QuantizeSpec.ToPooledR2 target => resolved.With(step.ForR2(target.R2)),
                var stage => throw new InvalidOperationException($"{stage.Name} is no target of several weights."),
            };
        }

        return resolved;
    }

    private PartlyEncodedModel ForBytes(PartlyEncodedModel resolved, StackSpec stack, SharedStepSearch step, long bytes,
        string artifactPath)
    {
        // What everything else takes is known when it has been written once, with any step.
        var budget = bytes;
        var best = resolved.With(step.ForR2(0.9));
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var (artifact, chunks) = TrialBytes(best, stack, artifactPath);
            if (attempt > 0 && artifact <= bytes)
                return best;
            budget = bytes - (artifact - chunks) - (SlackPerWeight * (attempt + 1) * resolved.Plan.Count);
            best = resolved.With(step.ForBytes(budget)
                ?? throw TooSmall(artifact - chunks));
        }

        var (last, ofStack) = TrialBytes(best, stack, artifactPath);
        return last <= bytes ? best : throw TooSmall(last - ofStack);

        CompressException TooSmall(long others) => new(AllocationDiagnostics.BudgetTooSmall(model.Path, bytes, others, stack.Stages[0].At));
    }

    private (long Artifact, long Chunks) TrialBytes(PartlyEncodedModel planned, StackSpec stack, string artifactPath)
    {
        using var trial = new PendingArtifact(artifactPath);
        var coded = ModelEncoder.Write(model, planned, trial.Path, threads, ProgressMeter.None, cancellationToken);
        return (new FileInfo(trial.Path).Length, coded.Where(c => c.Plan.Stack == stack).Sum(c => c.ChunkBytes));
    }

    private static bool IsShared(WeightPlan plan) =>
        plan.HasChunk && plan.Stack?.Stages is [QuantizeSpec.ToArtifactBytes or QuantizeSpec.ToPooledR2];
}
