using CompressTasks.Stages.Gaussian;

namespace CompressTasks.Core.Tests.Stages.Gaussian;

public sealed class VariableProjectionTests
{
    private const int Length = 48;
    private const double Difference = 1e-5;
    private static readonly double[] _mu = [5.3, 11.1, 12.9, 30.2, 46.8];
    private static readonly double[] _sigma = [0.7, 2.1, 1.3, 9.5, 1.1];

    [Fact]
    public void AmplitudesAreTheLeastSquaresSolution()
    {
        var signal = Signal();
        var model = Linearized(signal).Model;
        var residual = PlainGaussian.Residual(signal, Enumerable.Range(0, _mu.Length).Select(k => Column(_mu[k], _sigma[k])));
        model.SquaredError.ShouldBe(PlainGaussian.Energy(residual), 1e-5);
        var left = new double[Length];
        model.Residual(signal, left);
        PlainGaussian.SquaredError(left, residual).ShouldBeLessThan(1e-9);
    }

    [Fact]
    public void GradientIsThatOfFiniteDifferencesOfTheSquaredError()
    {
        var signal = Signal();
        var projection = Linearized(signal);
        for (var k = 0; k < _mu.Length; k++)
        {
            (-projection.Gradient[2 * k]).ShouldBe(Slope(signal, k, Difference, 0), 2e-5, $"μ of {k}");
            (-projection.Gradient[(2 * k) + 1]).ShouldBe(Slope(signal, k, 0, Difference), 2e-5, $"ln σ of {k}");
        }
    }

    [Fact]
    public void NormalMatrixIsThatOfKaufmansJacobianFromFiniteDifferences()
    {
        var signal = Signal();
        var projection = Linearized(signal);
        var basis = Enumerable.Range(0, _mu.Length).Select(k => Column(_mu[k], _sigma[k])).ToArray();
        var jacobian = new List<double[]>();
        for (var k = 0; k < _mu.Length; k++)
        {
            jacobian.Add(PlainGaussian.Residual(Derivative(projection.Model.Amplitude[k], k, Difference, 0), basis));
            jacobian.Add(PlainGaussian.Residual(Derivative(projection.Model.Amplitude[k], k, 0, Difference), basis));
        }

        for (var i = 0; i < jacobian.Count; i++)
        {
            for (var j = 0; j <= i; j++)
                projection.Normal[(j * projection.Stride) + i].ShouldBe(jacobian[i].Zip(jacobian[j], (a, b) => a * b).Sum(), 2e-5, $"{i}, {j}");
        }
    }

    [Fact]
    public void RefinementNeverRaisesTheError()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var signal = PlainGaussian.Random(seed, 1, Length).Values;
            var energy = PlainGaussian.Energy(signal);
            var projection = Started(signal, energy);
            var before = projection.Model.SquaredError;
            for (var i = 0; i < 10; i++)
            {
                projection.Refine(signal, energy, 1, 0);
                projection.Model.SquaredError.ShouldBeLessThanOrEqualTo(before);
                before = projection.Model.SquaredError;
            }
        }
    }

    [Fact]
    public void TwinGaussiansAreReportedAsDependent()
    {
        var projection = new VariableProjection(2, Length);
        projection.Model.Add(20, 3);
        projection.Model.Add(20, 3);
        projection.Start(Signal(), 1).ShouldBeFalse();
    }

    private static double[] Signal() => PlainGaussian.Random(7, 1, Length).Values;

    private static double[] Column(double mu, double sigma) =>
        [.. Enumerable.Range(0, Length).Select(j => PlainGaussian.Value(j, mu, sigma))];

    private static VariableProjection Started(double[] signal, double energy)
    {
        var projection = new VariableProjection(_mu.Length, Length);
        for (var k = 0; k < _mu.Length; k++)
            projection.Model.Add(_mu[k], _sigma[k]);
        projection.Start(signal, energy).ShouldBeTrue();
        return projection;
    }

    private static VariableProjection Linearized(double[] signal)
    {
        var projection = Started(signal, PlainGaussian.Energy(signal));
        projection.Model.Linearize(signal);
        projection.NormalEquations();
        return projection;
    }

    /// <summary>d(½ squared error) by central differences, the amplitudes solved anew on both sides.</summary>
    private static double Slope(double[] signal, int moved, double mu, double logSigma)
    {
        double Error(double sign) => PlainGaussian.Energy(PlainGaussian.Residual(signal, Enumerable.Range(0, _mu.Length).Select(k => k == moved
            ? Column(_mu[k] + (sign * mu), _sigma[k] * Math.Exp(sign * logSigma))
            : Column(_mu[k], _sigma[k]))));
        return (Error(1) - Error(-1)) / (4 * Difference);
    }

    private static double[] Derivative(double amplitude, int k, double mu, double logSigma) =>
        [.. Column(_mu[k] + mu, _sigma[k] * Math.Exp(logSigma)).Zip(
            Column(_mu[k] - mu, _sigma[k] * Math.Exp(-logSigma)), (a, b) => amplitude * (a - b) / (2 * Difference))];
}
