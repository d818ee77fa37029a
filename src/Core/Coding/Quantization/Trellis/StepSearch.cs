using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization.Trellis;

/// <summary>
/// Finds quantization steps. The error and the size of a chunk are not strictly monotonic in the step; what is found is a step that meets the
/// target next to one that does not.
/// </summary>
internal static class StepSearch
{
    /// <summary>With many levels, and less so with few, the squared error per value is about Δ²/3.</summary>
    public const double SquaredStepsPerDistortion = 3;

    /// <summary>Neighbouring steps are not told apart below this ratio: it is worth less than a ten-thousandth of a bit.</summary>
    private const double Resolution = 1 + 5e-5;

    /// <summary>Rounds that trust the errors to be smooth.</summary>
    private const int PatientRounds = 6;

    /// <summary>Tries steps until the error is right.</summary>
    /// <returns>Null if no step meets the target.</returns>
    public static QuantizationTrial? Largest(DependentQuantization quantization, QuantizeTarget.OfError target, double total)
    {
        var allowed = target.Allowed(total);
        var step = quantization.Learn(Math.Sqrt(SquaredStepsPerDistortion * allowed / quantization.Count), allowed / quantization.Count);
        var (met, metError) = (0.0, 0.0);
        var (unmet, unmetError) = (double.PositiveInfinity, 0.0);
        for (var round = 1; ; round++)
        {
            var trial = quantization.Try(step, quantization.Lambda);
            var error = trial?.Error.Residual;
            if (trial is not null && target.IsMet(trial.Error))
            {
                if (target.IsClose(trial.Error) || step == quantization.CoarsestStep)
                    return trial;
                (met, metError) = (step, trial.Error.Residual);
            }
            else if (step == quantization.FinestStep)
            {
                return null;
            }
            else
            {
                (unmet, unmetError) = (step, error ?? double.PositiveInfinity);
            }

            quantization.Discard(trial);
            var next = Next(round, 0.9995 * allowed, (step, error ?? 0), (met, metError), (unmet, unmetError));
            next = Math.Clamp(next, quantization.FinestStep, quantization.CoarsestStep);
            if (met > 0 && (unmet <= met * Resolution || next <= met || next >= unmet))
                return LambdaSearch.Closest(quantization, met, target);
            step = next;
        }
    }

    /// <summary>Tries steps until the chunk is just small enough.</summary>
    /// <returns>Null if no chunk is small enough.</returns>
    public static QuantizationTrial? Smallest(DependentQuantization quantization, double step, double maximumBits)
    {
        var (fits, doesNot) = (double.PositiveInfinity, 0.0);
        step = quantization.Learn(step, null);
        var (learnt, rounds, bitsOfFits) = (step, 0, 0.0);
        while (true)
        {
            var trial = quantization.Try(step, quantization.Lambda);
            var bits = trial is null ? double.PositiveInfinity : 8.0 * trial.Chunk.Length;
            if (bits <= maximumBits)
            {
                if (bits >= maximumBits - (0.001 * quantization.Count) || trial!.Error.Residual == 0 || step == quantization.FinestStep)
                    return trial;
                (fits, bitsOfFits) = (step, bits);
            }
            else if (step == quantization.CoarsestStep)
            {
                return null;
            }
            else
            {
                doesNot = step;
            }

            quantization.Discard(trial);
            if (fits <= doesNot * Resolution)
            {
                return LambdaSearch.IsFull(bitsOfFits, maximumBits, quantization.Count)
                    ? quantization.Try(fits, quantization.Lambda)
                    : LambdaSearch.Fullest(quantization, fits, maximumBits);
            }

            // A bit more for each value halves the step.
            var octaves = double.IsFinite(bits) ? (bits - (maximumBits - (0.0005 * quantization.Count))) / quantization.Count : 4;
            var next = step * DeterministicMath.PowerOfTwo(Math.Clamp(octaves, -8, 8));
            if (double.IsFinite(fits) && doesNot > 0 && (!(next > doesNot && next < fits) || ++rounds % 3 == 0))
                next = Math.Sqrt(doesNot) * Math.Sqrt(fits);
            next = Math.Clamp(next, quantization.FinestStep, quantization.CoarsestStep);
            if (next == step)
                return quantization.Try(fits, quantization.Lambda);
            step = next;
            if (step > 2 * learnt || step < learnt / 2)
                learnt = quantization.Learn(step, null);
        }
    }

    private static double Next(int round, double aim, (double Step, double Error) last, (double Step, double Error) met,
        (double Step, double Error) unmet)
    {
        // Between two known steps: on the line through their errors, later every third time in the middle, so that the search ends.
        if (met.Step > 0 && double.IsFinite(unmet.Step))
        {
            var guess = met.Step + ((unmet.Step - met.Step) * ((aim - met.Error) / (unmet.Error - met.Error)));
            return guess > met.Step && guess < unmet.Step && (round < PatientRounds || round % 3 != 0) ? guess
                : Math.Sqrt(met.Step) * Math.Sqrt(unmet.Step);
        }

        // Outside of them: as if the error went with the square of the step, later in ever larger strides.
        var impatience = Math.Max(0, round - PatientRounds);
        var stride = 1 + (0.01 * impatience * impatience);
        var factor = Math.Sqrt(aim / last.Error);
        return met.Step > 0
            ? last.Step * Math.Max(factor < 4 ? factor : 4, stride)
            : last.Step * Math.Min(factor > 0.25 ? factor : 0.25, 1 / stride);
    }
}
