using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace CompressTasks.Onnx;

/// <summary>Finds the weights of a model that are the same tensor: tied in an external file, or stored twice.</summary>
internal static class SharedWeights
{
    // Below this a copy costs less than the entry that says it is one.
    private const int MinBytes = 1024;

    // Layers of one kind have equal shapes; a few bytes from the middle tell most of them apart without hashing.
    private const int SampleLength = 32;

    /// <summary>Maps every weight that repeats an earlier one to the first of its kind.</summary>
    public static Dictionary<OnnxWeight, OnnxWeight> Find(OnnxModel model)
    {
        var shared = new Dictionary<OnnxWeight, OnnxWeight>();
        var places = new Dictionary<(int File, long Offset, long Length), OnnxWeight>();
        var candidates = new Dictionary<string, List<OnnxWeight>>(StringComparer.Ordinal);
        // A payload that has to be decoded first stays where it is unless it is compressed: to share it would mean to rewrite it.
        foreach (var weight in model.Weights.Where(weight => weight.IsContiguous))
        {
            if (weight.Storage == WeightStorage.External && !places.TryAdd((weight.File, weight.Offset, weight.PayloadBytes), weight))
            {
                shared.Add(weight, places[(weight.File, weight.Offset, weight.PayloadBytes)]);
                continue;
            }

            if (weight.PayloadBytes < MinBytes || weight.IsSparse)
                continue;
            var middle = (int)(weight.PayloadBytes / 2);
            var sample = Convert.ToHexString(model.ReadPart(weight, middle, SampleLength));
            var key = $"{weight.ElementType}[{string.Join(',', weight.Shape)}] {sample}";
            CollectionsMarshal.GetValueRefOrAddDefault(candidates, key, out _) ??= [];
            candidates[key].Add(weight);
        }

        foreach (var group in candidates.Values.Where(group => group.Count > 1))
            Compare(model, group, shared);

        // The first in one place may itself repeat a weight in another place.
        foreach (var (weight, first) in shared.ToList())
            shared[weight] = shared.GetValueOrDefault(first, first);
        return shared;
    }

    private static void Compare(OnnxModel model, List<OnnxWeight> group, Dictionary<OnnxWeight, OnnxWeight> shared)
    {
        var firsts = new Dictionary<string, OnnxWeight>(StringComparer.Ordinal);
        foreach (var weight in group)
        {
            var hash = Convert.ToHexString(SHA256.HashData(model.ReadBytes(weight)));
            if (!firsts.TryAdd(hash, weight))
                shared.Add(weight, firsts[hash]);
        }
    }
}
