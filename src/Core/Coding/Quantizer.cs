using System.Globalization;
using CompressTasks.Quality;
using CompressTasks.Stages;

namespace CompressTasks.Coding;

/// <summary>
/// A uniform quantizer with an entropy coder: a value becomes prediction + k·Δ, rounded to the weight's format, with k the integer that
/// is nearest to (value − prediction)/Δ.
/// </summary>
internal static class Quantizer
{
    /// <summary>The first byte of a chunk.</summary>
    private const byte UniformMethod = 1;

    /// <summary>Quantizes values for a target.</summary>
    /// <param name="values">The originals, as they are in the model.</param>
    /// <param name="target">What to choose the step for.</param>
    /// <param name="format">The weight's format, to which decoding rounds.</param>
    /// <param name="prediction">What is already known of the values: as many of them, or none for zeros. The decoder needs the same.</param>
    public static QuantizeResult Encode(
        ReadOnlySpan<double> values, QuantizeTarget target, NumericFormat format, ReadOnlySpan<double> prediction = default)
    {
        if (!prediction.IsEmpty)
            ArgumentOutOfRangeException.ThrowIfNotEqual(prediction.Length, values.Length);
        if (FirstNotFinite(values) is var bad and >= 0)
            return QuantizeResult.NotMet(string.Create(CultureInfo.InvariantCulture, $"value {bad} is {values[bad]}, which no step can reach"));
        if (FirstNotFinite(prediction) is var wild and >= 0)
            return QuantizeResult.NotMet(string.Create(CultureInfo.InvariantCulture, $"the prediction of value {wild} is {prediction[wild]}"));

        var quantization = new UniformQuantization(values, prediction, format);
        var total = SquaredError.Between(values, values).Total;
        if (!double.IsFinite(total) || !double.IsFinite(quantization.LargestMagnitude))
            return QuantizeResult.NotMet("the sum of squares is too large for a 64-bit number");
        if (target is QuantizeTarget.MinimumR2 && !values.IsEmpty && IsConstant(values))
            return QuantizeResult.NotMet("all values are equal, so there is no variance to explain and R² is not defined");
        if (target is QuantizeTarget.MinimumR2 && !values.IsEmpty && total < 2.2250738585072014e-308)
            return QuantizeResult.NotMet("the variance is too small for a 64-bit number");

        var (step, reason) = values.IsEmpty ? (1, "") : ChooseStep(quantization, target, total);
        if (step == 0)
            return QuantizeResult.NotMet(reason);
        if (quantization.Try(step) is not { } error)
            return QuantizeResult.NotMet(string.Create(CultureInfo.InvariantCulture, $"a step of {step} needs more than 2^31 levels"));
        if (!double.IsFinite(error.Residual))
            return QuantizeResult.NotMet(string.Create(CultureInfo.InvariantCulture, $"with a step of {step} a value leaves the range of {format}"));

        var writer = new ChunkWriter();
        Write(quantization.Indices, step, writer);
        return QuantizeResult.Met(writer.Written.ToArray(), step, error);
    }

    /// <summary>Reconstructs what <see cref="Encode"/> measured, bit for bit.</summary>
    /// <param name="chunk">What the encoder returned.</param>
    /// <param name="values">As many as were encoded; every one is representable in the format.</param>
    /// <param name="format">The same as for encoding.</param>
    /// <param name="prediction">The same as for encoding. It may be the memory of <paramref name="values"/>.</param>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static void Decode(ReadOnlyMemory<byte> chunk, Span<double> values, NumericFormat format, ReadOnlySpan<double> prediction = default)
    {
        if (!prediction.IsEmpty)
            ArgumentOutOfRangeException.ThrowIfNotEqual(prediction.Length, values.Length);
        var reader = new ChunkReader(chunk);
        var method = reader.Byte();
        if (method != UniformMethod)
            throw ChunkReader.Corrupt($"there is no quantizer with the number {method}");
        var step = reader.Double();
        if (!double.IsFinite(step) || step <= 0)
            throw ChunkReader.Corrupt(string.Create(CultureInfo.InvariantCulture, $"the step is {step}"));

        var indices = new int[values.Length];
        IndexCoder.Decode(reader, indices);
        UniformQuantization.Reconstruct(indices, step, prediction, format, values);
    }

    internal static void Write(ReadOnlySpan<int> indices, double step, ChunkWriter writer)
    {
        writer.Byte(UniformMethod);
        writer.Double(step);
        IndexCoder.Encode(indices, writer);
    }

    private static (double Step, string Reason) ChooseStep(UniformQuantization quantization, QuantizeTarget target, double total) => target switch
    {
        QuantizeTarget.GivenStep given => (given.Size, ""),
        QuantizeTarget.OfError ofError => (
            StepSearch.Largest(quantization, ofError, total),
            "not even 2^31 levels, rounded to the weight's format, come close enough to the values"),
        QuantizeTarget.MaximumBits bits => (
            StepSearch.Smallest(quantization, (long)Math.Min(bits.PerValue * quantization.Count / 8, long.MaxValue / 2)),
            "the chunk is larger than that with every value at zero"),
        _ => throw new ArgumentException($"{target} is not a target.", nameof(target)),
    };

    private static int FirstNotFinite(ReadOnlySpan<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                return i;
        }

        return -1;
    }

    private static bool IsConstant(ReadOnlySpan<double> values) => !values.ContainsAnyExcept(values[0]);
}
