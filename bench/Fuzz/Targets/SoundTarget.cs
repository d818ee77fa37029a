using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Outputs.Samples.Media;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Sounds as samples.</summary>
internal sealed class SoundTarget : IFuzzTarget
{
    private readonly ByteMutator _bytes = new([.. new[] { "fmt ", "data", "LIST", "RIFF" }.Select(System.Text.Encoding.ASCII.GetBytes)]);

    public string Name => "sound";

    public IReadOnlyList<byte[]> Seeds() =>
        [SeedSamples.Wav(1, 1, 16), SeedSamples.Wav(1, 2, 8), SeedSamples.Wav(1, 1, 24), SeedSamples.Wav(1, 1, 32), SeedSamples.Wav(3, 2, 32)];

    public void Mutate(InputBuffer input, FuzzRandom random) => _bytes.Mutate(input, 0, input.Length, random, keepLength: random.OneIn(2));

    public void Read(ReadOnlyMemory<byte> input)
    {
        var sound = WavFile.Parse(input.Span);
        if (sound.Rate <= 0 || sound.Values.Length > input.Length)
            throw new FindingException("a sound with more values than there are bytes");
    }

    /// <summary>Documented; readers of samples make a diagnostic of it.</summary>
    public bool Refuses(Exception error) => error is InvalidDataException;

    public long Asked(ReadOnlyMemory<byte> input) => input.Length;

    public void Dispose()
    {
    }
}
