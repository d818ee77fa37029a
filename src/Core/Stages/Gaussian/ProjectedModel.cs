using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Numerics;

namespace CompressTasks.Stages.Gaussian;

/// <summary>
/// A sum of Gaussians whose amplitudes are eliminated: for given (μ, σ) they are the least-squares solution. Everything that variable projection
/// needs of the samples are inner products of φ, φu and φu² (u = (j−μ)/σ) with each other and with the signal; samples are only touched where |u| ≤
/// <see cref="Support"/>.
/// </summary>
internal sealed class ProjectedModel
{
    /// <summary>φ is below 3·10⁻⁷ beyond; the final amplitudes are solved without this cut.</summary>
    private const double Support = 5.5;

    private const int Lanes = 4;

    private readonly int _paddedLength;
    private readonly int _length;
    private readonly double[] _samples;
    private readonly int[] _from;
    private readonly int[] _to;
    private readonly double[] _unit;

    public ProjectedModel(int capacity, int length)
    {
        Capacity = capacity;
        _length = length;
        _paddedLength = (length + Lanes - 1) / Lanes * Lanes;
        _samples = new double[3 * capacity * _paddedLength];
        _from = new int[capacity];
        _to = new int[capacity];
        Mu = new double[capacity];
        Sigma = new double[capacity];
        Stride = Cholesky.Stride(capacity);
        Amplitude = new double[Stride];
        Factor = new double[capacity * Stride];
        Products = new double[9 * capacity * capacity];
        SignalProducts = new double[3 * capacity];
        _unit = new double[Stride];
    }

    public int Capacity { get; }

    /// <summary>Gaussians in use.</summary>
    public int Count { get; set; }

    public double[] Mu { get; }

    public double[] Sigma { get; }

    public double[] Amplitude { get; }

    /// <summary>The Cholesky factor of the Gram matrix of the φ, as <see cref="Cholesky.Factor"/> leaves it.</summary>
    public double[] Factor { get; }

    /// <summary>Of <see cref="Factor"/>.</summary>
    public int Stride { get; }

    /// <summary>
    /// ⟨φuᵖ of Gaussian k, φu^q of Gaussian l⟩ at <see cref="Index"/>(k, l) + 3p + q; both orders of k and l are filled by <see cref="Linearize"/>.
    /// </summary>
    public double[] Products { get; }

    /// <summary>⟨φuᵖ of Gaussian k, signal⟩ at 3k + p.</summary>
    public double[] SignalProducts { get; }

    /// <summary>Σ (signal − model)².</summary>
    public double SquaredError { get; private set; }

    public int Index(int k, int l) => 9 * ((k * Capacity) + l);

    /// <summary>Solves the amplitudes for the present (μ, σ).</summary>
    /// <param name="signal">Padded with zeros to whole vectors of four.</param>
    /// <param name="energy">Σ signal².</param>
    /// <param name="tolerance">Least share of its energy that each Gaussian must have outside the span of those before it.</param>
    /// <returns>False when the Gaussians are too close to linearly dependent.</returns>
    public bool Project(ReadOnlySpan<double> signal, double energy, double tolerance)
    {
        ref var s = ref MemoryMarshal.GetReference(signal);
        for (var k = 0; k < Count; k++)
        {
            Sample(k);
            SignalProducts[3 * k] = FixedOrder.Dot(ref Power(k, 0), ref s, _from[k], _to[k]);
            for (var l = 0; l <= k; l++)
                Factor[(l * Stride) + k] = FixedOrder.Dot(ref Power(k, 0), ref Power(l, 0), Math.Max(_from[k], _from[l]), Math.Min(_to[k], _to[l]));
        }

        if (Cholesky.Factor(Factor, Count, Stride, tolerance) < Count)
            return false;
        for (var k = 0; k < Count; k++)
            Amplitude[k] = SignalProducts[3 * k];
        Cholesky.Solve(Factor, Count, Stride, Amplitude);
        var explained = 0.0;
        for (var k = 0; k < Count; k++)
            explained += Amplitude[k] * SignalProducts[3 * k];
        SquaredError = energy - explained;
        return true;
    }

    /// <summary>Fills <see cref="Products"/> and <see cref="SignalProducts"/>; <see cref="Project"/> comes first.</summary>
    public void Linearize(ReadOnlySpan<double> signal)
    {
        ref var s = ref MemoryMarshal.GetReference(signal);
        for (var k = 0; k < Count; k++)
        {
            SampleMoments(k);
            SignalProducts[(3 * k) + 1] = FixedOrder.Dot(ref Power(k, 1), ref s, _from[k], _to[k]);
            SignalProducts[(3 * k) + 2] = FixedOrder.Dot(ref Power(k, 2), ref s, _from[k], _to[k]);
            for (var l = 0; l <= k; l++)
                CrossProducts(k, l);
        }
    }

    /// <summary>signal − model.</summary>
    public void Residual(ReadOnlySpan<double> signal, Span<double> residual)
    {
        signal.CopyTo(residual);
        ref var r = ref MemoryMarshal.GetReference(residual);
        for (var k = 0; k < Count; k++)
            FixedOrder.SubtractMultiple(ref r, Amplitude[k], ref Power(k, 0), _from[k], _to[k]);
    }

    /// <summary>Adds a Gaussian; <see cref="Project"/> comes next.</summary>
    public void Add(double mu, double sigma)
    {
        Mu[Count] = mu;
        Sigma[Count] = sigma;
        Count++;
    }

    /// <summary>Removes a Gaussian; <see cref="Project"/> comes next.</summary>
    public void RemoveAt(int k)
    {
        Count--;
        Array.Copy(Mu, k + 1, Mu, k, Count - k);
        Array.Copy(Sigma, k + 1, Sigma, k, Count - k);
    }

    /// <summary>The Gaussian whose removal raises the squared error least: by A²/(G⁻¹)ₖₖ, G being the Gram matrix.</summary>
    public int Weakest()
    {
        var weakest = 0;
        var least = double.PositiveInfinity;
        for (var k = 0; k < Count; k++)
        {
            _unit.AsSpan(0, Count).Clear();
            _unit[k] = 1;
            Cholesky.Solve(Factor, Count, Stride, _unit);
            var loss = Amplitude[k] * Amplitude[k] / _unit[k];
            if (loss < least)
                (weakest, least) = (k, loss);
        }

        return weakest;
    }

    private ref double Power(int k, int power) => ref _samples[((3 * k) + power) * _paddedLength];

    private void Sample(int k)
    {
        var (from, to) = GaussianFunction.Window(Mu[k], Sigma[k], Support, _length);
        _from[k] = from / Lanes * Lanes;
        _to[k] = (to + Lanes - 1) / Lanes * Lanes;
        GaussianFunction.Sample(_samples.AsSpan(3 * k * _paddedLength, _paddedLength), _from[k], _to[k], _length, Mu[k], Sigma[k]);
    }

    private void SampleMoments(int k)
    {
        ref var p0 = ref Power(k, 0);
        ref var p1 = ref Power(k, 1);
        ref var p2 = ref Power(k, 2);
        var inverse = Vector256.Create(1 / Sigma[k]);
        var u = (Vector256.Create((double)_from[k]) + Vector256.Create(0.0, 1.0, 2.0, 3.0) - Vector256.Create(Mu[k])) * inverse;
        for (var j = _from[k]; j < _to[k]; j += Lanes)
        {
            var first = Vector256.LoadUnsafe(ref p0, (nuint)j) * u;
            first.StoreUnsafe(ref p1, (nuint)j);
            (first * u).StoreUnsafe(ref p2, (nuint)j);
            u += inverse * Vector256.Create((double)Lanes);
        }
    }

    private void CrossProducts(int k, int l)
    {
        var from = Math.Max(_from[k], _from[l]);
        var to = Math.Min(_to[k], _to[l]);
        var kl = Products.AsSpan(Index(k, l), 9);
        var lk = Products.AsSpan(Index(l, k), 9);
        if (from >= to)
        {
            kl.Clear();
            lk.Clear();
            return;
        }

        ref var a0 = ref Power(k, 0);
        ref var a1 = ref Power(k, 1);
        ref var a2 = ref Power(k, 2);
        ref var b0 = ref Power(l, 0);
        ref var b1 = ref Power(l, 1);
        ref var b2 = ref Power(l, 2);
        Vector256<double> s00 = default, s01 = default, s02 = default, s10 = default, s11 = default, s12 = default, s20 = default, s21 = default,
            s22 = default;
        for (var j = (nuint)from; j < (nuint)to; j += Lanes)
        {
            var x = Vector256.LoadUnsafe(ref b0, j);
            var y = Vector256.LoadUnsafe(ref b1, j);
            var z = Vector256.LoadUnsafe(ref b2, j);
            var a = Vector256.LoadUnsafe(ref a0, j);
            s00 += a * x;
            s01 += a * y;
            s02 += a * z;
            a = Vector256.LoadUnsafe(ref a1, j);
            s10 += a * x;
            s11 += a * y;
            s12 += a * z;
            a = Vector256.LoadUnsafe(ref a2, j);
            s20 += a * x;
            s21 += a * y;
            s22 += a * z;
        }

        lk[0] = kl[0] = FixedOrder.Sum(s00);
        lk[3] = kl[1] = FixedOrder.Sum(s01);
        lk[6] = kl[2] = FixedOrder.Sum(s02);
        lk[1] = kl[3] = FixedOrder.Sum(s10);
        lk[4] = kl[4] = FixedOrder.Sum(s11);
        lk[7] = kl[5] = FixedOrder.Sum(s12);
        lk[2] = kl[6] = FixedOrder.Sum(s20);
        lk[5] = kl[7] = FixedOrder.Sum(s21);
        lk[8] = kl[8] = FixedOrder.Sum(s22);
    }
}
