using System.IO.Compression;
using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Diagnostics;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Archives of samples, as files: opened for a model, and all samples read, as such and as sequences.</summary>
internal sealed class NpzTarget : IFuzzTarget
{
    private const int MostSamples = 1000;

    private static readonly LabelsSpec _labels = new("labels", Output: null, SeedSamples.At);

    private readonly SampleFolder _folder = new();
    private readonly ByteMutator _bytes = new(
        [.. new[] { "x.npy", "ids.npy", "PK", "(6, 4)", "(6,)", "()", "'<i8'", "True" }.Select(System.Text.Encoding.UTF8.GetBytes)]);

    public string Name => "npz";

    public IReadOnlyList<byte[]> Seeds() => [SeedSamples.Npz(CompressionLevel.NoCompression), SeedSamples.Npz(CompressionLevel.Optimal)];

    /// <summary>The directory at the end knows where everything is: what is longer or shorter is mostly no archive any more.</summary>
    public void Mutate(InputBuffer input, FuzzRandom random) => _bytes.Mutate(input, 0, input.Length, random, keepLength: !random.OneIn(8));

    public void Read(ReadOnlyMemory<byte> input)
    {
        _folder.Write("s.npz", input.Span);
        var spec = new FileSamplesSpec("s.npz", SeedSamples.At);
        var refused = Attempt(() => NpzSamples.Open(spec, _folder.FullName, SeedSamples.Inputs, _labels));
        var pair = new FeedbackPair(SeedSamples.Inputs[0] with { Name = "state" }, "stateN");
        if (Attempt(() =>
            NpzSequences.Open(spec with { Sequence = SeedSamples.Sequence }, _folder.FullName, [SeedSamples.Inputs[1]], [pair], _labels)) is not null
            && refused is not null)
            throw refused;
    }

    public bool Refuses(Exception error) => error is CompressException;

    /// <summary>What the arrays unfold to.</summary>
    public long Asked(ReadOnlyMemory<byte> input)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(input.ToArray()));
            return input.Length + archive.Entries.Sum(entry => Math.Max(0, entry.Length));
        }
        catch (InvalidDataException)
        {
            return input.Length;
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>What is refused as samples may be taken as sequences.</summary>
    private static CompressException? Attempt(Func<ISampleSource> open)
    {
        try
        {
            foreach (var sequence in open().Read(() => 4).Take(MostSamples))
                _ = sequence.Steps;
            return null;
        }
        catch (CompressException error)
        {
            return error;
        }
    }
}
