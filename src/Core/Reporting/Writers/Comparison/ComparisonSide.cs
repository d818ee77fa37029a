using CompressTasks.Artifacts;

namespace CompressTasks.Reporting.Writers.Comparison;

/// <summary>What one file tells. A figure that it does not tell is not a number.</summary>
/// <param name="ModelSha256">The hash of the original model; null when it is not known.</param>
/// <param name="Bytes">Of the artifact.</param>
/// <param name="R2">Of the weights together.</param>
/// <param name="WorstWeightR2">Of the worst weight.</param>
/// <param name="Weights">By path, in the model's order.</param>
internal sealed record ComparisonSide(
    ComparedFile File,
    string? ModelSha256,
    long Bytes,
    double R2,
    double WorstWeightR2,
    OrderedDictionary<string, WeightState> Weights)
{
    /// <summary>Hashes of decoded weights; a report has none.</summary>
    public IReadOnlyDictionary<string, PayloadHash> Hashes { get; init; } = new Dictionary<string, PayloadHash>();

    /// <summary>Null when it is not known.</summary>
    public GateSummary? Gate { get; init; }

    public OutputsSummary? Outputs { get; init; }

    /// <summary>Whether a search has made the weights as coarse as the outputs allow; an artifact does not tell.</summary>
    public bool HasSearch { get; init; }

    public IReadOnlyList<MetricSummary> Metrics { get; init; } = [];

    public bool IsArtifact => File.Kind == "artifact";

    /// <summary>What the file says about a weight: a report names all weights of the model, an artifact those that have bytes of their own.</summary>
    public WeightState this[string path] => Weights.TryGetValue(path, out var state)
        ? state
        : new WeightState(IsArtifact ? ComparedCoding.Unknown : ComparedCoding.Absent, double.NaN, null);

    public static ComparisonSide OfReport(string path, CompressionReport report)
    {
        var weights = new OrderedDictionary<string, WeightState>(StringComparer.Ordinal);
        foreach (var weight in report.Weights)
            weights.TryAdd(weight.Path, new(ComparedCoding.Lossy, weight.R2, weight.CompressedBytes));
        foreach (var weight in report.Coverage.Kept)
            weights.TryAdd(weight.Path, new(ComparedCoding.Exact, 1, weight.CompressedBytes));
        foreach (var weight in report.Coverage.Shared)
            weights.TryAdd(weight.Path, new(ComparedCoding.Shared, weights.TryGetValue(weight.With, out var owner) ? owner.R2 : double.NaN, null));
        return new(new(path, "report", report.Tool), report.Model.Sha256, report.Total.ArtifactBytes, report.Total.R2, report.Total.WorstWeightR2,
            weights)
        {
            Gate = report.Gate,
            Outputs = report.Outputs,
            HasSearch = report.Search is not null,
            Metrics = report.Metrics ?? [],
        };
    }

    /// <param name="isExact">Whether a weight is carried exactly.</param>
    public static ComparisonSide OfArtifact(ArtifactReader artifact, Func<ArtifactEntry, bool> isExact)
    {
        var weights = new OrderedDictionary<string, WeightState>(StringComparer.Ordinal);
        var isRunnable = false;
        foreach (var entry in artifact.Entries)
        {
            var exact = isExact(entry);
            if (exact && entry.Weight.Stack == StandIn.Stack && StandIn.WeightOf(entry.Weight.Path) is { } weight)
            {
                isRunnable = true;
                var others = weights.TryGetValue(weight, out var state) ? state.Bytes ?? 0 : 0;
                weights[weight] = new(ComparedCoding.Lossy, double.NaN, others + entry.Chunk.Length);
                continue;
            }

            weights.TryAdd(entry.Weight.Path, new(exact ? ComparedCoding.Exact : ComparedCoding.Lossy, exact ? 1 : double.NaN, entry.Chunk.Length));
        }

        // Of a model with external data a report has one hash of all files together, an artifact one of each.
        // What it decodes to is no original where graphs are rewritten.
        var sha256 = !isRunnable && artifact.Files is [{ OriginalSha256: { Length: > 0 } only }] ? only : null;
        var quality = weights.Values.All(weight => weight.Coding == ComparedCoding.Exact) ? 1 : double.NaN;
        return new(new(artifact.Path, "artifact", artifact.Producer), sha256, artifact.Length, quality, quality, weights)
        {
            Hashes = artifact.Entries.DistinctBy(entry => entry.Weight.Path)
                .ToDictionary(entry => entry.Weight.Path, entry => entry.Weight.Hash, StringComparer.Ordinal),
        };
    }
}
