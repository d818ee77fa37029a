using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;

namespace CompressTasks.Core.Tests.Fuzz;

/// <summary>A reader with a fault that a test has planted.</summary>
internal sealed class PlantedReader(Action<ReadOnlyMemory<byte>> read, params byte[][] seeds) : IFuzzTarget
{
    private readonly ByteMutator _bytes = new([]);

    public string Name => "planted";

    public IReadOnlyList<byte[]> Seeds() => seeds;

    public void Mutate(InputBuffer input, FuzzRandom random) => _bytes.Mutate(input, 0, input.Length, random);

    public void Read(ReadOnlyMemory<byte> input) => read(input);

    public bool Refuses(Exception error) => error is InvalidDataException;

    public long Asked(ReadOnlyMemory<byte> input) => input.Length;

    public void Dispose()
    {
    }

    /// <summary>Remembers nothing.</summary>
    public sealed class NoWatch : IInputWatch
    {
        public void Begin(ReadOnlySpan<byte> input)
        {
        }

        public void End()
        {
        }
    }
}
