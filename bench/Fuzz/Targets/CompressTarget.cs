using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Runtime;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Whole runs of the compressor on models: what is written is read, and a model that is carried exactly comes back to the byte.</summary>
internal sealed class CompressTarget : IFuzzTarget
{
    private readonly SampleFolder _folder = new();
    private readonly ProtobufMutator _messages = new(new ByteMutator([.. ModelTarget.Words.Select(System.Text.Encoding.UTF8.GetBytes)]));
    private readonly CompressionSpec _exact;
    private readonly CompressionSpec _coded;

    public CompressTarget()
    {
        SampleFolder.WriteExternals(_folder.FullName);
        _exact = Spec("lossless");
        _coded = Spec("haar: { keep: 0.5 }, residual: { r2: 0.9 }");
    }

    public string Name => "compress";

    public IReadOnlyList<byte[]> Seeds() => [.. SeedModels.Small, .. SeedModels.All];

    public void Mutate(InputBuffer input, FuzzRandom random) => _messages.Mutate(input, 0, input.Length, random);

    public void Read(ReadOnlyMemory<byte> input)
    {
        _folder.Write("m.onnx", input.Span);
        var outcome = Compressor.Run(input.Length % 4 == 0 ? _coded : _exact, new CompressionOptions { Probe = false, Threads = 1 }, null,
            CancellationToken.None)
            .Single();
        try
        {
            using var model = CompressedModel.Open(outcome.ArtifactPath, new CompressedModelOptions { Threads = 1 });
            foreach (var weight in model.Weights)
                _ = model.Decode(weight);
            model.Restore(_folder["restored/m.onnx"], overwrite: true, threads: 1);
        }
        catch (CompressException error)
        {
            throw new FindingException($"an artifact that its own reader refuses: {error.Diagnostics[0].Code}");
        }
    }

    public bool Refuses(Exception error) => error is CompressException;

    public long Asked(ReadOnlyMemory<byte> input) => input.Length + SeedModels.Externals.Values.Sum(file => file.Length);

    public void Dispose() => _folder.Dispose();

    private CompressionSpec Spec(string stack) => CompressionSpec.Parse(
        $"models: [ m.onnx ]\noutput: out\nreport: []\nrules: [ {{ weights: \"**\", minElements: 8, stack: [ {stack} ] }} ]",
            _folder["compress.yml"]);
}
