namespace CompressTasks.Stages.Gaussian;

/// <summary>
/// Least-squares amplitudes over <see cref="FixedCentres"/>. The Gram matrix of their samples Φ is factored once per block length, so that a block
/// costs one product with (ΦᵀΦ)⁻¹Φᵀ. Immutable: one instance serves all threads.
/// </summary>
internal sealed class AmplitudeFit
{
    private const double LeastIndependence = 1e-7;

    private readonly int _components;
    private readonly int _length;
    private readonly double[] _operator;

    public AmplitudeFit(int components, int length)
    {
        _components = components;
        _length = length;
        _operator = new double[components * length];
        var samples = new double[components][];
        var stride = Cholesky.Stride(components);
        var gram = new double[components * stride];
        for (var k = 0; k < components; k++)
        {
            samples[k] = new double[length];
            GaussianFunction.Fill(samples[k], FixedCentres.Mu(k, components, length), FixedCentres.Sigma(components, length));
            for (var l = 0; l <= k; l++)
                gram[(l * stride) + k] = Dot(samples[k], samples[l]);
        }

        Cholesky.Factor(gram, components, stride, LeastIndependence);
        var column = new double[stride];
        for (var j = 0; j < length; j++)
        {
            for (var k = 0; k < components; k++)
                column[k] = samples[k][j];
            Cholesky.Solve(gram, components, stride, column);
            for (var k = 0; k < components; k++)
                _operator[(k * length) + j] = column[k];
        }
    }

    /// <summary>One float32 amplitude per component, such that Σ (block − fit)² ≤ Σ block².</summary>
    public void Fit(ReadOnlySpan<double> block, Span<double> amplitudes)
    {
        for (var k = 0; k < _components; k++)
            amplitudes[k] = (float)Dot(_operator.AsSpan(k * _length, _length), block);
        if (!Improves(block, amplitudes))
            amplitudes.Clear();
    }

    private bool Improves(ReadOnlySpan<double> block, ReadOnlySpan<double> amplitudes)
    {
        var largest = 0.0;
        foreach (var value in block)
            largest = Math.Max(largest, Math.Abs(value));
        var scale = largest == 0 ? 1 : largest;
        Span<double> decoded = stackalloc double[GaussianOptions.MaxBlock];
        decoded = decoded[.._length];
        decoded.Clear();
        for (var k = 0; k < _components; k++)
            GaussianFunction.AddTo(decoded, amplitudes[k], FixedCentres.Mu(k, _components, _length), FixedCentres.Sigma(_components, _length));
        var error = 0.0;
        var energy = 0.0;
        for (var j = 0; j < _length; j++)
        {
            var value = block[j] / scale;
            var difference = value - (decoded[j] / scale);
            error += difference * difference;
            energy += value * value;
        }

        return error <= energy;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var j = 0; j < a.Length; j++)
            sum += a[j] * b[j];
        return sum;
    }
}
