using System.Globalization;
using CompressTasks.Coding.Quantization.Axes;
using CompressTasks.Coding.Quantization.Feedback;
using CompressTasks.Coding.Quantization.Trellis;
using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization;

/// <summary>
/// The quantizer: means along the axes are taken off, cosine transforms decorrelate the axes where that pays, a trellis chooses indices by squared
/// error and rate together, and adaptive models code them by the scales of their rows and columns and by the indices before. A value becomes
/// prediction + mean + n·Δ (or the transform of that), rounded to the weight's format.
/// </summary>
internal static class Quantizer
{
    /// <summary>Quantizes values for a target.</summary>
    /// <param name="values">The originals, as they are in the model.</param>
    /// <param name="shape">The shape of their tensor, row-major. Any shape is right, the tensor's own gives the smallest chunk.</param>
    /// <param name="target">What to choose the step for.</param>
    /// <param name="format">The weight's format, to which decoding rounds.</param>
    /// <param name="prediction">What is already known of the values: as many of them, or none for zeros. The decoder needs the same.</param>
    /// <param name="lambda">
    /// The squared steps that a bit is worth, 0 or more; 0 takes the nearest values, whatever they cost. Only a given step keeps to it.
    /// </param>
    /// <param name="feedback">Of a matrix: what carries the errors of its rows to the later ones; null for none.</param>
    /// <param name="cancellationToken">Stops between rows, or stretches of values.</param>
    public static QuantizeResult Encode(
        ReadOnlySpan<double> values, IReadOnlyList<long> shape, QuantizeTarget target, NumericFormat format,
            ReadOnlySpan<double> prediction = default, double lambda = DependentQuantization.UsualLambda, ErrorFeedback? feedback = null,
        CancellationToken cancellationToken = default)
    {
        var originals = values.ToArray();
        return EncodeInPlace(values.ToArray(), reconstruction => SquaredError.ResidualOf(originals, reconstruction), shape, target, format,
            prediction, lambda, feedback, cancellationToken);
    }

    /// <summary>As <see cref="Encode"/>, for values that are not needed afterwards: of a weight of 1 GB, another copy would have two.</summary>
    /// <param name="values">The originals, which become what is left to quantize.</param>
    /// <param name="residualOf">Measures a reconstruction by the originals, which it knows from elsewhere.</param>
    /// <param name="shape">As for <see cref="Encode"/>.</param>
    /// <param name="target">As for <see cref="Encode"/>.</param>
    /// <param name="format">As for <see cref="Encode"/>.</param>
    /// <param name="prediction">As for <see cref="Encode"/>.</param>
    /// <param name="lambda">As for <see cref="Encode"/>.</param>
    /// <param name="feedback">As for <see cref="Encode"/>.</param>
    /// <param name="cancellationToken">As for <see cref="Encode"/>.</param>
    public static QuantizeResult EncodeInPlace(
        double[] values, ResidualMeasure residualOf, IReadOnlyList<long> shape, QuantizeTarget target, NumericFormat format,
            ReadOnlySpan<double> prediction = default,
        double lambda = DependentQuantization.UsualLambda, ErrorFeedback? feedback = null, CancellationToken cancellationToken = default)
    {
        if (!prediction.IsEmpty)
            ArgumentOutOfRangeException.ThrowIfNotEqual(prediction.Length, values.Length);
        if (FirstNotFinite(values) is var bad and >= 0)
            return QuantizeResult.NotMet(string.Create(CultureInfo.InvariantCulture, $"value {bad} is {values[bad]}, which no step can reach"));
        if (FirstNotFinite(prediction) is var wild and >= 0)
            return QuantizeResult.NotMet(string.Create(CultureInfo.InvariantCulture, $"the prediction of value {wild} is {prediction[wild]}"));
        if (values.Length == 0)
            return QuantizeResult.Met([], 1, default);

        var total = SquaredError.Between(values, values).Total;
        var energy = Energy(values, prediction);
        if (!double.IsFinite(total) || !double.IsFinite(energy))
            return QuantizeResult.NotMet("the sum of squares is too large for a 64-bit number");
        if (target is QuantizeTarget.MinimumR2 && IsConstant(values))
            return QuantizeResult.NotMet("all values are equal, so there is no variance to explain and R² is not defined");
        if (target is QuantizeTarget.MinimumR2 && total < 2.2250738585072014e-308)
            return QuantizeResult.NotMet("the variance is too small for a 64-bit number");

        var guess = Math.Clamp(Guess(target, total, energy, values.Length), 1e-290, 1e290);
        var quantization = new DependentQuantization(values, residualOf, total, prediction, format, TensorAxes.Of(shape, values.Length), guess,
            lambda, feedback, cancellationToken);
        var (trial, reason) = Search(quantization, target, total, guess);
        if (trial is null)
            return QuantizeResult.NotMet(reason);
        if (!double.IsFinite(trial.Error.Residual))
            return QuantizeResult.NotMet(
                string.Create(CultureInfo.InvariantCulture, $"with a step of {trial.Step} a value leaves the range of {format}"));
        return QuantizeResult.Met(trial.Chunk.ToArray(), 2 * trial.Step, trial.Error);
    }

    private static (QuantizationTrial? Trial, string Reason) Search(DependentQuantization quantization, QuantizeTarget target, double total,
        double guess)
    {
        switch (target)
        {
            case QuantizeTarget.GivenStep given:
                quantization.Learn(given.Size / 2, null);
                return (
                    quantization.Try(given.Size / 2, quantization.Lambda),
                    string.Create(CultureInfo.InvariantCulture, $"a step of {given.Size} needs more than 2^31 levels"));
            case QuantizeTarget.OfError ofError:
                return (
                    StepSearch.Largest(quantization, ofError, total),
                    "not even 2^31 levels, rounded to the weight's format, come close enough to the values");
            case QuantizeTarget.MaximumBits bits:
                return (
                    StepSearch.Smallest(quantization, guess, bits.PerValue * quantization.Count),
                    "the chunk is larger than that with every value at zero");
            default:
                throw new ArgumentException($"{target} is not a target.", nameof(target));
        }
    }

    /// <summary>About the step that a target needs.</summary>
    private static double Guess(QuantizeTarget target, double total, double energy, int count) => target switch
    {
        QuantizeTarget.GivenStep given => given.Size / 2,
        QuantizeTarget.OfError ofError => Math.Sqrt(StepSearch.SquaredStepsPerDistortion * ofError.Allowed(total) / count),
        QuantizeTarget.MaximumBits bits =>
            Math.ScaleB(Math.Sqrt(StepSearch.SquaredStepsPerDistortion * energy / count), -(int)Math.Min(bits.PerValue, 32)),
        _ => throw new ArgumentException($"{target} is not a target.", nameof(target)),
    };

    private static double Energy(ReadOnlySpan<double> values, ReadOnlySpan<double> prediction)
    {
        var energy = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var residual = values[i] - (prediction.IsEmpty ? 0 : prediction[i]);
            energy += residual * residual;
        }

        return energy;
    }

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
