using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Runnable;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Runnable;

/// <summary>What is reckoned is what quantizing by plain loops loses.</summary>
public sealed class QuantizationLossTests
{
    private const int Rows = 40;
    private const int Inputs = 48;
    private const int Outputs = 32;
    private const int Runs = 6;

    [Theory]
    [InlineData(0, 0, "Dynamic")]
    [InlineData(1, 0, "Dynamic")]
    [InlineData(1, 1, "Dynamic")]
    [InlineData(0, 1, "Dynamic")]
    [InlineData(0, 0, "PerToken")]
    [InlineData(1, 0, "PerToken")]
    [InlineData(1, 1, "PerToken")]
    [InlineData(0, 1, "PerToken")]
    [InlineData(0, 0, "Residual")]
    [InlineData(1, 0, "Residual")]
    [InlineData(1, 1, "Residual")]
    [InlineData(0, 1, "Residual")]
    public void IsThatOfSteps(double rounding, double strength, string activations)
    {
        var weights = RewrittenRun.Noise(Inputs * Outputs, 1).Select((value, i) => value * (1 + (i / Outputs % 3))).Select(value => (double)value).ToArray();
        var store = new WeightStore.PerChannel(ChannelLayout.Along([Inputs, Outputs], 0), new(Outputs), Bits: 8);
        var inputs = Enumerable.Range(0, Runs).Select(run => RewrittenRun.Noise(Rows * Inputs, 2 + run)
            .Select((value, i) => value * (i % Inputs == 5 ? 30 : 1) * (1 + run) * (1 + (i / Inputs % 4))).ToArray()).ToList();
        var channels = new ActivationChannels(Inputs);
        foreach (var input in inputs)
            channels.Add(new TensorValue("x", ElementType.Float, [Rows, Inputs], Build.Bytes(input)));
        var way = Enum.Parse<ActivationQuantization>(activations);
        var loss = new QuantizationLoss(channels, [new(store, weights)], rounding, way);
        var factors = Equalization.Factors(channels.Peaks, loss.WeightPeaks, strength);

        var energy = Enumerable.Range(0, Inputs).Sum(k => channels.MeanSquares[k] * Enumerable.Range(0, Outputs).Sum(n => Math.Pow(weights[(k * Outputs) + n], 2)));
        var reckoned = loss.With(factors) * energy / 12;

        var lost = Quantized(inputs, weights, factors, rounding > 0, way);
        reckoned.ShouldBeInRange(0.8 * lost, 1.25 * lost);
    }

    [Fact]
    public void RangesBeginAtZeroAndAreThoseOfEachRun()
    {
        var channels = new ActivationChannels(2);
        channels.Add(new TensorValue("x", ElementType.Float, [2, 2], Build.Bytes([1, 8, 3, 2])));
        channels.Add(new TensorValue("x", ElementType.Float, [1, 2], Build.Bytes([-1, 4])));
        channels.Peaks.ShouldBe([3, 8]);
        channels.MeanSquares.ShouldBe([11 / 3.0, 28]);
        channels.MeanSquaredRange([1, 1]).ShouldBe((64 + 25) / 2.0);
        channels.MeanSquaredRange([1, 4]).ShouldBe((9 + 4) / 2.0);
    }

    /// <summary>Rows of 3 and 4, and of 1 and -2: over their largest magnitudes from -1 to 1; zeros have no steps.</summary>
    [Fact]
    public void RangesOfTokensAreThoseOfEachRow()
    {
        var channels = new ActivationChannels(2);
        channels.Add(new TensorValue("x", ElementType.Float, [2, 2], Build.Bytes([3, 4, 1, -2])));
        channels.MeanSquaredRangeOfTokens([1, 1]).ShouldBe((16 + 4) / 2.0 * 4);
        channels.MeanSquaredRangeOfTokens([1, 4]).ShouldBe((9 + 1) / 2.0 * 1.5 * 1.5);
        channels.Add(new TensorValue("x", ElementType.Float, [2, 2], Build.Bytes([0, 0, 0, 0])));
        channels.MeanSquaredRangeOfTokens([1, 1]).ShouldBe((16 + 4) / 4.0 * 4);
    }

    /// <summary>The mean squared error of a row of x W, with x / s of each run, over the largest magnitude of its row or not, in 255 steps, or what that loses
    /// in as many more, and s W of each output in 127 to both sides.</summary>
    private static double Quantized(List<float[]> inputs, double[] weights, float[] factors, bool isRounded, ActivationQuantization way)
    {
        var rounded = new double[weights.Length];
        for (var output = 0; output < Outputs; output++)
        {
            var largest = Enumerable.Range(0, Inputs).Max(input => Math.Abs(weights[(input * Outputs) + output] * factors[input]));
            for (var input = 0; input < Inputs; input++)
            {
                var at = (input * Outputs) + output;
                rounded[at] = isRounded ? Math.Round(weights[at] * factors[input] / largest * 127) * largest / 127 : weights[at] * factors[input];
            }
        }

        var sum = 0.0;
        foreach (var input in inputs)
        {
            var scaled = input.Select((value, i) => (double)value / factors[i % Inputs]).ToArray();
            var largest = Enumerable.Range(0, Rows).Select(row => way == ActivationQuantization.PerToken ? scaled.Skip(row * Inputs).Take(Inputs).Max(Math.Abs) : 1).ToArray();
            scaled = [.. scaled.Select((value, i) => value / largest[i / Inputs])];
            var quantized = Stepped(scaled);
            if (way == ActivationQuantization.Residual)
                quantized = [.. Stepped([.. scaled.Zip(quantized, (value, known) => value - known)]).Zip(quantized, (lost, known) => lost + known)];
            for (var row = 0; row < Rows; row++)
            {
                for (var output = 0; output < Outputs; output++)
                {
                    var error = 0.0;
                    for (var k = 0; k < Inputs; k++)
                    {
                        error += (quantized[(row * Inputs) + k] * largest[row] * rounded[(k * Outputs) + output])
                            - (input[(row * Inputs) + k] * weights[(k * Outputs) + output]);
                    }

                    sum += error * error;
                }
            }
        }

        return sum / (Runs * Rows);

        static double[] Stepped(double[] values)
        {
            var step = (Math.Max(0, values.Max()) - Math.Min(0, values.Min())) / 255;
            return [.. values.Select(value => Math.Round(value / step) * step)];
        }
    }
}
