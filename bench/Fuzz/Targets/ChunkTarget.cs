using System.Buffers.Binary;
using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Numerics;
using CompressTasks.WeightCoding.Decoding;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>
/// The decoder of weights. An input is the weight's type, the number of its axes, their lengths in two bytes each, and the chunk. What is taken is,
/// now and then, compared with a second decoder, which was written from the format's document alone.
/// </summary>
internal sealed class ChunkTarget : IFuzzTarget
{
    private const int MostElements = 1 << 16;

    /// <summary>Where the number of axes does not ask for more.</summary>
    private const int UsualElements = 1 << 10;
    private const byte AsksForMore = 0x80;
    private const int MostAxes = 5;
    private const int OneInThese = 64;

    private static readonly ElementType[] _types =
    [
        ElementType.Float, ElementType.Float16, ElementType.BFloat16, ElementType.Double, ElementType.Int64, ElementType.Int8, ElementType.Int4,
        ElementType.String, ElementType.Float8E5M2, ElementType.Complex128, ElementType.Undefined, (ElementType)99,
    ];

    private readonly byte[] _payload = new byte[MostElements * 16];
    private readonly ByteMutator _bytes = new([]);

    public string Name => "chunk";

    public IReadOnlyList<byte[]> Seeds() => [.. SeedChunks.All.Select(seed =>
        (byte[])[(byte)Array.IndexOf(_types, seed.Type), (byte)(seed.Shape.Count + (seed.Chunk.Length > UsualElements ? AsksForMore : 0)),
            .. seed.Shape.SelectMany(length => BitConverter.GetBytes((ushort)length)), .. seed.Chunk])];

    public void Mutate(InputBuffer input, FuzzRandom random)
    {
        var header = Math.Min(input.Length, HeaderLength(input.Bytes));
        if (random.OneIn(10))
            _bytes.Mutate(input, 0, header, random, keepLength: true);
        else if (random.OneIn(3))
            _bytes.Mutate(input, header, Math.Min(24, input.Length - header), random);
        else
            _bytes.Mutate(input, header, input.Length - header, random);
    }

    public void Read(ReadOnlyMemory<byte> input)
    {
        var (type, shape, length) = Parse(input.Span);
        var chunk = input[Math.Min(input.Length, HeaderLength(input.Span))..];
        var payload = _payload.AsSpan(0, length);
        WeightDecoder.Decode(chunk, type, shape, payload);
        if (length / Math.Max(1, type.BitsPerElement() / 8) <= UsualElements && input.Span[^1] % OneInThese == 1)
            SecondDecoder.Compare(chunk.ToArray(), type, shape, payload);
    }

    /// <summary>Chunk readers say so by themselves; the reader of the artifact makes a diagnostic of it.</summary>
    public bool Refuses(Exception error) => error is InvalidDataException;

    public long Asked(ReadOnlyMemory<byte> input) => input.Length + Parse(input.Span).Length;

    public void Dispose()
    {
    }

    private static int HeaderLength(ReadOnlySpan<byte> input) => 2 + (2 * Axes(input));

    private static int Axes(ReadOnlySpan<byte> input) => input.Length > 1 ? (input[1] & ~AsksForMore) % (MostAxes + 1) : 0;

    /// <summary>Lengths that are too long, or 0, become 1: the index allows no shape but that of the payload, and none without one.</summary>
    private static (ElementType Type, long[] Shape, int Length) Parse(ReadOnlySpan<byte> input)
    {
        var type = _types[input.Length > 0 ? input[0] % _types.Length : 0];
        var shape = new long[Axes(input)];
        var most = input.Length > 1 && (input[1] & AsksForMore) != 0 ? MostElements : UsualElements;
        var elements = 1L;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            var at = 2 + (2 * axis);
            long length = at + 2 <= input.Length ? BinaryPrimitives.ReadUInt16LittleEndian(input[at..]) : 1;
            shape[axis] = length == 0 || elements * length > most ? 1 : length;
            elements *= shape[axis];
        }

        return (type, shape, (int)Math.Max(1, elements * type.BitsPerElement() / 8));
    }
}
