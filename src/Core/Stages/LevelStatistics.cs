using CompressTasks.Numerics;
using CompressTasks.Stages.Pca;

namespace CompressTasks.Stages;

/// <summary>How many directions the rows of a parameter matrix vary in (P67, "Participation Ratio at Each Level").</summary>
/// <param name="ParticipationRatio">
/// (Σλ)² / Σλ² of the eigenvalues λ of the centred covariance: 1 when one direction has all variance, the number of columns when all have the same, 0
/// when nothing varies.
/// </param>
/// <param name="ComponentsFor95Percent">The fewest principal components that explain 95 % of the variance; 0 when nothing varies.</param>
internal readonly record struct LevelStatistics(double ParticipationRatio, int ComponentsFor95Percent)
{
    private const double Share = 0.95;

    /// <summary>Of the parameters as they are: those in large units outvote the others.</summary>
    public static LevelStatistics Of(Matrix parameters, CancellationToken cancellationToken = default) =>
        OfCentred(Centred(parameters, standardize: false), cancellationToken);

    /// <summary>
    /// Of the parameters with every column divided by its standard deviation, so that units do not matter. Constant columns do not count.
    /// </summary>
    public static LevelStatistics OfStandardized(Matrix parameters, CancellationToken cancellationToken = default) =>
        OfCentred(Centred(parameters, standardize: true), cancellationToken);

    private static LevelStatistics OfCentred(Matrix centred, CancellationToken cancellationToken)
    {
        var eigenvalues = PrincipalAxes.Of(centred, cancellationToken).Eigenvalues;
        if (eigenvalues.Length == 0)
            return default;
        var sum = eigenvalues.Sum();
        return new(sum * sum / eigenvalues.Sum(eigenvalue => eigenvalue * eigenvalue), PrincipalAxes.CountFor(Share, eigenvalues));
    }

    private static Matrix Centred(Matrix parameters, bool standardize)
    {
        var means = ColumnMeans.Of(parameters);
        var columns = parameters.Transpose();
        for (var j = 0; j < columns.Rows; j++)
        {
            var column = columns.Row(j);
            var largest = 0.0;
            foreach (ref var value in column)
            {
                value -= means[j];
                largest = Math.Max(largest, Math.Abs(value));
            }

            if (standardize && largest > 0)
                Standardize(column, largest);
        }

        return columns.Transpose();
    }

    /// <summary>To a mean square of 1, by way of the largest magnitude so that tiny or huge values survive their squares.</summary>
    private static void Standardize(Span<double> column, double largest)
    {
        foreach (ref var value in column)
            value /= largest;
        var deviation = Math.Sqrt(VectorKernels.Dot(column, column) / column.Length);
        foreach (ref var value in column)
            value /= deviation;
    }
}
