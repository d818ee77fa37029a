using CompressTasks.Diagnostics;
using CompressTasks.Gate;
using CompressTasks.Numerics;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>Puts together what a report says: what was planned, what was written, and what was measured on disk.</summary>
internal sealed class ReportBuilder(IReadOnlyList<WeightPlan> plan, IReadOnlyList<CodedWeight> coded, IReadOnlyList<WeightQuality> qualities,
    OutputsSummary? outputs, IReadOnlyList<MeasuredMetric>? metrics)
{
    public (CompressionReport Report, IReadOnlyList<Diagnostic> Failures) Build(FileSummary original, FileSummary artifact, GateSpec? gate)
    {
        var errors = qualities.ToDictionary(q => q.Path, q => q.Error, StringComparer.Ordinal);
        var lossy = coded.Where(c => c.Encoded.KeptBecause is null).ToList();
        var weights = lossy.Select(c => Weight(c, errors[c.Plan.Weight.Path])).ToList();
        var worst = PooledQuality.Worst(qualities);
        var total = new TotalSummary(
            PooledQuality.R2(qualities),
            worst.R2,
            worst.Path,
            original.Bytes / (double)artifact.Bytes,
            original.Bytes,
            artifact.Bytes,
            BitsPerWeight(weights.Sum(w => w.CompressedBytes), weights.Sum(w => w.Elements)));
        var (verdict, failures) = QualityGate.Check(gate, original, total, [.. weights.Select(w => new VerifiedWeight(w.Path, w.R2))], outputs,
            metrics);
        return (new(CompressionReport.CurrentSchemaVersion, ToolVersion.NameAndVersion, original, artifact, total, verdict, weights,
            Coverage(weights))
        { Outputs = outputs, Metrics = metrics?.Select(MetricGate.Summary).ToList() }, failures);
    }

    private static WeightSummary Weight(CodedWeight coded, SquaredError error)
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

    private CoverageSummary Coverage(IReadOnlyList<WeightSummary> weights)
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
            [.. plan.Where(p => p.SharedWith is not null).Select(p => new SharedSummary(p.Weight.Path, p.SharedWith!.Path, p.Weight.StoredBytes))]);
    }

    private static double BitsPerWeight(long bytes, long elements) => elements == 0 ? 0 : 8.0 * bytes / elements;

    /// <summary>½·log2(1/(1−R²)), rounded so that the last bits of a logarithm, which differ between machines, do not show.</summary>
    private static double? ShannonBits(double r2) => r2 < 1 ? Math.Round(0.5 * Math.Log2(1 / (1 - Math.Max(r2, 0))), 6) : null;
}
