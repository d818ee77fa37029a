using CompressTasks.Stages;

namespace CompressTasks.Coding;

/// <summary>
/// Finds quantization steps by bisection of their logarithm. The error is not strictly monotonic in the step; what is found is a step
/// that meets the target next to one that does not.
/// </summary>
internal static class StepSearch
{
    /// <summary>Neighbouring steps are not told apart below this ratio.</summary>
    private const double Resolution = 1 + 1e-7;

    /// <summary>The largest step with an error that meets the target, or 0 if there is none.</summary>
    public static double Largest(UniformQuantization quantization, QuantizeTarget.OfError target, double total)
    {
        // With many levels the error of a uniform quantizer is step²/12 per value.
        var allowed = target.Allowed(total);
        var start = Math.Sqrt(12 * allowed / quantization.Count);
        var step = Math.Clamp(start, quantization.FinestStep, quantization.CoarsestStep);
        var (met, unmet) = (0.0, double.PositiveInfinity);
        for (var round = 1; ; round++)
        {
            var error = quantization.Try(step);
            if (error is { } reached && target.IsMet(reached))
            {
                met = step;
                if (target.IsClose(reached) || step == quantization.CoarsestStep)
                    return met;
            }
            else
            {
                unmet = step;
                if (step == quantization.FinestStep)
                    return 0;
            }

            if (unmet <= met * Resolution)
                return met;

            // Between two known steps: where the target would be if the error went with the square of the step, and every third time
            // the middle, so that the search ends. Outside of them: ever larger strides.
            var stride = 1 + (0.25 * round * round);
            var guess = step * Math.Sqrt(0.9995 * allowed / (error?.Residual ?? 0));
            step = (met, unmet) switch
            {
                (0, _) => Math.Max(guess < step && guess > step / stride ? guess : step / stride, quantization.FinestStep),
                (_, double.PositiveInfinity) => Math.Min(guess > step && guess < step * stride ? guess : step * stride, quantization.CoarsestStep),
                _ when guess > met && guess < unmet && round % 3 != 0 => guess,
                _ => Math.Sqrt(met) * Math.Sqrt(unmet),
            };
            if (met > 0 && (step <= met || step >= unmet))
                return met; // There is no number between two subnormal ones.
        }
    }

    /// <summary>The smallest step whose chunk has at most so many bytes, or 0 if there is none.</summary>
    public static double Smallest(UniformQuantization quantization, long maximumBytes)
    {
        var (fits, doesNot) = (0.0, 0.0);
        var step = quantization.CoarsestStep;
        while (doesNot == 0)
        {
            var error = quantization.Try(step);
            if (error is null || Size(quantization.Indices, step) > maximumBytes)
            {
                doesNot = step;
                if (fits == 0)
                    return 0;
                break;
            }

            fits = step;
            if (error.Value.Residual == 0 || step == quantization.FinestStep)
                return step;
            step = Math.Max(step / 2, quantization.FinestStep);
        }

        while (fits > doesNot * 1.0005)
        {
            var middle = Math.Sqrt(fits) * Math.Sqrt(doesNot);
            if (middle >= fits || middle <= doesNot)
                break;
            if (quantization.Try(middle) is not null && Size(quantization.Indices, middle) <= maximumBytes)
                fits = middle;
            else
                doesNot = middle;
        }

        return fits;
    }

    private static long Size(ReadOnlySpan<int> indices, double step)
    {
        var writer = new ChunkWriter();
        Quantizer.Write(indices, step, writer);
        return writer.Written.Length;
    }
}
