namespace CompressTasks.Coding.Quantization.Axes;

/// <summary>Sums of a tensor's values over everything but one axis, for each axis.</summary>
internal static class MarginalSums
{
    public static double[][] OfValues(ReadOnlySpan<double> values, TensorAxes axes) => Of(values, axes, magnitudes: false);

    public static double[][] OfMagnitudes(ReadOnlySpan<double> values, TensorAxes axes) => Of(values, axes, magnitudes: true);

    private static double[][] Of(ReadOnlySpan<double> values, TensorAxes axes, bool magnitudes)
    {
        var sums = axes.Lengths.Select(length => new double[length]).ToArray();
        var columns = sums[^1];
        for (var rows = axes.Rows(); rows.MoveNext();)
        {
            var row = values.Slice(rows.Start, columns.Length);
            var sum = magnitudes ? AddMagnitudes(row, columns) : AddValues(row, columns);
            for (var axis = 0; axis < sums.Length - 1; axis++)
                sums[axis][rows.Place[axis]] += sum;
        }

        return sums;
    }

    private static double AddValues(ReadOnlySpan<double> row, double[] columns)
    {
        var sum = 0.0;
        for (var i = 0; i < columns.Length; i++)
        {
            sum += row[i];
            columns[i] += row[i];
        }

        return sum;
    }

    private static double AddMagnitudes(ReadOnlySpan<double> row, double[] columns)
    {
        var sum = 0.0;
        for (var i = 0; i < columns.Length; i++)
        {
            var magnitude = Math.Abs(row[i]);
            sum += magnitude;
            columns[i] += magnitude;
        }

        return sum;
    }
}
