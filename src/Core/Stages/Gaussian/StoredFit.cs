using System.Runtime.InteropServices;
using CompressTasks.Numerics;

namespace CompressTasks.Stages.Gaussian;

/// <summary>
/// The parameters of one block as they are stored: (μ, σ) rounded to float32, then the amplitudes solved again on the rounded values and rounded in
/// turn, all ordered by μ. The error is that of the rounded parameters. One instance per thread.
/// </summary>
internal sealed class StoredFit
{
    /// <summary>A Gaussian with less of its energy outside the span of those before it gets no amplitude: it would be huge, and cancel.</summary>
    private const double LeastIndependence = 1e-7;

    /// <summary>In units of σ; what the decoder adds beyond is below 10⁻¹⁷ of the peak.</summary>
    private const double Support = 9;

    /// <summary>More than what is cut off, and than the rounding of the sums, can amount to.</summary>
    private const double LeastGain = 1e-12;

    private const int Lanes = 4;

    private readonly int _components;
    private readonly int _length;
    private readonly int _paddedLength;
    private readonly int _stride;
    private readonly double[] _samples;
    private readonly int[] _from;
    private readonly int[] _to;
    private readonly double[] _gram;
    private readonly double[] _amplitudes;
    private readonly double[] _residual;
    private readonly double[] _mu;
    private readonly double[] _sigma;
    private readonly int[] _order;

    public StoredFit(int components, int length)
    {
        _components = components;
        _length = length;
        _paddedLength = (length + Lanes - 1) / Lanes * Lanes;
        _stride = Cholesky.Stride(components);
        _samples = new double[components * _paddedLength];
        _from = new int[components];
        _to = new int[components];
        _gram = new double[components * _stride];
        _amplitudes = new double[_stride];
        _residual = new double[_paddedLength];
        _mu = new double[components];
        _sigma = new double[components];
        _order = new int[components];
        Parameters = new double[3 * components];
    }

    /// <summary>(A, μ, σ) of every component.</summary>
    public double[] Parameters { get; }

    /// <summary>Σ (signal − fit)²; not above Σ signal².</summary>
    public double SquaredError { get; private set; }

    /// <summary>
    /// Stores the Gaussians of <paramref name="model"/>; components that it does not use rest at evenly spaced centres without amplitude.
    /// </summary>
    /// <param name="signal">The block divided by <paramref name="scale"/>, padded with zeros to whole vectors of four.</param>
    /// <param name="scale">Greater than zero.</param>
    /// <param name="model">At most as many Gaussians as there are components.</param>
    public void Solve(ReadOnlySpan<double> signal, double scale, ProjectedModel model)
    {
        var used = model.Count;
        for (var k = 0; k < _components; k++)
        {
            _mu[k] = k < used ? (float)model.Mu[k] : FixedCentres.Mu(k, _components, _length);
            _sigma[k] = k < used ? (float)model.Sigma[k] : FixedCentres.Sigma(_components, _length);
        }

        SolveAmplitudes(signal, used);
        for (var k = 0; k < _components; k++)
            _amplitudes[k] = k < used ? (float)(_amplitudes[k] * scale) : 0;

        ref var first = ref MemoryMarshal.GetReference(signal);
        var energy = FixedOrder.Dot(ref first, ref first, 0, _paddedLength);
        SquaredError = Error(signal, scale, used);
        if (!(SquaredError <= energy * (1 - LeastGain)))
        {
            _amplitudes.AsSpan().Clear();
            SquaredError = energy;
        }

        PutInOrder();
    }

    private void SolveAmplitudes(ReadOnlySpan<double> signal, int used)
    {
        ref var first = ref MemoryMarshal.GetReference(signal);
        for (var k = 0; k < used; k++)
        {
            Sample(k);
            ref var samples = ref Samples(k);
            _amplitudes[k] = FixedOrder.Dot(ref samples, ref first, _from[k], _to[k]);
            for (var l = 0; l <= k; l++)
                _gram[(l * _stride) + k] = FixedOrder.Dot(ref samples, ref Samples(l), Math.Max(_from[k], _from[l]), Math.Min(_to[k], _to[l]));
        }

        Cholesky.Factor(_gram, used, _stride, LeastIndependence);
        Cholesky.Solve(_gram, used, _stride, _amplitudes);
    }

    private void Sample(int k)
    {
        var (from, to) = GaussianFunction.Window(_mu[k], _sigma[k], Support, _length);
        _from[k] = from / Lanes * Lanes;
        _to[k] = (to + Lanes - 1) / Lanes * Lanes;
        GaussianFunction.Sample(_samples.AsSpan(k * _paddedLength, _paddedLength), _from[k], _to[k], _length, _mu[k], _sigma[k]);
    }

    private double Error(ReadOnlySpan<double> signal, double scale, int used)
    {
        signal[.._paddedLength].CopyTo(_residual);
        ref var residual = ref MemoryMarshal.GetArrayDataReference(_residual);
        for (var k = 0; k < used; k++)
            FixedOrder.SubtractMultiple(ref residual, _amplitudes[k] / scale, ref Samples(k), _from[k], _to[k]);
        return FixedOrder.Dot(ref residual, ref residual, 0, _paddedLength);
    }

    private ref double Samples(int k) => ref _samples[k * _paddedLength];

    private void PutInOrder()
    {
        for (var k = 0; k < _components; k++)
            _order[k] = k;
        Array.Sort(_mu, _order);
        for (var k = 0; k < _components; k++)
        {
            Parameters[3 * k] = _amplitudes[_order[k]];
            Parameters[(3 * k) + 1] = _mu[k];
            Parameters[(3 * k) + 2] = _sigma[_order[k]];
        }
    }
}
