using CompressTasks.Artifacts;
using CompressTasks.Memory;
using CompressTasks.Onnx;
using CompressTasks.Threading;
using CompressTasks.WeightCoding.Decoding;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Compression;

/// <summary>Encodes the planned weights of a model in parallel and streams them into an artifact.</summary>
internal static class ModelEncoder
{
    /// <summary>The name that an artifact gives to the stack of a weight that is carried exactly.</summary>
    public const string LosslessStack = "lossless";

    /// <summary>Writes the artifact. Its bytes do not depend on the number of threads.</summary>
    /// <returns>What became of every weight that has a chunk, in the order of the plan.</returns>
    public static IReadOnlyList<CodedWeight> Write(
        OnnxModel model, PartlyEncodedModel planned, string path, int threads, ProgressMeter progress, CancellationToken cancellationToken)
    {
        var (plan, ready) = (planned.Plan, planned.Chunks);
        var chunked = plan.Where(p => p.HasChunk).ToList();
        var owners = Plan.Owners(plan);
        var image = model.Excise([.. owners.Keys]);
        var holes = Holes(image, owners);
        var coded = new List<CodedWeight>(chunked.Count);

        // Few weights leave threads over, which a stage can use inside of one weight.
        var threadsPerWeight = Math.Max(1, threads / Math.Max(1, chunked.Count));
        var garbage = new MemoryPressure(chunked.Sum(p => p.Weight.PayloadBytes));
        using var writer = ArtifactWriter.Create(path);
        OrderedParallel.Run(
            [.. chunked.Select(p => p.Weight.PayloadBytes)],
            threads,
            index =>
                EncodeInMemory(model, chunked[index], ready.GetValueOrDefault(chunked[index].Weight), threadsPerWeight, garbage, cancellationToken),
            (index, result) =>
            {
                var weight = chunked[index].Weight;
                var stack = result.Encoded.KeptBecause switch
                {
                    null => chunked[index].Stack!.Name,
                    KeepReason.Rewritten => StandIn.Stack,
                    _ => LosslessStack,
                };
                writer.Add(new(weight.Path, (int)weight.ElementType, weight.Shape, holes[weight], result.Hash, stack), result.Encoded.Chunk);
                coded.Add(new(chunked[index], result.Encoded with { Chunk = [] }, result.Encoded.Chunk.LongLength));
                progress.Add(weight.PayloadBytes);
            },
            cancellationToken);

        using var skeleton = new MemoryStream((int)image.Layout.SkeletonLength);
        image.WriteSkeleton(skeleton);
        cancellationToken.ThrowIfCancellationRequested();
        writer.Commit(ToolVersion.NameAndVersion, Files(model, image), skeleton.GetBuffer().AsSpan(0, (int)skeleton.Length), cancellationToken);
        progress.AddStructure(skeleton.Length);
        return coded;
    }

    private static (EncodedWeight Encoded, PayloadHash Hash) EncodeInMemory(
        OnnxModel model, WeightPlan plan, EncodedWeight? ready, int threads, MemoryPressure garbage, CancellationToken cancellationToken)
    {
        try
        {
            return Encode(model, plan, ready, threads, garbage, cancellationToken);
        }
        catch (OutOfMemoryException cause)
        {
            throw ModelDiagnostics.OutOfMemory(model.Path, plan.Weight.Path, plan.Weight.PayloadBytes, cause);
        }
    }

    private static (EncodedWeight Encoded, PayloadHash Hash) Encode(
        OnnxModel model, WeightPlan plan, EncodedWeight? ready, int threads, MemoryPressure garbage, CancellationToken cancellationToken)
    {
        var weight = plan.Weight;
        var payload = model.ReadBytes(weight);
        var encoded = ready ?? Encode(payload, plan, threads, cancellationToken);
        if (plan.Stack is null)
            return (encoded, PayloadHash.Of(payload));

        garbage.Add(payload.Length);
        var decoded = new byte[payload.Length];
        WeightDecoder.Decode(encoded.Chunk, weight.ElementType, weight.Shape, decoded);
        garbage.Add(payload.Length);
        return (encoded, PayloadHash.Of(decoded));
    }

    /// <summary>Encodes a weight as the plan has it.</summary>
    public static EncodedWeight Encode(ReadOnlySpan<byte> payload, WeightPlan plan, int threads, CancellationToken cancellationToken) =>
        plan.Stack is { } stack
            ? WeightEncoder.Encode(payload, plan.Weight.ElementType, plan.Weight.Shape, stack, plan.Target, threads, cancellationToken)
            : WeightEncoder.Keep(payload, plan.Weight.ElementType, plan.Weight.Shape, plan.KeepBecause!);

    /// <summary>Every chunk fills the holes of its own weight and of those that share it.</summary>
    private static Dictionary<OnnxWeight, List<ArtifactHole>> Holes(ModelImage image, IReadOnlyDictionary<OnnxWeight, OnnxWeight> owners) =>
        image.Weights.Zip(image.Layout.Holes)
            .GroupBy(pair => owners[pair.First], pair => new ArtifactHole(pair.Second.File, pair.Second.Offset, pair.Second.Length))
            .ToDictionary(group => group.Key, group => group.ToList());

    private static List<ArtifactFile> Files(OnnxModel model, ModelImage image) =>
        [.. image.Layout.Files.Select((file, index) => new ArtifactFile(
            index == 0 ? ArtifactIndexRules.Portable(file.Name) : file.Name, file.Length, model.FileSha256(index)))];
}
