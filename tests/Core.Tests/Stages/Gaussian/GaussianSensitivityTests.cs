using CompressTasks.Numerics;
using CompressTasks.Stages.Gaussian;

namespace CompressTasks.Core.Tests.Stages.Gaussian;

public sealed class GaussianSensitivityTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void SensitivityIsThatOfFiniteDifferencesOfTheDecoder(bool amplitudeOnly, bool weighted)
    {
        var input = PlainGaussian.Random(11, 6, 50);
        var columns = Enumerable.Range(0, 50).Select(j => weighted ? 0.5 + (j % 7) : 1.0).ToArray();
        var level = new GaussianStage(new GaussianOptions(3, 32, amplitudeOnly)).Encode(input, columns, CancellationToken.None)[0];
        level.Sensitivity.Count.ShouldBe(level.Parameters.Columns);
        for (var column = 0; column < level.Parameters.Columns; column++)
        {
            const double Difference = 1e-6;
            var up = level.Decoder.Decode(Moved(level.Parameters, column, Difference));
            var down = level.Decoder.Decode(Moved(level.Parameters, column, -Difference));
            var sum = 0.0;
            for (var i = 0; i < up.Values.Length; i++)
            {
                var derivative = columns[i % 50] * (up.Values[i] - down.Values[i]) / (2 * Difference);
                sum += derivative * derivative;
            }

            level.Sensitivity[column].ShouldBe(Math.Sqrt(sum / level.Parameters.Rows), 1e-4 * (1 + level.Sensitivity[column]), $"column {column}");
        }
    }

    private static Matrix Moved(Matrix parameters, int column, double difference)
    {
        var moved = new Matrix(parameters.Rows, parameters.Columns, (double[])parameters.Values.Clone());
        for (var row = 0; row < moved.Rows; row++)
            moved[row, column] += difference;
        return moved;
    }
}
