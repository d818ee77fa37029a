using CompressTasks.Calibration;
using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Threading;

namespace CompressTasks.Compression.Search;

/// <summary>
/// Measures what the error of each weight does to the outputs, to first order and of all weights at once, by running the model backwards.
/// </summary>
/// <param name="original">The original.</param>
/// <param name="evaluation">Opens sessions.</param>
/// <param name="calibration">The samples, and what the original makes of them.</param>
/// <param name="calibrated">The weights that are coded against the inputs of their layers.</param>
/// <param name="createModel">Writes a model in which every weight is the original one.</param>
/// <param name="threads">At least 1; the result does not depend on it.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class DirectionalSensitivity(OnnxModel original, OutputGateRunner evaluation, ReferenceRuns calibration,
    IReadOnlyDictionary<string, CalibratedWeight> calibrated, Func<TrialModel> createModel, int threads, CancellationToken cancellationToken)
{
    /// <summary>Values that are taken at a time.</summary>
    private const int Block = 256;

    /// <summary>Whether nothing was measured because a backward run would keep too much.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>What the error is that each weight is coded with.</summary>
    /// <param name="weights">Each with its chunk. None has values that others share.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    /// <returns>By weight the shares of their variance that outputs lose, added up; nothing of weights whose derivatives are not known.</returns>
    public IReadOnlyDictionary<string, double> Measure(IReadOnlyList<EncodedPlan> weights, Action<double> progress)
    {
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        var samples = calibration.Samples;
        if (weights.Count == 0 || samples.Any(sample => sample.Steps.Count > 1))
            return found;
        using var model = createModel();
        var observed = new ObservedModel(original.ReadStructure(), model.Path, () => evaluation.OpenExtended(model.Path));
        var backward = new BackwardModel(new ModelPaths(observed), calibration.Outputs, cancellationToken);
        try
        {
            var directional = new DirectionalErrors(backward, threads, cancellationToken);
            var errors = directional.Measure([.. weights.Select(weight => (weight.Weight.Path, weight.Weight.Shape))], samples, calibration.Totals,
                (index, values) => ReadError(weights[index], values), progress);
            IsTooLarge = directional.IsTooLarge;
            return errors;
        }
        catch (CompressException error) when (SampleDiagnostics.IsRefusal(error))
        {
            // A backward graph that ONNX Runtime does not run is as good as none.
            return found;
        }
    }

    private void ReadError(EncodedPlan coded, Span<float> error)
    {
        var weight = coded.Weight;
        var size = weight.ElementType.BitsPerElement() / 8;
        var decoded = Sensitivity.Decode(weight, coded.Encoded, new WorkerPool(threads));
        var originals = original.ReadBytes(weight);
        Span<double> values = stackalloc double[2 * Block];
        for (var start = 0; start < error.Length; start += Block)
        {
            var length = Math.Min(Block, error.Length - start);
            var before = values[..length];
            var after = values.Slice(Block, length);
            ElementConversion.ReadValues(weight.ElementType, originals.Slice(start * size, length * size), before);
            ElementConversion.ReadValues(weight.ElementType, decoded.AsSpan(start * size, length * size), after);
            for (var i = 0; i < length; i++)
                error[start + i] = (float)(after[i] - before[i]);
        }

        if (calibrated.TryGetValue(weight.Path, out var layer) && layer.Inputs.ArePicks)
            Level(error, layer);
    }

    /// <summary>
    /// Rows that a few samples pick are those that were coded well. On others many errors will be those of rows that no sample has picked, so each
    /// row gets the length that errors have on average over all picks to come.
    /// </summary>
    internal static void Level(Span<float> error, CalibratedWeight layer)
    {
        var columns = layer.Layout.Outputs;
        var (sum, picks) = (0.0, 0.0);
        var squares = new double[layer.Layout.Inputs];
        for (var row = 0; row < squares.Length; row++)
        {
            foreach (var value in error.Slice(row * columns, columns))
                squares[row] += (double)value * value;

            // Steps are ∝ 1/d, and d² is how often the row is picked.
            var often = ThirdOctave.Value(-2 * layer.Inputs.InputSteps[row]);
            (sum, picks) = (sum + (often * squares[row]), picks + often);
        }

        for (var row = 0; row < squares.Length; row++)
        {
            var factor = (float)(squares[row] > 0 ? Math.Sqrt(sum / picks / squares[row]) : 0);
            foreach (ref var value in error.Slice(row * columns, columns))
                value *= factor;
        }
    }
}
