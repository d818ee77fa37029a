using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Core.Tests.Coding;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.WeightCoding;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Compares what a chunk decodes to with what the tests' decoder makes of it, of the kinds that one knows.</summary>
internal static class SecondDecoder
{
    /// <summary>Of the largest value: cosines are summed in another order.</summary>
    private const double Tolerance = 1e-6;

    public static void Compare(byte[] chunk, ElementType type, long[] shape, ReadOnlySpan<byte> payload)
    {
        var reader = new ChunkReader(chunk);
        switch ((ChunkKind)reader.Byte())
        {
            case ChunkKind.Lossless:
                CompareBytes(reader.Bytes().ToArray(), payload);
                break;
            case ChunkKind.Quantized when type is ElementType.Float or ElementType.Double && shape.All(length => length > 0):
                CompareValues(reader.Bytes().ToArray(), type, shape, payload);
                break;
        }
    }

    private static void CompareBytes(byte[] chunk, ReadOnlySpan<byte> payload)
    {
        var length = payload.Length;
        if (Try(() => ReferenceDecoder.Lossless(chunk, length)) is { } expected && !payload.SequenceEqual(expected))
            throw new FindingException("an exact weight that two decoders read differently");
    }

    private static void CompareValues(byte[] chunk, ElementType type, long[] shape, ReadOnlySpan<byte> payload)
    {
        if (Try(() => ReferenceQuantizedDecoder.Values(chunk, [.. shape.Select(length => (int)length)])) is not { } expected)
            return;
        var values = new double[payload.Length / (type.BitsPerElement() / 8)];
        ElementConversion.ReadValues(type, payload, values);
        var largest = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (var i = 0; i < values.Length; i++)
        {
            if (!(Math.Abs(values[i] - expected[i]) <= (Tolerance * largest) + float.Epsilon) && IsOrdinary(expected[i], type)
                && IsOrdinary(values[i], type))
                throw new FindingException("a quantized weight that two decoders read differently");
        }
    }

    /// <returns>Null where the tests' decoder stops: it asserts that chunks are whole, each time in its own way.</returns>
    private static T? Try<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return null;
        }
    }

    private static bool IsOrdinary(double value, ElementType type) => Math.Abs(value) < (type == ElementType.Float ? float.MaxValue / 2 : 1e300);
}
