using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Numerics;

namespace CompressTasks.Stages.Gaussian;

/// <summary>
/// Levenberg–Marquardt over (μ, ln σ) with the amplitudes eliminated: variable projection (Golub, Pereyra 1973) with Kaufman's Jacobian (1975), J =
/// −P⊥ ∂Φ/∂θ·A. One instance per thread.
/// </summary>
internal sealed class VariableProjection
{
    /// <summary>A Gaussian narrower than this is a single sample: the next one is at 3·10⁻⁴ of the peak.</summary>
    public const double LeastSigma = 0.25;

    /// <summary>
    /// Share of its energy that every Gaussian keeps outside the span of those before it; with less, R² gains 0.0002 and amplitudes grow to 700 times
    /// the largest weight.
    /// </summary>
    private const double LeastIndependence = 0.01;

    private const double FirstDamping = 0.1;
    private const double MostDamping = 1e4;
    private const double LeastPivot = 1e-12;

    /// <summary>Holds still the (μ, σ) of Gaussians without amplitude, in a signal of unit norm.</summary>
    private const double LeastDiagonal = 1e-14;

    private const int Lanes = 4;

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
        Stride = Cholesky.Stride(unknowns);
        _normal = new double[unknowns * Stride];
        _damped = new double[unknowns * Stride];
        _projected = new double[capacity * Stride];
        _gradient = new double[Stride];
        _step = new double[Stride];
        Model = new ProjectedModel(capacity, length);
        _trial = new ProjectedModel(capacity, length);
    }

    /// <summary>The best model so far; another object after every accepted step.</summary>
    public ProjectedModel Model { get; private set; }

    /// <summary>JᵀJ after <see cref="NormalEquations"/>, of which the upper triangle counts.</summary>
    internal ReadOnlySpan<double> Normal => _normal;

    /// <summary>Of <see cref="Normal"/>.</summary>
    internal int Stride { get; }

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
        DerivativeProducts();
        WhitenColumns();
        SubtractProjection();
    }

    /// <summary>With B = ∂Φ/∂θ·A: BᵀB, ΦᵀB and Bᵀr.</summary>
    private void DerivativeProducts()
    {
        var m = Model;
        for (var k = 0; k < m.Count; k++)
        {
            var amplitude = m.Amplitude[k];
            var scaled = amplitude / m.Sigma[k];
            var mu = m.SignalProducts[(3 * k) + 1];
            var sigma = m.SignalProducts[(3 * k) + 2];
            ref var row = ref _normal[2 * k * Stride];
            ref var next = ref _normal[((2 * k) + 1) * Stride];
            for (var l = 0; l < m.Count; l++)
            {
                ref var products = ref m.Products[m.Index(k, l)];
                var other = m.Amplitude[l];
                mu -= other * Unsafe.Add(ref products, 3);
                sigma -= other * Unsafe.Add(ref products, 6);
                _projected[(l * Stride) + (2 * k)] = scaled * Unsafe.Add(ref products, 3);
                _projected[(l * Stride) + (2 * k) + 1] = amplitude * Unsafe.Add(ref products, 6);
                if (l < k)
                    continue;
                var otherScaled = other / m.Sigma[l];
                Unsafe.Add(ref row, 2 * l) = scaled * otherScaled * Unsafe.Add(ref products, 4);
                Unsafe.Add(ref row, (2 * l) + 1) = scaled * other * Unsafe.Add(ref products, 5);
                Unsafe.Add(ref next, 2 * l) = amplitude * otherScaled * Unsafe.Add(ref products, 7);
                Unsafe.Add(ref next, (2 * l) + 1) = amplitude * other * Unsafe.Add(ref products, 8);
            }

            _gradient[2 * k] = scaled * mu;
            _gradient[(2 * k) + 1] = amplitude * sigma;
        }
    }

    /// <summary>U⁻ᵀΦᵀB in place of ΦᵀB, U being the factor of ΦᵀΦ.</summary>
    private void WhitenColumns()
    {
        var m = Model;
        var unknowns = 2 * m.Count;
        for (var i = 0; i < m.Count; i++)
        {
            ref var row = ref _projected[i * Stride];
            for (var j = 0; j < i; j++)
                FixedOrder.SubtractMultiple(ref row, m.Factor[(j * m.Stride) + i], ref _projected[j * Stride], 0, unknowns);
            var inverse = Vector256.Create(m.Factor[i * (m.Stride + 1)]);
            for (var c = 0; c < unknowns; c += Lanes)
                (Vector256.LoadUnsafe(ref row, (nuint)c) * inverse).StoreUnsafe(ref row, (nuint)c);
        }
    }

    /// <summary>BᵀP⊥B in place of BᵀB.</summary>
    private void SubtractProjection()
    {
        var count = Model.Count;
        var unknowns = 2 * count;
        ref var projected = ref MemoryMarshal.GetArrayDataReference(_projected);
        for (var i = 0; i < unknowns; i++)
        {
            ref var row = ref _normal[i * Stride];
            for (var j = i / Lanes * Lanes; j < unknowns; j += Lanes)
            {
                var sum = Vector256.LoadUnsafe(ref row, (nuint)j);
                for (var c = 0; c < count; c++)
                {
                    sum -= Vector256.Create(Unsafe.Add(ref projected, (c * Stride) + i))
                        * Vector256.LoadUnsafe(ref projected, (nuint)((c * Stride) + j));
                }

                sum.StoreUnsafe(ref row, (nuint)j);
            }
        }
    }

    private void Step(double damping)
    {
        var count = Model.Count;
        var unknowns = 2 * count;
        _normal.AsSpan(0, unknowns * Stride).CopyTo(_damped);
        for (var i = 0; i < unknowns; i++)
            _damped[i * (Stride + 1)] = (_damped[i * (Stride + 1)] * (1 + damping)) + LeastDiagonal;
        Cholesky.Factor(_damped, unknowns, Stride, LeastPivot);
        _gradient.CopyTo(_step, 0);
        Cholesky.Solve(_damped, unknowns, Stride, _step);
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
