namespace CompressTasks.Numerics;

/// <summary>
/// The errors of <see cref="SquaredError"/>, to the last bit, from payloads as they lie in a file: as doubles they would take twice the memory of the
/// weight, and more.
/// </summary>
internal static class PayloadError
{
    private delegate double Terms(ReadOnlySpan<double> original, ReadOnlySpan<double> decoded);

    /// <summary>Compares two payloads of the same length.</summary>
    /// <param name="type">Float, Float16, Double or BFloat16.</param>
    /// <param name="original">Little-endian elements.</param>
    /// <param name="decoded">As many of them.</param>
    public static SquaredError Between(ElementType type, ReadOnlySpan<byte> original, ReadOnlySpan<byte> decoded)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(decoded.Length, original.Length);
        var elements = original.Length / (type.BitsPerElement() / 8);
        if (elements == 0)
            return default;
        var mean = Sum(type, original, decoded, static (values, _) => SquaredError.Sum(values)) / elements;
        return new(
            elements,
            Sum(type, original, decoded, SquaredError.ResidualOf),
            Sum(type, original, decoded, (values, _) => SquaredError.SumOfSquaredDeviations(values, mean)));
    }

    /// <summary>Σ (decoded − original)².</summary>
    /// <param name="type">The type of the original's elements.</param>
    /// <param name="original">Little-endian elements.</param>
    /// <param name="decoded">As many values.</param>
    public static double ResidualOf(ElementType type, ReadOnlySpan<byte> original, ReadOnlySpan<double> decoded)
    {
        if (decoded.Length <= SquaredError.Block)
            return ResidualOfBlock(type, original, decoded);
        var half = decoded.Length / 2;
        var bytes = half * (type.BitsPerElement() / 8);
        return ResidualOf(type, original[..bytes], decoded[..half]) + ResidualOf(type, original[bytes..], decoded[half..]);
    }

    // Halves as SquaredError does, so that the sums are the same.
    private static double Sum(ElementType type, ReadOnlySpan<byte> original, ReadOnlySpan<byte> decoded, Terms terms)
    {
        var size = type.BitsPerElement() / 8;
        var elements = original.Length / size;
        if (elements <= SquaredError.Block)
            return SumOfBlock(type, original, decoded, elements, terms);
        var bytes = elements / 2 * size;
        return Sum(type, original[..bytes], decoded[..bytes], terms) + Sum(type, original[bytes..], decoded[bytes..], terms);
    }

    private static double SumOfBlock(ElementType type, ReadOnlySpan<byte> original, ReadOnlySpan<byte> decoded, int elements, Terms terms)
    {
        Span<double> values = stackalloc double[2 * SquaredError.Block];
        var a = values[..elements];
        var b = values.Slice(SquaredError.Block, elements);
        ElementConversion.ReadValues(type, original, a);
        ElementConversion.ReadValues(type, decoded, b);
        return terms(a, b);
    }

    private static double ResidualOfBlock(ElementType type, ReadOnlySpan<byte> original, ReadOnlySpan<double> decoded)
    {
        Span<double> values = stackalloc double[SquaredError.Block];
        ElementConversion.ReadValues(type, original, values[..decoded.Length]);
        return SquaredError.ResidualOf(values[..decoded.Length], decoded);
    }
}
