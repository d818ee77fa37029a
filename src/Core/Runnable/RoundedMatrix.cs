using CompressTasks.Calibration;
using CompressTasks.Coding.Quantization.Entropy;

namespace CompressTasks.Runnable;

/// <summary>Integers that stand for the values of a matrix, and their scales.</summary>
/// <param name="Integers">[M, K]: for each output those of its inputs.</param>
/// <param name="Scales">[M, blocks of an output].</param>
/// <param name="ZeroPoints">The same of the stored integers that stand for 0; null where it is the middle one, as for all that are no blocks.</param>
internal sealed record RoundedMatrix(sbyte[] Integers, float[] Scales, byte[]? ZeroPoints = null)
{
    /// <summary>Zero points take an eighth of a bit more: they come where they save this share of the squared error.</summary>
    private const double WorthWhile = 0.05;

    /// <summary>
    /// Grids that are narrower than that of least squared error by these shares: what they clip, other weights of the output make up for, and what they
    /// do not is finer.
    /// </summary>
    private static readonly float[] _shares = [1, 0.95f, 0.9f];

    /// <summary>
    /// The scale of a block of zeros: MatMulNBits takes the zero point off the sum of a block, and what rounding leaves there must be as good as nothing.
    /// </summary>
    private const float Nothing = 1e-30f;

    /// <summary>Whether what is known of a weight's layer is about the matrix as it is stored.</summary>
    public static bool Fits(WeightStore.Matrix store, CalibratedWeight calibrated)
    {
        var layout = calibrated.Layout;
        return (layout.Inputs, layout.Outputs) == (store.Inputs, store.Outputs) && store.Inputs > 1
            && store.IndexOf(0, 1) == (layout.InputsLast ? 1 : layout.Outputs)
            && (store.Outputs == 1 || store.IndexOf(1, 0) == (layout.InputsLast ? layout.Inputs : 1));
    }

    /// <summary>Every value becomes the nearest of its grid, whose scale is that of least squared error.</summary>
    public static RoundedMatrix Nearest(WeightStore.Matrix store, double[] values)
    {
        var (scales, zeroPoints) = ScalesOf(store, values);
        var rounded = new RoundedMatrix(new sbyte[values.Length], scales, zeroPoints);
        Parallel.For(0, store.Outputs, output =>
        {
            for (var input = 0; input < store.Inputs; input++)
            {
                var block = (output * store.BlocksOfOutput) + (input / store.Block);
                var value = values[store.IndexOf(output, input)];
                rounded.Integers[(output * store.Inputs) + input] = (sbyte)rounded.GridOf(store, block).Round(value, scales[block]);
            }
        });
        return rounded;
    }

    /// <summary>
    /// One input after the other, the weights of each make up for what those before it have lost, as far as the inputs go along (Frantar and others,
    /// GPTQ, 2022, section 3). Each output has the grid that loses it least.
    /// </summary>
    /// <param name="store">How the integers are stored.</param>
    /// <param name="values">The weight's.</param>
    /// <param name="calibrated">What its layer meets; it must fit.</param>
    /// <param name="factors">What the values of each input have been multiplied with, and the inputs will be divided by; null for 1.</param>
    public static RoundedMatrix WithFeedback(WeightStore.Matrix store, double[] values, CalibratedWeight calibrated,
        IReadOnlyList<float>? factors = null)
    {
        var (inputs, outputs, blocks) = (store.Inputs, store.Outputs, store.BlocksOfOutput);
        var best = Nearest(store, values);
        float[] usual = [.. best.Scales];

        // What the nearest integers stand for exactly, such as a constant, has nothing to be made up for.
        double[] least = [.. Enumerable.Range(0, outputs).Select(output => IsExact(store, values, best, output) ? 0 : double.PositiveInfinity)];

        // In units of the steps that the inputs' rows would have, in which all errors count alike.
        double[] steps = [.. calibrated.Inputs.InputSteps.Select((step, input) => ThirdOctave.Value(step) * (factors?[input] ?? 1))];
        var rows = calibrated.Layout.ToRows(values);
        for (var i = 0; i < rows.Length; i++)
            rows[i] /= steps[i / outputs];
        var feedback = (calibrated with { Outputs = null }).Feedback();
        var (integers, lost, became) = (new sbyte[values.Length], new double[outputs], new double[outputs]);
        foreach (var share in _shares)
        {
            feedback.Begin(rows);
            Array.Clear(lost);
            for (var input = 0; input < inputs; input++)
            {
                var target = feedback.Target(input);
                for (var output = 0; output < outputs; output++)
                {
                    var block = (output * blocks) + (input / store.Block);
                    var scale = share * usual[block];
                    var integer = best.GridOf(store, block).Round(target[output] * steps[input], scale);
                    integers[(output * inputs) + input] = (sbyte)integer;
                    became[output] = integer * (double)scale / steps[input];
                    lost[output] += (target[output] - became[output]) * (target[output] - became[output]);
                }

                feedback.Learn(input, rows.AsSpan(input * outputs, outputs), became);
            }

            for (var output = 0; output < outputs; output++)
            {
                if (!(lost[output] < least[output]))
                    continue;
                least[output] = lost[output];
                integers.AsSpan(output * inputs, inputs).CopyTo(best.Integers.AsSpan(output * inputs));
                for (var block = output * blocks; block < (output + 1) * blocks; block++)
                    best.Scales[block] = share * usual[block];
            }
        }

        return best;
    }

    private static bool IsExact(WeightStore.Matrix store, double[] values, RoundedMatrix rounded, int output)
    {
        for (var input = 0; input < store.Inputs; input++)
        {
            var scale = rounded.Scales[(output * store.BlocksOfOutput) + (input / store.Block)];
            if ((float)(rounded.Integers[(output * store.Inputs) + input] * (double)scale) != (float)values[store.IndexOf(output, input)])
                return false;
        }

        return true;
    }

    private IntegerGrid GridOf(WeightStore.Matrix store, int block) =>
        ZeroPoints is null ? store.Grid : IntegerGrid.Around(((WeightStore.Blocks)store).Bits, ZeroPoints[block]);

    private static (float[] Scales, byte[]? ZeroPoints) ScalesOf(WeightStore.Matrix store, double[] values)
    {
        var scales = new float[store.Outputs * store.BlocksOfOutput];
        var others = store is WeightStore.Blocks { Bits: WeightStore.Blocks.WithZeroPoints }
            ? new (int ZeroPoint, float Scale, double Error)[scales.Length] : null;
        var errors = new double[scales.Length];
        Parallel.For(0, store.Outputs, output =>
        {
            var one = new double[store.Block];
            for (var index = 0; index < store.BlocksOfOutput; index++)
            {
                var (first, block) = (index * store.Block, (output * store.BlocksOfOutput) + index);
                Array.Clear(one);
                for (var k = 0; k < Math.Min(store.Block, store.Inputs - first); k++)
                    one[k] = values[store.IndexOf(output, first + k)];
                var isZero = store is WeightStore.Blocks && Array.TrueForAll(one, value => value == 0);
                scales[block] = isZero ? Nothing : store.Grid.Scale(one);
                if (others is null)
                    continue;
                errors[block] = store.Grid.Error(one, scales[block]);
                others[block] = isZero ? (store.Grid.Most + 1, Nothing, 0) : IntegerGrid.Affine(WeightStore.Blocks.WithZeroPoints, one);
            }
        });
        return others is null || others.Sum(other => other.Error) > (1 - WorthWhile) * errors.Sum() ? (scales, null)
            : ([.. others.Select(other => other.Scale)], [.. others.Select(other => (byte)other.ZeroPoint)]);
    }
}
