namespace CompressTasks.Stages.Gaussian;

/// <summary>
/// The parameters of one block as they are stored: (μ, σ) ordered by μ and rounded to float32, then the amplitudes solved again on the rounded values, and rounded in turn.
/// The error is that of the decoder's own arithmetic on them. One instance per thread.
/// </summary>
internal sealed class StoredFit
{
    /// <summary>A Gaussian with less of its energy outside the span of those before it gets no amplitude: it would be huge, and cancel.</summary>
    private const double LeastIndependence = 1e-7;

    private readonly int _components;
    private readonly int _length;
    private readonly double[] _samples;
    private readonly double[] _gram;
    private readonly double[] _amplitudes;
    private readonly double[] _decoded;
    private readonly double[] _mu;
    private readonly double[] _sigma;

    public StoredFit(int components, int length)
    {
        _components = components;
        _length = length;
        _samples = new double[components * length];
        _gram = new double[components * components];
        _amplitudes = new double[components];
        _decoded = new double[length];
        _mu = new double[components];
        _sigma = new double[components];
        Parameters = new double[3 * components];
    }

    /// <summary>(A, μ, σ) of every component.</summary>
    public double[] Parameters { get; }

    /// <summary>Σ (block − decoded)² / scale².</summary>
    public double SquaredError { get; private set; }

    /// <summary>Stores the Gaussians of <paramref name="model"/>; components that it does not use are evenly spaced.</summary>
    /// <param name="block">The block divided by <paramref name="scale"/>; at least as long as the block.</param>
    /// <param name="scale">Greater than zero.</param>
    /// <param name="model">At most as many Gaussians as there are components.</param>
    public void Solve(ReadOnlySpan<double> block, double scale, ProjectedModel model)
    {
        block = block[.._length];
        for (var k = 0; k < _components; k++)
        {
            var used = k < model.Count;
            _mu[k] = used ? (float)model.Mu[k] : FixedCentres.Mu(k, _components, _length);
            _sigma[k] = used ? (float)model.Sigma[k] : FixedCentres.Sigma(_components, _length);
        }

        Array.Sort(_mu, _sigma);
        SolveAmplitudes(block);
        for (var k = 0; k < _components; k++)
            Put(k, (float)(_amplitudes[k] * scale));

        var energy = Dot(block, block);
        SquaredError = ErrorOfDecoded(block, scale);
        if (!(SquaredError <= energy))
        {
            for (var k = 0; k < _components; k++)
                Put(k, 0);
            SquaredError = energy;
        }
    }

    private void SolveAmplitudes(ReadOnlySpan<double> block)
    {
        for (var k = 0; k < _components; k++)
        {
            var samples = _samples.AsSpan(k * _length, _length);
            GaussianFunction.Fill(samples, _mu[k], _sigma[k]);
            _amplitudes[k] = Dot(samples, block);
            for (var l = 0; l <= k; l++)
                _gram[(k * _components) + l] = Dot(samples, _samples.AsSpan(l * _length, _length));
        }

        Cholesky.Factor(_gram, _components, _components, LeastIndependence);
        Cholesky.Solve(_gram, _components, _components, _amplitudes);
    }

    private double ErrorOfDecoded(ReadOnlySpan<double> block, double scale)
    {
        _decoded.AsSpan().Clear();
        for (var k = 0; k < _components; k++)
            GaussianFunction.AddTo(_decoded, Parameters[3 * k], Parameters[(3 * k) + 1], Parameters[(3 * k) + 2]);
        var error = 0.0;
        for (var j = 0; j < block.Length; j++)
        {
            var difference = block[j] - (_decoded[j] / scale);
            error += difference * difference;
        }

        return error;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var j = 0; j < a.Length; j++)
            sum += a[j] * b[j];
        return sum;
    }

    private void Put(int k, double amplitude)
    {
        Parameters[3 * k] = amplitude;
        Parameters[(3 * k) + 1] = _mu[k];
        Parameters[(3 * k) + 2] = _sigma[k];
    }
}
