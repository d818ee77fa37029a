namespace CompressTasks.Benchmarks.Corpus;

/// <summary>
/// Signed integers, symmetric about zero, and one scale in half precision for every row of the first axis, which just fits the row's largest
/// magnitude. A weight of one axis is one row.
/// </summary>
/// <param name="Bits">2 to 8 bits per value.</param>
internal sealed record ChannelQuantization(int Bits) : IFixedFormat
{
    private const int ScaleBits = 16;

    public string Title => $"{Bits} bits per channel";

    public double SizeInBits(WeightData weight) => ((double)Bits * weight.Values.Length) + (ScaleBits * Rows(weight));

    public double[] Decoded(WeightData weight)
    {
        var decoded = new double[weight.Values.Length];
        var columns = decoded.Length / (int)Rows(weight);
        for (var start = 0; start < decoded.Length; start += columns)
            Quantize(weight.Values.AsSpan(start, columns), decoded.AsSpan(start, columns));
        return decoded;
    }

    private void Quantize(ReadOnlySpan<double> values, Span<double> decoded)
    {
        var magnitude = 0.0;
        foreach (var value in values)
            magnitude = Math.Max(magnitude, Math.Abs(value));

        // A scale that half precision rounds down clips the largest value a little.
        var largest = (1 << (Bits - 1)) - 1;
        var scale = (double)(Half)(magnitude / largest);
        for (var i = 0; i < values.Length; i++)
            decoded[i] = scale == 0 ? 0 : Math.Clamp(Math.Round(values[i] / scale), -largest, largest) * scale;
    }

    private static long Rows(WeightData weight) => weight.Shape.Count > 1 ? weight.Shape[0] : 1;
}
