using System.Globalization;
using CompressTasks.Coding.Quantization.Feedback;
using CompressTasks.Numerics;
using CompressTasks.Stages.Gaussian;
using CompressTasks.Stages.Pca;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace CompressTasks.Benchmarks.Decisions;

/// <summary>Own linear algebra and MathNet's managed provider.</summary>
internal static class LinearAlgebra
{
    private const double LeastPivot = 1e-12;
    private const int SmallSystems = 10_000;

    /// <summary>H = U D Uᵀ against the Cholesky factor of the same matrix with its elements in reverse order.</summary>
    public static void Factorization()
    {
        foreach (var n in (int[])[64, 256, 1024, 2048])
        {
            var moments = PositiveDefinite(n);
            var (own, other) = (new double[n * n], new double[n * n]);
            var pair = Pair.Measure(
                n > 1024 ? 2 : 5,
                () =>
                {
                    moments.CopyTo(own, 0);
                    UdutFactorization.TryFactorize(own, n);
                },
                () =>
                {
                    moments.CopyTo(other, 0);
                    ManagedLinearAlgebraProvider.Instance.CholeskyFactor(other, n);
                });
            Print($"n = {n}: own {pair.Taken:F2} ms, MathNet {pair.Other:F2} ms, ratio {pair.Ratio:F1}");
        }
    }

    /// <summary>Second moments of 256 inputs in single precision against double: an output of either is added up in double.</summary>
    public static void Moments()
    {
        const int count = 256;
        foreach (var n in (int[])[576, 2304, 4096])
        {
            var random = new Random(n);
            var rows = new double[count * n];
            foreach (ref var value in rows.AsSpan())
                value = random.NextDouble() - 0.5;
            var (single, whole) = (new double[LowerTriangle.Length(n)], new double[n * n]);
            var pair = Pair.Measure(5, () => SingleGramMatrix.Add(rows, n, count, single, n), () => GramMatrix.Add(rows, n, count, whole, n));
            var operations = (double)n * (n + 1) * count;
            Print($"n = {n}: single {pair.Taken:F1} ms, {operations / pair.Taken / 1e6:F0} GFLOP/s; double {pair.Other:F1} ms, ratio {pair.Ratio:F1}");
        }
    }

    /// <summary>The small systems of the refinement of Gaussians: factor and solve.</summary>
    public static void Amplitudes()
    {
        foreach (var n in (int[])[4, 8, 16])
        {
            var stride = Cholesky.Stride(n);
            var gram = PositiveDefinite(n);
            var (own, other, solution, right) = (new double[n * stride], new double[n * n], new double[stride], new double[n]);
            var pair = Pair.Measure(
                5,
                () => Repeat(() =>
                {
                    gram.CopyTo(own, 0);
                    solution.AsSpan(0, n).Fill(1);
                    Cholesky.Factor(own, n, stride, LeastPivot);
                    Cholesky.Solve(own, n, stride, solution);
                }),
                () => Repeat(() =>
                {
                    gram.CopyTo(other, 0);
                    right.AsSpan().Fill(1);
                    ManagedLinearAlgebraProvider.Instance.CholeskyFactor(other, n);
                    ManagedLinearAlgebraProvider.Instance.CholeskySolveFactored(other, n, right, 1);
                }));
            Print($"n = {n}: own {pair.Taken * 1e6 / SmallSystems:F0} ns, MathNet {pair.Other * 1e6 / SmallSystems:F0} ns, ratio {pair.Ratio:F1}");
        }
    }

    /// <summary>What every length of a block needs once: the pseudo-inverse of its samples of Gaussians.</summary>
    public static void PseudoInverse()
    {
        foreach (var (components, length) in ((int, int)[])[(4, 64), (8, 256)])
        {
            var samples = new double[components * length];
            var pair = Pair.Measure(
                5,
                () => _ = new AmplitudeFit(components, length),
                () =>
                {
                    for (var k = 0; k < components; k++)
                        GaussianFunction.Fill(samples.AsSpan(k * length, length), FixedCentres.Mu(k, components, length), FixedCentres.Sigma(components, length));
                    ManagedLinearAlgebraProvider.Instance.SingularValueDecomposition(
                        true, samples, length, components, new double[components], new double[length * length], new double[components * components]);
                });
            Print($"{components} Gaussians in {length} columns: own {pair.Taken:F3} ms, SVD {pair.Other:F3} ms, ratio {pair.Ratio:F1}");
        }
    }

    /// <summary>Eigenvectors of the scatter matrix against a thin QR and singular values and vectors.</summary>
    public static void Axes()
    {
        foreach (var (rows, columns) in ((int, int)[])[(256, 24), (4096, 24), (256, 256), (1024, 256)])
        {
            var random = new Random(1);
            var matrix = new Matrix(rows, columns, [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextDouble() - 0.5)]);
            var pair = Pair.Measure(
                3,
                () => PrincipalAxes.Of(new Matrix(rows, columns, [.. matrix.Values]), CancellationToken.None).Directions(columns),
                () => SingularValues(matrix));
            Print($"{rows} × {columns}: eigenvectors {pair.Taken:F2} ms, SVD {pair.Other:F2} ms, ratio {pair.Ratio:F1}");
        }
    }

    private static void SingularValues(Matrix matrix)
    {
        var (rows, columns) = (matrix.Rows, matrix.Columns);
        var (q, r, square) = (matrix.Transpose().Values, new double[columns * columns], columns * columns);
        ManagedLinearAlgebraProvider.Instance.ThinQRFactor(q, rows, columns, r, new double[columns]);
        var (singular, left, right) = (new double[columns], new double[square], new double[square]);
        ManagedLinearAlgebraProvider.Instance.SingularValueDecomposition(true, r, columns, columns, singular, left, right);
    }

    private static void Repeat(Action action)
    {
        for (var i = 0; i < SmallSystems; i++)
            action();
    }

    private static double[] PositiveDefinite(int n)
    {
        var random = new Random(n);
        var rows = new double[8 * n];
        foreach (ref var value in rows.AsSpan())
            value = random.NextDouble() - 0.5;
        var result = new double[n * n];
        GramMatrix.Add(rows, n, 8, result, n);
        for (var i = 0; i < n; i++)
        {
            result[i * (n + 1)] += 1;
            for (var j = 0; j < i; j++)
                result[(j * n) + i] = result[(i * n) + j];
        }

        return result;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
