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
        var start = Math.Sqrt(12 * target.Allowed(total) / quantization.Count);
        var step = Math.Clamp(start, quantization.FinestStep, quantization.CoarsestStep);
        var (met, unmet) = (0.0, 0.0);
        for (var factor = 1.25; met == 0 || unmet == 0; factor *= factor)
        {
            if (quantization.Try(step) is { } error && target.IsMet(error))
            {
                if (target.IsClose(error) || step == quantization.CoarsestStep)
                    return step;
                met = step;
                step = Math.Min(step * factor, quantization.CoarsestStep);
            }
            else
            {
                if (step == quantization.FinestStep)
                    return 0;
                unmet = step;
                step = Math.Max(step / factor, quantization.FinestStep);
            }
        }

        while (unmet > met * Resolution)
        {
            var middle = Math.Sqrt(met) * Math.Sqrt(unmet);
            if (middle <= met || middle >= unmet)
                break; // There is no number between two subnormal ones.
            if (quantization.Try(middle) is not { } error || !target.IsMet(error))
            {
                unmet = middle;
                continue;
            }

            met = middle;
            if (target.IsClose(error))
                break;
        }

        return met;
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
