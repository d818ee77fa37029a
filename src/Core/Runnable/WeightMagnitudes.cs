namespace CompressTasks.Runnable;

/// <summary>The magnitudes of the values of a weight.</summary>
internal sealed class WeightMagnitudes
{
    private readonly WeightStore.Matrix _store;

    /// <summary>By output, and then by input.</summary>
    private readonly float[] _values;

    /// <param name="store">How the weight is to be stored.</param>
    /// <param name="values">The weight's.</param>
    public WeightMagnitudes(WeightStore.Matrix store, double[] values)
    {
        (_store, _values, Energies, Peaks) = (store, new float[values.Length], new double[store.Inputs], new double[store.Inputs]);
        for (var i = 0; i < values.Length; i++)
        {
            var input = i % store.Inputs;
            _values[i] = (float)Math.Abs(values[store.IndexOf(i / store.Inputs, input)]);
            Energies[input] += (double)_values[i] * _values[i];
            Peaks[input] = Math.Max(Peaks[input], _values[i]);
        }
    }

    /// <summary>By input, the sum of squares over all outputs.</summary>
    public double[] Energies { get; }

    /// <summary>By input, the largest.</summary>
    public double[] Peaks { get; }

    /// <summary>The sum over outputs of the square of the step that reaches to the largest value.</summary>
    /// <param name="factors">What the values of each input are multiplied by first.</param>
    public double SquaredSteps(IReadOnlyList<float> factors)
    {
        var sum = 0.0;
        for (var first = 0; first < _values.Length; first += _store.Inputs)
        {
            var largest = 0f;
            for (var input = 0; input < _store.Inputs; input++)
                largest = Math.Max(largest, _values[first + input] * factors[input]);
            sum += (double)largest * largest;
        }

        return sum / ((double)_store.Grid.Most * _store.Grid.Most);
    }
}
