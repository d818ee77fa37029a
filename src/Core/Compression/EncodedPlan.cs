using CompressTasks.Onnx;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Compression;

/// <summary>A weight that is coded before its artifact is written.</summary>
/// <param name="Plan">What was to be done with it, and the target that was found.</param>
/// <param name="Encoded">Its chunk.</param>
internal sealed record EncodedPlan(WeightPlan Plan, EncodedWeight Encoded)
{
    public OnnxWeight Weight => Plan.Weight;
}

/// <summary>The plan of a model, and the chunks that there are already.</summary>
/// <param name="Plan">In the model's order.</param>
/// <param name="Chunks">Of some weights, or of all that have a chunk.</param>
internal sealed record PartlyEncodedModel(IReadOnlyList<WeightPlan> Plan, IReadOnlyDictionary<OnnxWeight, EncodedWeight> Chunks)
{
    /// <summary>A model of which nothing is coded.</summary>
    public PartlyEncodedModel(IReadOnlyList<WeightPlan> plan)
        : this(plan, new Dictionary<OnnxWeight, EncodedWeight>())
    {
    }

    /// <summary>The same with another plan for some weights, and the chunks that there are of these.</summary>
    public PartlyEncodedModel With(PartlyEncodedModel part)
    {
        var chunks = new Dictionary<OnnxWeight, EncodedWeight>(Chunks);
        foreach (var weight in part.Plan.Select(plan => plan.Weight))
        {
            chunks.Remove(weight);
            if (part.Chunks.TryGetValue(weight, out var chunk))
                chunks[weight] = chunk;
        }

        return new(Compression.Plan.Replace(Plan, part.Plan), chunks);
    }

    /// <summary>The same with other chunks for some weights.</summary>
    public PartlyEncodedModel With(IReadOnlyList<EncodedPlan> encoded)
    {
        var chunks = new Dictionary<OnnxWeight, EncodedWeight>(Chunks);
        foreach (var weight in encoded)
            chunks[weight.Weight] = weight.Encoded;
        return new(Compression.Plan.Replace(Plan, [.. encoded.Select(weight => weight.Plan)]), chunks);
    }
}
