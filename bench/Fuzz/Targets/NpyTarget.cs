using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Numerics;
using CompressTasks.Outputs.Samples;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Headers of NumPy's arrays.</summary>
internal sealed class NpyTarget : IFuzzTarget
{
    private readonly TextMutator _texts = new(
        ["'descr': ", "'fortran_order': ", "'shape': ", "(", ")", "L, ", "True", "False", "'<f4'", "'|b1'", "'>i8'", "'O'"]);

    public string Name => "npy";

    public IReadOnlyList<byte[]> Seeds() => [.. SeedSamples.Arrays.Select(array => SeedSamples.Npy(array.Header, []))];

    public void Mutate(InputBuffer input, FuzzRandom random) => _texts.Mutate(input, random);

    public void Read(ReadOnlyMemory<byte> input)
    {
        var header = NpyHeader.Read(new MemoryStream(input.ToArray()));
        if (header.Shape.Any(length => length < 0) || header.Elements < 0)
            throw new FindingException("an array with a length below zero");
        if (header.Shape.Count > 100)
            return;
        var again = NpyHeader.Read(new MemoryStream(SeedSamples.Npy(header, [])));
        if (again.Type != header.Type || !again.Shape.SequenceEqual(header.Shape))
            throw new FindingException("a header that is another one when it is written again");
    }

    /// <summary>Documented; readers of samples make a diagnostic of it.</summary>
    public bool Refuses(Exception error) => error is InvalidDataException;

    public long Asked(ReadOnlyMemory<byte> input) => input.Length;

    public void Dispose()
    {
    }
}
