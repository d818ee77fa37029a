using CompressTasks.Artifacts;
using CompressTasks.Inspection;

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
    public const string ArtifactKind = "artifact";

    /// <summary>The kind of a runnable model.</summary>
    public const string ModelKind = "model";

    /// <summary>Hashes of decoded weights, of all that stands for one together; a report has none.</summary>
    public IReadOnlyDictionary<string, PayloadHash> Hashes { get; init; } = new Dictionary<string, PayloadHash>();

    /// <summary>Null when it is not known.</summary>
    public GateSummary? Gate { get; init; }

    public OutputsSummary? Outputs { get; init; }

    /// <summary>Whether a search has made the weights as coarse as the outputs allow; an artifact does not tell.</summary>
    public bool HasSearch { get; init; }

    public IReadOnlyList<MetricSummary> Metrics { get; init; } = [];

    /// <summary>Whether the file is what was made, and no report of it: it does not record quality.</summary>
    public bool IsUnmeasured => File.Kind is ArtifactKind or ModelKind;

    /// <summary>What the file says about a weight: a report names all weights of the model, an artifact those that have bytes of their own.</summary>
    public WeightState this[string path] => Weights.TryGetValue(path, out var state)
        ? state
        : new WeightState(IsUnmeasured ? ComparedCoding.Unknown : ComparedCoding.Absent, double.NaN, null);

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
            HasSearch = report.Search is not null || report.Runnable?.Search is not null,
            Metrics = report.Metrics ?? [],
        };
    }

    /// <summary>Of a runnable model: null when it is none, for nothing in it stands for weights of another.</summary>
    /// <param name="model">With hashes.</param>
    public static ComparisonSide? OfModel(InspectedFile model)
    {
        if (model.Weights.All(weight => weight.StandsFor is null))
            return null;
        var weights = new OrderedDictionary<string, WeightState>(StringComparer.Ordinal);
        var hashes = new Dictionary<string, PayloadHash>(StringComparer.Ordinal);
        foreach (var tensors in model.Weights.GroupBy(tensor => tensor.StandsFor ?? tensor.Path, StringComparer.Ordinal))
        {
            var coding = tensors.Any(tensor => tensor.StandsFor is not null) ? ComparedCoding.Lossy : ComparedCoding.Unknown;
            weights.Add(tensors.Key, new(coding, double.NaN, tensors.Sum(tensor => tensor.Bytes)));
            if (tensors.Select(tensor => tensor.Hash).OfType<PayloadHash>().ToList() is { Count: > 0 } found)
                hashes.Add(tensors.Key, found is [var only] ? only : PayloadHash.Of([.. found.SelectMany(hash => hash.ToBytes())]));
        }

        return new(new(model.Path, ModelKind, Producer: ""), ModelSha256: null, model.Bytes, double.NaN, double.NaN, weights) { Hashes = hashes };
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
        return new(new(artifact.Path, ArtifactKind, artifact.Producer), sha256, artifact.Length, quality, quality, weights)
        {
            Hashes = artifact.Entries.DistinctBy(entry => entry.Weight.Path)
                .ToDictionary(entry => entry.Weight.Path, entry => entry.Weight.Hash, StringComparer.Ordinal),
        };
    }
}
