using CompressTasks.Spec;

namespace CompressTasks.Runnable;

/// <summary>
/// What quantizing loses of the outputs of layers that take the same activation, where steps are small: an error of Δ²/12 in each element of the
/// activation and of the weights.
/// </summary>
/// <param name="activation">What the layers take.</param>
/// <param name="weights">Of each layer.</param>
/// <param name="rounding">What of the error of the weights is left, as a share of its square.</param>
/// <param name="way">How the activation is quantized: of residuals nothing but a step of a step is lost.</param>
internal sealed class QuantizationLoss(ActivationChannels activation, IReadOnlyList<WeightMagnitudes> weights, double rounding,
    ActivationQuantization way)
{
    /// <summary>Steps of an activation of eight bits.</summary>
    private const int Steps = 255;

    private readonly IReadOnlyList<double> _meanSquares = activation.MeanSquares;

    /// <summary>
    /// By layer, what its outputs have of energy: an error counts as a share of that, so that a large layer does not hide a small one.
    /// </summary>
    private readonly double[] _outputs = [.. weights.Select(weight =>
        Math.Max(double.Epsilon, weight.Energies.Zip(activation.MeanSquares, (energy, square) => energy * square).Sum()))];

    /// <summary>Of the weights of each channel the largest magnitude.</summary>
    public IReadOnlyList<double> WeightPeaks { get; } =
        [.. Enumerable.Range(0, activation.Count).Select(channel => weights.Max(weight => weight.Peaks[channel]))];

    /// <summary>
    /// The squared error of the outputs of all layers, as shares of their energy, times 12, when channels are divided by factors and the weights
    /// multiplied.
    /// </summary>
    public double With(IReadOnlyList<float> factors)
    {
        var (ofActivation, ofWeights) = (0.0, 0.0);
        for (var channel = 0; channel < activation.Count; channel++)
        {
            var square = (double)factors[channel] * factors[channel];
            ofActivation += square * Energy(channel);
            ofWeights += _meanSquares[channel] / square;
        }

        var range = way switch
        {
            ActivationQuantization.PerToken => activation.MeanSquaredRangeOfTokens(factors),
            ActivationQuantization.Residual => activation.MeanSquaredRange(factors) / (Steps * Steps),
            _ => activation.MeanSquaredRange(factors),
        };
        return (range / (Steps * Steps) * ofActivation)
            + (rounding * ofWeights * weights.Select((weight, layer) => weight.SquaredSteps(factors) / _outputs[layer]).Sum());
    }

    private double Energy(int channel)
    {
        var sum = 0.0;
        for (var layer = 0; layer < weights.Count; layer++)
            sum += weights[layer].Energies[channel] / _outputs[layer];
        return sum;
    }
}
