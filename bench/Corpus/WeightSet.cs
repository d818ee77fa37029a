using CompressTasks.Compression;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>One weight of a model, in memory.</summary>
/// <param name="Path">Graph path and name.</param>
/// <param name="Type">The elements' type.</param>
/// <param name="Shape">The length of every axis.</param>
/// <param name="Payload">The elements as the model stores them.</param>
/// <param name="Values">The elements as doubles.</param>
internal sealed record WeightData(string Path, ElementType Type, IReadOnlyList<long> Shape, byte[] Payload, double[] Values)
{
    public static WeightData Read(OnnxModel model, OnnxWeight weight)
    {
        var values = new double[weight.Elements];
        model.ReadValues(weight, values);
        return new(weight.Path, weight.ElementType, weight.Shape, model.ReadBytes(weight).ToArray(), values);
    }
}

/// <summary>The weights of a model that <c>dotnet compress MODEL</c> codes: floating point, 1,024 elements or more, shared ones once.</summary>
internal sealed class WeightSet(IReadOnlyList<WeightData> weights)
{
    public IReadOnlyList<WeightData> Weights { get; } = weights;

    public long Elements { get; } = weights.Sum(weight => weight.Values.LongLength);

    /// <summary>All payloads, one after the other.</summary>
    public byte[] Bytes() => [.. Weights.SelectMany(weight => weight.Payload)];

    /// <summary>Bytes as fp32, the unit of all speeds.</summary>
    public long SingleBytes => Elements * sizeof(float);

    /// <summary>The same weights, each value rounded to another type.</summary>
    public WeightSet RoundedTo(ElementType type) => new([.. Weights.Select(weight =>
    {
        var payload = new byte[weight.Values.Length * type.BitsPerElement() / 8];
        ElementConversion.WriteValues(type, weight.Values, payload);
        var values = new double[weight.Values.Length];
        ElementConversion.ReadValues(type, payload, values);
        return weight with { Type = type, Payload = payload, Values = values };
    })]);

    public double BitsPerWeight(long bytes) => 8.0 * bytes / Elements;

    public static WeightSet Read(string modelPath)
    {
        using var model = OnnxModel.Open(modelPath);

        // The threshold does not matter here: every one codes the same weights.
        var plan = Plan.Create(CompressionSpec.ForModel(modelPath, 0.99), model);
        return new([.. plan.Where(p => p is { Stack: not null, HasChunk: true }).Select(p => WeightData.Read(model, p.Weight))]);
    }
}
