using CompressTasks.Numerics;

namespace CompressTasks.Stages.Gaussian;

/// <summary>Σⱼ (sⱼ·∂w[j]/∂p)² for every parameter p of a block, sⱼ being the sensitivity of column j.</summary>
internal static class BlockSensitivity
{
    /// <summary>In units of σ; beyond, the squared derivatives are below 10⁻²⁴ of their peak.</summary>
    private const double Support = 8;

    /// <summary>∂/∂A = φ, ∂/∂μ = Aφ(j−μ)/σ², ∂/∂σ = Aφ(j−μ)²/σ³.</summary>
    public static void OfGaussians(ReadOnlySpan<double> parameters, ReadOnlySpan<double> columns, Span<double> squares)
    {
        for (var p = 0; p < parameters.Length; p += 3)
        {
            var (amplitude, mu, sigma) = (parameters[p], parameters[p + 1], parameters[p + 2]);
            var (value, slope, curvature) = Moments(mu, sigma, columns);
            var scale = amplitude / sigma;
            squares[p] = value;
            squares[p + 1] = scale * scale * slope;
            squares[p + 2] = scale * scale * curvature;
        }
    }

    public static void OfAmplitudes(int components, ReadOnlySpan<double> columns, Span<double> squares)
    {
        for (var k = 0; k < components; k++)
            squares[k] = Moments(FixedCentres.Mu(k, components, columns.Length), FixedCentres.Sigma(components, columns.Length), columns).Value;
    }

    /// <summary>Σ (sφ)², Σ (sφu)² and Σ (sφu²)² with u = (j−μ)/σ.</summary>
    private static (double Value, double Slope, double Curvature) Moments(double mu, double sigma, ReadOnlySpan<double> columns)
    {
        var (value, slope, curvature) = (0.0, 0.0, 0.0);
        var (from, to) = GaussianFunction.Window(mu, sigma, Support, columns.Length);
        for (var j = from; j < to; j++)
        {
            var u = (j - mu) / sigma;
            var phi = columns[j] * DeterministicMath.ExpOfNonPositive(-0.5 * u * u);
            value += phi * phi;
            slope += phi * u * (phi * u);
            curvature += phi * u * u * (phi * u * u);
        }

        return (value, slope, curvature);
    }
}
