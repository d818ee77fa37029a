using CompressTasks.Gate;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Reporting;

namespace CompressTasks.Compression;

/// <summary>Puts together what is known of an artifact: what was planned, what was written, and what was measured on disk.</summary>
internal sealed class ArtifactSummarizer(IReadOnlyList<WeightPlan> plan, IReadOnlyList<CodedWeight> coded, IReadOnlyList<WeightQuality> qualities,
    IReadOnlySet<string> lookups, SearchSummary? search)
{
    public MeasuredArtifact Summarize(OnnxModel model, string artifactSha256, long artifactBytes)
    {
        var originalBytes = model.TotalBytes;
        var errors = qualities.ToDictionary(q => q.Path, q => q.Error, StringComparer.Ordinal);
        var lossy = coded.Where(c => c.Encoded.KeptBecause is null).ToList();
        var weights = lossy.Select(c => Weight(c, errors[c.Plan.Weight.Path])).ToList();
        var worst = PooledQuality.Worst(qualities);
        var total = new TotalSummary(
            PooledQuality.R2(qualities),
            worst.R2,
            worst.Path,
            originalBytes / (double)artifactBytes,
            originalBytes,
            artifactBytes,
            BitsPerWeight(weights.Sum(w => w.CompressedBytes), weights.Sum(w => w.Elements)));
        var lostRows = qualities.Select(q => q.LostRows).OfType<LostRows>().Where(lost => lookups.Contains(lost.Path)).ToList();
        return new(artifactSha256, total, weights, Coverage(model, weights), search, [.. qualities.Select(q => q.Path)])
        {
            HiddenLosses = [.. qualities.Where(q => q.HidesLoss).Select(q => new HiddenLoss(q.Path, q.Error.R2, q.Groups.Least))],
            LostTenths = [.. qualities.Where(q => q.HidesLossOfTenth && lostRows.All(lost => lost.Path != q.Path))
                .Select(q => new HiddenLoss(q.Path, q.Error.R2, q.Groups.LeastTenth))],
            LostRows = lostRows,
        };
    }

    public static WeightSummary Weight(CodedWeight coded, SquaredError error)
    {
        var weight = coded.Plan.Weight;
        var bytes = coded.ChunkBytes;
        return new(
            weight.Path,
            weight.ElementType.SpecName(),
            weight.Shape,
            weight.Elements,
            weight.StoredBytes,
            bytes,
            BitsPerWeight(bytes, weight.Elements),
            error.R2,
            ShannonBits(error.R2),
            coded.Plan.Stack!.Name,
            coded.Encoded.Levels,
            coded.Encoded.Tower);
    }

    private CoverageSummary Coverage(OnnxModel model, IReadOnlyList<WeightSummary> weights)
    {
        var chunks = coded.ToDictionary(c => c.Plan.Weight);
        var kept = new List<KeptSummary>();
        foreach (var item in plan.Where(p => p.SharedWith is null))
        {
            var chunk = chunks.GetValueOrDefault(item.Weight);
            if ((item.KeepBecause ?? chunk?.Encoded.KeptBecause) is { } reason)
                kept.Add(new(item.Weight.Path, reason, item.Weight.StoredBytes, chunk?.ChunkBytes));
        }

        return new(
            new(weights.Count, weights.Sum(w => w.OriginalBytes), weights.Sum(w => w.CompressedBytes)),
            kept,
            [.. plan.Where(p => p.SharedWith is not null).Select(p => new SharedSummary(p.Weight.Path, p.SharedWith!.Path, p.Weight.StoredBytes))])
        {
            StructureBytes = model.StructureBytes,
            AttributeFloats = model.AttributeFloats,
        };
    }

    public static double BitsPerWeight(long bytes, long elements) => elements == 0 ? 0 : 8.0 * bytes / elements;

    /// <summary>½·log2(1/(1−R²)), rounded so that the last bits of a logarithm, which differ between machines, do not show.</summary>
    public static double? ShannonBits(double r2) => r2 < 1 ? Math.Round(0.5 * Math.Log2(1 / (1 - Math.Max(r2, 0))), 6) : null;
}
