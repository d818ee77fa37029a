using CompressTasks.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace CompressTasks.Stages.Gaussian;

/// <summary>
/// Least-squares amplitudes over <see cref="FixedCentres"/>. The pseudo-inverse of their samples is formed once per block length,
/// so that a block costs one product with it. Immutable: one instance serves all threads.
/// </summary>
internal sealed class AmplitudeFit
{
    /// <summary>As a share of the largest: what is below would make amplitudes huge, and cancel.</summary>
    private const double LeastSingularValue = 3e-4;

    private readonly int _components;
    private readonly int _length;
    private readonly double[] _operator;

    public AmplitudeFit(int components, int length)
    {
        _components = components;
        _length = length;
        var samples = new double[components * length];
        for (var k = 0; k < components; k++)
            GaussianFunction.Fill(samples.AsSpan(k * length, length), FixedCentres.Mu(k, components, length), FixedCentres.Sigma(components, length));
        _operator = PseudoInverse(samples, components, length);
    }

    /// <summary>One float32 amplitude per component, such that Σ (block − fit)² ≤ Σ block².</summary>
    public void Fit(ReadOnlySpan<double> block, Span<double> amplitudes)
    {
        for (var k = 0; k < _components; k++)
            amplitudes[k] = (float)Dot(_operator.AsSpan(k * _length, _length), block);
        if (!Improves(block, amplitudes))
            amplitudes.Clear();
    }

    /// <summary>V Σ⁻¹ Uᵀ of the singular values that count.</summary>
    /// <param name="matrix">Length × components, one column after the other; used up.</param>
    /// <param name="components">Its columns.</param>
    /// <param name="length">Its rows.</param>
    /// <returns>Components × length, one row after the other.</returns>
    private static double[] PseudoInverse(double[] matrix, int components, int length)
    {
        var singular = new double[Math.Min(components, length)];
        var left = new double[length * length];
        var right = new double[components * components];
        ManagedLinearAlgebraProvider.Instance.SingularValueDecomposition(true, matrix, length, components, singular, left, right);
        var result = new double[components * length];
        for (var i = 0; i < singular.Length && singular[i] > LeastSingularValue * singular[0]; i++)
        {
            var direction = left.AsSpan(i * length, length);
            for (var k = 0; k < components; k++)
                VectorKernels.AddScaled(right[(k * components) + i] / singular[i], direction, result.AsSpan(k * length, length));
        }

        return result;
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
