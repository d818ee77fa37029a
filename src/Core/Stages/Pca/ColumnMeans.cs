using CompressTasks.Numerics;

namespace CompressTasks.Stages.Pca;

/// <summary>The mean of every column of a matrix.</summary>
internal static class ColumnMeans
{
    /// <summary>
    /// Means, 0 where there are no rows. Summed as differences from the first row: the mean of equal values is exactly that value, so that a constant
    /// column has no variance at all instead of that of a rounding error.
    /// </summary>
    public static double[] Of(Matrix matrix)
    {
        var means = new double[matrix.Columns];
        if (matrix.Rows == 0)
            return means;
        var first = matrix.Row(0);
        for (var i = 1; i < matrix.Rows; i++)
        {
            var row = matrix.Row(i);
            for (var j = 0; j < means.Length; j++)
                means[j] += row[j] - first[j];
        }

        for (var j = 0; j < means.Length; j++)
            means[j] = first[j] + (means[j] / matrix.Rows);
        return means;
    }
}
