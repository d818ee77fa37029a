using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Numerics;
using CompressTasks.Outputs.Samples;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Samples of one tensor each.</summary>
internal sealed class TensorTarget : IFuzzTarget
{
    private readonly ProtobufMutator _messages = new(new ByteMutator([]));

    public string Name => "tensor";

    public IReadOnlyList<byte[]> Seeds() => [.. SeedSamples.Tensors];

    public void Mutate(InputBuffer input, FuzzRandom random) => _messages.Mutate(input, 0, input.Length, random);

    public void Read(ReadOnlyMemory<byte> input)
    {
        var tensor = ProtobufTensor.Read(new MemoryStream(input.ToArray()));
        var elements = tensor.Shape.Aggregate((Int128)1, (product, length) => product * length);
        if (elements * (tensor.Type.BitsPerElement() / 8) != tensor.Bytes.Length)
            throw new FindingException("a tensor that has not as many values as its shape says");
    }

    /// <summary>Documented; readers of samples make a diagnostic of it.</summary>
    public bool Refuses(Exception error) => error is InvalidDataException;

    public long Asked(ReadOnlyMemory<byte> input) => input.Length;

    public void Dispose()
    {
    }
}
