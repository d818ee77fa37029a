namespace CompressTasks.Stages.Gaussian;

/// <summary>
/// Levenberg–Marquardt over (μ, ln σ) with the amplitudes eliminated: variable projection (Golub, Pereyra 1973) with Kaufman's Jacobian (1975), J = −P⊥ ∂Φ/∂θ·A. One instance per thread.
/// </summary>
internal sealed class VariableProjection
{
    /// <summary>A Gaussian narrower than this is a single sample: the next one is at 3·10⁻⁴ of the peak.</summary>
    public const double LeastSigma = 0.25;

    private const double LeastIndependence = 1e-5;
    private const double FirstDamping = 1e-2;
    private const double MostDamping = 1e4;

    private readonly int _length;
    private readonly double[] _normal;
    private readonly double[] _damped;
    private readonly double[] _projected;
    private readonly double[] _gradient;
    private readonly double[] _step;
    private ProjectedModel _trial;

    public VariableProjection(int capacity, int length)
    {
        _length = length;
        var unknowns = 2 * capacity;
        _normal = new double[unknowns * unknowns];
        _damped = new double[unknowns * unknowns];
        _projected = new double[capacity * unknowns];
        _gradient = new double[unknowns];
        _step = new double[unknowns];
        Model = new ProjectedModel(capacity, length);
        _trial = new ProjectedModel(capacity, length);
    }

    /// <summary>The best model so far; another object after every accepted step.</summary>
    public ProjectedModel Model { get; private set; }

    /// <summary>JᵀJ, lower triangle, after <see cref="NormalEquations"/>; the stride is the number of unknowns in use.</summary>
    internal ReadOnlySpan<double> Normal => _normal;

    /// <summary>−Jᵀr after <see cref="NormalEquations"/>.</summary>
    internal ReadOnlySpan<double> Gradient => _gradient;

    /// <summary>Solves the amplitudes of <see cref="Model"/>.</summary>
    public bool Start(ReadOnlySpan<double> signal, double energy) => Model.Project(signal, energy, LeastIndependence);

    /// <summary>Improves <see cref="Model"/>, which <see cref="Start"/> has solved, by at most so many iterations.</summary>
    /// <param name="signal">Padded with zeros to whole vectors of four.</param>
    /// <param name="energy">Σ signal².</param>
    /// <param name="iterations">Trial steps, accepted or not.</param>
    /// <param name="leastGain">Stops when an accepted step lowers the squared error by less than this share of <paramref name="energy"/>.</param>
    public void Refine(ReadOnlySpan<double> signal, double energy, int iterations, double leastGain)
    {
        var damping = FirstDamping;
        var linearized = false;
        while (iterations-- > 0 && damping < MostDamping)
        {
            if (!linearized)
            {
                Model.Linearize(signal);
                NormalEquations();
                linearized = true;
            }

            Step(damping);
            if (_trial.Project(signal, energy, LeastIndependence) && _trial.SquaredError < Model.SquaredError)
            {
                var gain = Model.SquaredError - _trial.SquaredError;
                (Model, _trial) = (_trial, Model);
                damping = Math.Max(damping * 0.1, 1e-7);
                linearized = false;
                if (gain < leastGain * energy)
                    return;
            }
            else
            {
                damping *= 8;
            }
        }
    }

    /// <summary>JᵀJ and −Jᵀr; unknown 2k is μ of Gaussian k, unknown 2k + 1 its ln σ.</summary>
    internal void NormalEquations()
    {
        var m = Model;
        var count = m.Count;
        var unknowns = 2 * count;
        for (var k = 0; k < count; k++)
        {
            var mu = m.SignalProducts[(3 * k) + 1];
            var sigma = m.SignalProducts[(3 * k) + 2];
            var scaleMu = m.Amplitude[k] / m.Sigma[k];
            var scaleSigma = m.Amplitude[k];
            for (var l = 0; l < count; l++)
            {
                var products = m.Products.AsSpan(m.Index(l, k), 9);
                mu -= m.Amplitude[l] * products[1];
                sigma -= m.Amplitude[l] * products[2];
                _projected[(l * unknowns) + (2 * k)] = scaleMu * products[1];
                _projected[(l * unknowns) + (2 * k) + 1] = scaleSigma * products[2];
            }

            _gradient[2 * k] = scaleMu * mu;
            _gradient[(2 * k) + 1] = scaleSigma * sigma;
        }

        WhitenColumns(m, unknowns);
        for (var k = 0; k < count; k++)
        {
            for (var l = 0; l <= k; l++)
            {
                var products = m.Products.AsSpan(m.Index(k, l), 9);
                var muK = m.Amplitude[k] / m.Sigma[k];
                var muL = m.Amplitude[l] / m.Sigma[l];
                _normal[(2 * k * unknowns) + (2 * l)] = muK * muL * products[4];
                _normal[(2 * k * unknowns) + (2 * l) + 1] = muK * m.Amplitude[l] * products[5];
                _normal[(((2 * k) + 1) * unknowns) + (2 * l)] = m.Amplitude[k] * muL * products[7];
                _normal[(((2 * k) + 1) * unknowns) + (2 * l) + 1] = m.Amplitude[k] * m.Amplitude[l] * products[8];
            }
        }

        for (var c = 0; c < count; c++)
        {
            var row = _projected.AsSpan(c * unknowns, unknowns);
            for (var i = 0; i < unknowns; i++)
            {
                var target = _normal.AsSpan(i * unknowns, i + 1);
                var value = row[i];
                for (var j = 0; j < target.Length; j++)
                    target[j] -= value * row[j];
            }
        }
    }

    /// <summary>L⁻¹ΦᵀB in place of ΦᵀB.</summary>
    private void WhitenColumns(ProjectedModel m, int unknowns)
    {
        for (var i = 0; i < m.Count; i++)
        {
            var row = _projected.AsSpan(i * unknowns, unknowns);
            for (var j = 0; j < i; j++)
            {
                var value = m.Factor[(i * m.Capacity) + j];
                var other = _projected.AsSpan(j * unknowns, unknowns);
                for (var c = 0; c < unknowns; c++)
                    row[c] -= value * other[c];
            }

            var inverse = m.Factor[(i * m.Capacity) + i];
            for (var c = 0; c < unknowns; c++)
                row[c] *= inverse;
        }
    }

    private void Step(double damping)
    {
        var count = Model.Count;
        var unknowns = 2 * count;
        _normal.AsSpan(0, unknowns * unknowns).CopyTo(_damped);
        for (var i = 0; i < unknowns; i++)
            _damped[i * (unknowns + 1)] = (_damped[i * (unknowns + 1)] * (1 + damping)) + 1e-14;
        Cholesky.Factor(_damped, unknowns, unknowns, 1e-12);
        _gradient.AsSpan(0, unknowns).CopyTo(_step);
        Cholesky.Solve(_damped, unknowns, unknowns, _step);
        _trial.Count = count;
        for (var k = 0; k < count; k++)
        {
            var sigma = Model.Sigma[k];
            var shift = Math.Clamp(_step[2 * k], -sigma, sigma);
            var growth = Math.Clamp(_step[(2 * k) + 1], -0.5, 0.5);

            // Agrees with σ·exp(growth) to first order, without an exponential.
            sigma = Math.Clamp(growth < 0 ? sigma / (1 - growth) : sigma * (1 + growth), LeastSigma, 4.0 * _length);
            var margin = Math.Min(2 * sigma, 0.25 * _length);
            _trial.Sigma[k] = sigma;
            _trial.Mu[k] = Math.Clamp(Model.Mu[k] + shift, -margin, _length - 1 + margin);
        }
    }
}
