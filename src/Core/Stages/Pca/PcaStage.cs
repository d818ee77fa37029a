using CompressTasks.Numerics;

namespace CompressTasks.Stages.Pca;

/// <summary>
/// Principal component analysis (P58 §2.3): rows become scores on the axes along which they vary most, row ≈ mean + scores · basis.
/// </summary>
internal sealed class PcaStage : IStage
{
    private readonly PcaOptions _options;

    /// <exception cref="ArgumentException">Not exactly one rule is set, or its value is out of range.</exception>
    public PcaStage(PcaOptions options)
    {
        options.Validate();
        _options = options;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Level> Encode(Matrix input, IReadOnlyList<double> sensitivity, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sensitivity.Count, input.Columns);
        double[] weights = _options.Weighting == PcaWeighting.Jacobian ? [.. sensitivity] : [.. sensitivity.Select(_ => 1.0)];
        var mean = ColumnMeans.Of(input);
        var axes = PrincipalAxes.Of(Weighted(input, mean, weights), cancellationToken);

        var basis = StoredBasis(axes.Directions(_options.Choose(input.Columns, axes.Eigenvalues)), weights);
        var storedMean = new Matrix(1, mean.Length, mean).RoundToSingle();
        var scores = Project(input, storedMean.Values, DualBasis(basis, weights), cancellationToken).RoundToSingle();
        return [new Level(scores, new PcaDecoder(basis, storedMean), ScoreSensitivity(basis, sensitivity))];
    }

    private static Matrix Weighted(Matrix input, double[] mean, double[] weights)
    {
        var result = new Matrix(input.Rows, input.Columns);
        for (var i = 0; i < input.Rows; i++)
        {
            var source = input.Row(i);
            var target = result.Row(i);
            for (var j = 0; j < target.Length; j++)
                target[j] = (source[j] - mean[j]) * weights[j];
        }

        return result;
    }

    /// <summary>
    /// The basis without the weights, so that a decoder needs none, as float32; the largest entry of each vector is positive.
    /// A column without any effect on the weights is left at its mean.
    /// </summary>
    private static Matrix StoredBasis(Matrix vectors, double[] weights)
    {
        var basis = new Matrix(vectors.Rows, vectors.Columns);
        for (var k = 0; k < basis.Rows; k++)
        {
            var source = vectors.Row(k);
            var target = basis.Row(k);
            var largest = 0.0;
            for (var j = 0; j < target.Length; j++)
            {
                target[j] = weights[j] > 0 ? (float)(source[j] / weights[j]) : 0;
                if (Math.Abs(target[j]) > Math.Abs(largest))
                    largest = target[j];
            }

            foreach (ref var value in target)
                value = largest < 0 ? -value : value;
        }

        return basis;
    }

    /// <summary>
    /// D with scores = (row − mean) · Dᵀ the weighted least-squares projection onto the basis B that is stored. That is D = (B S² Bᵀ)⁻¹ B S² for
    /// weights S. Rounding has moved B S² Bᵀ from the identity by some 1e-7, so the inverse of I + E is I − E = 2I − B S² Bᵀ up to 1e-14.
    /// </summary>
    private static Matrix DualBasis(Matrix basis, double[] weights)
    {
        var weighted = new Matrix(basis.Rows, basis.Columns);
        for (var k = 0; k < basis.Rows; k++)
        {
            for (var j = 0; j < basis.Columns; j++)
                weighted[k, j] = basis[k, j] * weights[j] * weights[j];
        }

        var dual = new Matrix(basis.Rows, basis.Columns);
        for (var k = 0; k < basis.Rows; k++)
        {
            for (var l = 0; l < basis.Rows; l++)
                VectorKernels.AddScaled((k == l ? 2 : 0) - VectorKernels.Dot(basis.Row(k), weighted.Row(l)), weighted.Row(l), dual.Row(k));
        }

        return dual;
    }

    private static Matrix Project(Matrix input, double[] mean, Matrix dual, CancellationToken cancellationToken)
    {
        var scores = new Matrix(input.Rows, dual.Rows);
        var centred = new double[input.Columns];
        for (var i = 0; i < input.Rows; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = input.Row(i);
            for (var j = 0; j < centred.Length; j++)
                centred[j] = row[j] - mean[j];
            for (var k = 0; k < dual.Rows; k++)
                scores[i, k] = VectorKernels.Dot(centred, dual.Row(k));
        }

        return scores;
    }

    /// <summary>Errors of a score reach every column through its basis vector: √(Σ (basis · sensitivity)²).</summary>
    private static double[] ScoreSensitivity(Matrix basis, IReadOnlyList<double> sensitivity)
    {
        var result = new double[basis.Rows];
        for (var k = 0; k < result.Length; k++)
        {
            var sum = 0.0;
            for (var j = 0; j < basis.Columns; j++)
                sum += basis[k, j] * sensitivity[j] * (basis[k, j] * sensitivity[j]);
            result[k] = Math.Sqrt(sum);
        }

        return result;
    }
}
