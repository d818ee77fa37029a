using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using Google.Protobuf;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>
/// Models as files, with external data beside them: opened, every payload read, all of them taken out and put back. The model must be what it was.
/// </summary>
/// <param name="external">Whether the model has external data; else it has subgraphs and every kind of tensor.</param>
internal sealed class ModelTarget(bool external) : IFuzzTarget
{
    private const int LargestPayload = 1 << 20;

    private readonly SampleFolder _folder = Prepared();
    private readonly ProtobufMutator _messages = new(new ByteMutator([.. Words.Select(System.Text.Encoding.UTF8.GetBytes)]));

    public string Name => external ? "external" : "model";

    public static IReadOnlyList<string> Words =>
    [
        "w.bin", "./w.bin", "sub/more.bin", "sub//more.bin", "sub", "../w.bin", "/etc/hostname", "m.onnx", "location", "offset", "length",
            "checksum", "link.bin",
        "0", "-1", "512", "18446744073709551616", "9223372036854775807", "Constant", "value",
    ];

    public IReadOnlyList<byte[]> Seeds() => external ? [SeedModels.External.ToByteArray()] : SeedModels.Parts;

    public void Mutate(InputBuffer input, FuzzRandom random) => _messages.Mutate(input, 0, input.Length, random);

    public void Read(ReadOnlyMemory<byte> input)
    {
        using var model = OnnxModel.Open(_folder.Write("m.onnx", input.Span));
        var excised = model.Weights.Where(weight => weight.CanExcise).ToList();
        if (excised.Any(weight => weight.PayloadBytes > LargestPayload))
            return;
        foreach (var weight in model.Weights)
            _ = (model.SharedWith(weight), model.StructureBytes);
        var image = model.Excise(excised);
        using var skeleton = new MemoryStream();
        image.WriteSkeleton(skeleton);
        if (skeleton.Length != image.Layout.SkeletonLength)
            throw new FindingException("a skeleton of another length than its layout says");
        skeleton.Position = 0;
        var main = ModelRestorer.ToBuffer(image.Layout, skeleton);
        foreach (var (weight, hole) in image.Weights.Zip(image.Layout.Holes))
        {
            var payload = model.ReadBytes(weight);
            if (payload.Length != hole.Length)
                throw new FindingException("a payload that does not fit into its hole");
            if (hole.File == 0)
                payload.CopyTo(ModelRestorer.HoleIn(main, hole));
        }

        if (excised.All(weight => weight.IsContiguous) && !main.AsSpan().SequenceEqual(input.Span))
            throw new FindingException("a model that is another one when it is put together again");
        Compare(model, main);
        _ = model.ReadStructure();
    }

    public bool Refuses(Exception error) => error is CompressException;

    public long Asked(ReadOnlyMemory<byte> input) => input.Length + SeedModels.Externals.Values.Sum(file => file.Length);

    public void Dispose() => _folder.Dispose();

    private static SampleFolder Prepared()
    {
        var folder = new SampleFolder();
        SampleFolder.WriteExternals(folder.FullName);
        return folder;
    }

    /// <summary>Payloads that lay in typed fields lie in raw_data now; all tensors must be there as before.</summary>
    private static void Compare(OnnxModel model, byte[] main)
    {
        var found = new List<TensorHeader>();
        try
        {
            TensorWalker.Walk("m.onnx", main, tensor => found.Add(tensor.Header));
        }
        catch (CompressException error)
        {
            throw new FindingException($"a model that is refused when it is put together again: {error.Diagnostics[0].Code}");
        }

        if (!found.Select(header => header.ElementType).SequenceEqual(model.Weights.Select(weight => weight.ElementType))
            || !found.Zip(model.Weights).All(pair => pair.First.Shape.SequenceEqual(pair.Second.Shape)))
            throw new FindingException("a model that has other tensors when it is put together again");
    }
}
