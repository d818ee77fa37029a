namespace CompressTasks.Coding.Quantization.Trellis;

/// <summary>
/// Where the error jumps with the step, it may still grow gently with λ, the worth of a bit. Where that jumps too, there are other ways to the
/// target: with another λ the jumps are at other steps. Each is tried in turn, the usual one first, until some errors are close to the target; the
/// smallest chunk of these counts. A small or heavy-tailed weight needs this, of whose error few values make up the most.
/// </summary>
internal static class LambdaSearch
{
    /// <summary>Chunks that are compared where that costs little: of so many values or fewer.</summary>
    private const int Enough = 3;
    private const int Small = 1 << 13;

    /// <summary>Values that may be quantized, over all attempts.</summary>
    private const int MostValues = 1 << 23;
    private const int FewestTries = 64;
    private const int MostTries = 600;

    /// <summary>Halvings of the range of steps: from more than an octave to 10^-5 of the step.</summary>
    private const int Halvings = 18;
    private const double LowestStep = 0.85;
    private const double HighestStep = 3;

    /// <summary>λ near the usual one, and the ratio from one to the next.</summary>
    private const int Neighbours = 9;
    private const double NeighbourRatio = 1.07;

    /// <summary>At the step that was found: up to this λ, and so many halvings of that range.</summary>
    private const double LargestLambda = 64 * DependentQuantization.UsualLambda;
    private const int LambdaHalvings = 14;

    /// <summary>
    /// What comes after them. The smaller λ, the smaller are the jumps: the least squared error alone is a continuous function of the step.
    /// </summary>
    private const int Descents = 14;
    private const double DescentRatio = 1.5;

    /// <summary>Finds the trial that is closest to the target.</summary>
    /// <param name="quantization">The values.</param>
    /// <param name="found">A step that meets the target with the usual λ.</param>
    public static QuantizationTrial Closest(DependentQuantization quantization, double found, QuantizeTarget.OfError target)
    {
        var best = quantization.Try(found, quantization.Lambda)!;
        var bestLength = int.MaxValue;
        var enough = quantization.Count <= Small ? Enough : 1;
        var close = 0;

        // Between 0 and anything there is no mean of logarithms, and 0 has been tried.
        var (little, much) = (quantization.Lambda, LargestLambda);
        for (var round = 0; round < LambdaHalvings && little > 0 && close == 0; round++)
        {
            var lambda = Math.Sqrt(little * much);
            if (IsMet(found, lambda))
                little = lambda;
            else
                much = lambda;
        }

        var tries = Math.Clamp(MostValues / quantization.Count, FewestTries, MostTries);
        for (var number = 0; number < Neighbours + Descents && tries > 0 && close < enough; number++)
        {
            var (met, unmet) = (Math.Max(found * LowestStep, quantization.FinestStep), Math.Min(found * HighestStep, quantization.CoarsestStep));
            var before = close;
            for (var round = 0; round < Halvings && tries > 0 && close == before; round++, tries--)
            {
                var step = Math.Sqrt(met) * Math.Sqrt(unmet);
                if (IsMet(step, Lambda(number)))
                    met = step;
                else
                    unmet = step;
            }
        }

        return best;

        bool IsMet(double step, double lambda)
        {
            var trial = quantization.Try(step, lambda);
            if (trial is null || !target.IsMet(trial.Error))
            {
                quantization.Discard(trial);
                return false;
            }

            // Of those that are close the smallest chunk, of others the largest error.
            var isClose = target.IsClose(trial.Error);
            var length = isClose ? trial.Chunk.Length : int.MaxValue;
            close += isClose ? 1 : 0;
            var isBetter = length != bestLength ? length < bestLength : trial.Error.Residual > best.Error.Residual;
            quantization.Discard(isBetter ? best : trial);
            if (isBetter)
                (best, bestLength) = (trial, length);
            return true;
        }
    }

    /// <summary>
    /// Finds the trial with the least error whose chunk is small enough. Streams are made of words of 32 bits, hence the size jumps.
    /// </summary>
    /// <param name="quantization">The values.</param>
    /// <param name="found">The step of a chunk that is small enough with the usual λ.</param>
    /// <param name="maximumBits">The bits that the chunk may have.</param>
    public static QuantizationTrial? Fullest(DependentQuantization quantization, double found, double maximumBits)
    {
        QuantizationTrial? best = null;
        var tries = Math.Min(MostValues / quantization.Count, MostTries);
        for (var number = 0; number < Neighbours && tries > 0; number++)
        {
            var (fits, doesNot) = (Math.Min(found / LowestStep, quantization.CoarsestStep), Math.Max(found * LowestStep, quantization.FinestStep));
            for (var round = 0; round < Halvings && tries > 0; round++, tries--)
            {
                var step = Math.Sqrt(fits) * Math.Sqrt(doesNot);
                var trial = quantization.Try(step, Lambda(number));
                var bits = trial is null ? double.PositiveInfinity : 8.0 * trial.Chunk.Length;
                if (bits > maximumBits)
                {
                    doesNot = step;
                    quantization.Discard(trial);
                    continue;
                }

                fits = step;
                if (IsFull(bits, maximumBits, quantization.Count))
                    return trial;
                var isBetter = best is null || trial!.Error.Residual < best.Error.Residual;
                quantization.Discard(isBetter ? best : trial);
                if (isBetter)
                    best = trial;
            }
        }

        return best ?? quantization.Try(found, quantization.Lambda);
    }

    /// <summary>Whether a chunk has no room for another word, or hardly any.</summary>
    public static bool IsFull(double bits, double maximumBits, int count) => bits > maximumBits - Math.Max(32, 0.002 * count);

    /// <summary>The usual λ, then by turns a higher and a lower one, ever further away; in the end ever lower ones.</summary>
    private static double Lambda(int number)
    {
        var lambda = DependentQuantization.UsualLambda;
        for (var i = 0; i < (number + 1) / 2 && number < Neighbours; i++)
            lambda = number % 2 == 0 ? lambda / NeighbourRatio : lambda * NeighbourRatio;
        for (var i = Neighbours; i <= number; i++)
            lambda /= DescentRatio;
        return lambda;
    }
}
