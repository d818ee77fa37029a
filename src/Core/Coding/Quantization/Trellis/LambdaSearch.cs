using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization.Trellis;

/// <summary>
/// Where the error jumps with the step, it may still grow gently with the worth of a bit. Where that jumps too, there are other ways to the target: with another worth of a bit the jumps are
/// at other steps. Each is tried in turn, the usual one first, until some errors are close to the target; the smallest chunk of these counts. A small or heavy-tailed weight needs this, of whose
/// error few values make up the most.
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

    /// <summary>Worths of a bit near the usual one, and the ratio from one to the next.</summary>
    private const int Neighbours = 9;
    private const double NeighbourRatio = 1.07;

    /// <summary>At the step that was found: up to this worth of a bit, and so many halvings of that range.</summary>
    private const double LargestLambda = 64 * DependentQuantization.UsualLambda;
    private const int LambdaHalvings = 14;

    /// <summary>
    /// What comes after them. The less a bit is worth, the smaller are the jumps: the least squared error alone is a continuous function of the step.
    /// </summary>
    private const int Descents = 14;
    private const double DescentRatio = 1.5;

    /// <summary>Finds the attempt that is closest to the target, and makes it the last one.</summary>
    /// <param name="quantization">What has been tried.</param>
    /// <param name="found">A step that meets the target with the usual worth of a bit, and its error.</param>
    /// <param name="target">The target.</param>
    public static SquaredError? Closest(DependentQuantization quantization, (double Step, double Error) found, QuantizeTarget.OfError target)
    {
        var best = new Attempt(found.Step, quantization.Lambda, found.Error, int.MaxValue);
        var enough = quantization.Count <= Small ? Enough : 1;
        var close = 0;
        var (little, much) = (quantization.Lambda, LargestLambda);
        for (var round = 0; round < LambdaHalvings && close == 0; round++)
        {
            quantization.Lambda = Math.Sqrt(little * much);
            if (IsMet(found.Step))
                little = quantization.Lambda;
            else
                much = quantization.Lambda;
        }

        var tries = Math.Clamp(MostValues / quantization.Count, FewestTries, MostTries);
        for (var number = 0; number < Neighbours + Descents && tries > 0 && close < enough; number++)
        {
            quantization.Lambda = Lambda(number);
            var (met, unmet) = (Math.Max(found.Step * LowestStep, quantization.FinestStep), Math.Min(found.Step * HighestStep, quantization.CoarsestStep));
            var before = close;
            for (var round = 0; round < Halvings && tries > 0 && close == before; round++, tries--)
            {
                var step = Math.Sqrt(met) * Math.Sqrt(unmet);
                if (IsMet(step))
                    met = step;
                else
                    unmet = step;
            }
        }

        quantization.Lambda = best.Lambda;
        return quantization.Try(best.Step);

        bool IsMet(double step)
        {
            if (quantization.Try(step) is not { } error || !target.IsMet(error))
                return false;
            var isClose = target.IsClose(error);
            var attempt = new Attempt(step, quantization.Lambda, error.Residual, isClose ? quantization.Write().Length : int.MaxValue);
            if (attempt.IsBetterThan(best))
                best = attempt;
            close += isClose ? 1 : 0;
            return true;
        }
    }

    /// <summary>Finds the attempt with the least error whose chunk is small enough, and makes it the last one. Streams are made of words of 32 bits, hence the size jumps.</summary>
    /// <param name="quantization">What has been tried.</param>
    /// <param name="found">The step of a chunk that is small enough with the usual worth of a bit.</param>
    /// <param name="maximumBits">The bits that the chunk may have.</param>
    public static SquaredError? Fullest(DependentQuantization quantization, double found, double maximumBits)
    {
        var best = new Attempt(found, quantization.Lambda, double.PositiveInfinity, 0);
        var tries = Math.Min(MostValues / quantization.Count, MostTries);
        for (var number = 0; number < Neighbours && tries > 0; number++)
        {
            quantization.Lambda = Lambda(number);
            var (fits, doesNot) = (Math.Min(found / LowestStep, quantization.CoarsestStep), Math.Max(found * LowestStep, quantization.FinestStep));
            for (var round = 0; round < Halvings && tries > 0; round++, tries--)
            {
                var step = Math.Sqrt(fits) * Math.Sqrt(doesNot);
                var error = quantization.Try(step);
                var bits = error is null ? double.PositiveInfinity : 8.0 * quantization.Write().Length;
                if (bits > maximumBits)
                {
                    doesNot = step;
                    continue;
                }

                fits = step;
                if (error!.Value.Residual < best.Error)
                    best = new(step, quantization.Lambda, error.Value.Residual, 0);
                if (IsFull(bits, maximumBits, quantization.Count))
                    return error;
            }
        }

        quantization.Lambda = best.Lambda;
        return quantization.Try(best.Step);
    }

    /// <summary>Whether a chunk has no room for another word, or hardly any.</summary>
    public static bool IsFull(double bits, double maximumBits, int count) => bits > maximumBits - Math.Max(32, 0.002 * count);

    /// <summary>The usual worth, then by turns a higher and a lower one, ever further away; in the end ever lower ones.</summary>
    private static double Lambda(int number)
    {
        var lambda = DependentQuantization.UsualLambda;
        for (var i = 0; i < (number + 1) / 2 && number < Neighbours; i++)
            lambda = number % 2 == 0 ? lambda / NeighbourRatio : lambda * NeighbourRatio;
        for (var i = Neighbours; i <= number; i++)
            lambda /= DescentRatio;
        return lambda;
    }

    /// <param name="Step">The step.</param>
    /// <param name="Lambda">The worth of a bit.</param>
    /// <param name="Error">The sum of squared errors, which is allowed.</param>
    /// <param name="Length">The bytes of the chunk if the error is close to the target.</param>
    private readonly record struct Attempt(double Step, double Lambda, double Error, int Length)
    {
        public bool IsBetterThan(Attempt other) => Length != other.Length ? Length < other.Length : Error > other.Error;
    }
}
