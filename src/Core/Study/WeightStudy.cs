using System.Globalization;
using CompressTasks.Numerics;
using CompressTasks.Stages;
using CompressTasks.Stages.Dct;
using CompressTasks.Stages.Gaussian;
using CompressTasks.Stages.Haar;
using CompressTasks.Stages.Pca;
using CompressTasks.Stages.Recursive;

namespace CompressTasks.Study;

/// <summary>Runs the papers' experiments on one weight matrix.</summary>
/// <param name="weight">The weight's path, for the tables.</param>
/// <param name="matrix">The weight as a matrix, rows × columns.</param>
/// <param name="components">Gaussians per row (P58 and P67: 8).</param>
/// <param name="refine">False stops the fit of the Gaussians after the pursuit.</param>
/// <param name="threads">Threads for the fit.</param>
internal sealed class WeightStudy(string weight, Matrix matrix, int components, bool refine, int threads)
{
    private const double PapersVariance = 0.95;

    private readonly double[] _ones = [.. Enumerable.Repeat(1.0, matrix.Columns)];

    public (GaussianRow First, IReadOnlyList<SecondStageRow> Second) Stages(CancellationToken cancellationToken)
    {
        var first = new GaussianStage(new GaussianOptions(components), threads, refine).Encode(matrix, _ones, cancellationToken)[0];
        var error = SquaredError.Between(matrix.Values, first.Decoder.Decode(first.Parameters).Values);
        var elements = matrix.Values.LongLength;
        var row = new GaussianRow(
            weight,
            matrix.Rows,
            matrix.Columns,
            first.ParameterCount,
            elements / (double)first.ParameterCount,
            error.Residual / elements,
            error.R2,
            LevelStatistics.Of(first.Parameters, cancellationToken).ParticipationRatio,
            LevelStatistics.OfStandardized(first.Parameters, cancellationToken).ParticipationRatio);
        return (row, [.. SecondStages().Select(s => Second(s.Method, s.Stage, first, cancellationToken))]);
    }

    public IEnumerable<TowerRow> Tower(CancellationToken cancellationToken)
    {
        var elements = matrix.Values.LongLength;
        yield return new(weight, 0, "weights", elements, 1, 1, 1, 1, null, null, true);

        var amplitudes = new GaussianStage(new GaussianOptions(components, AmplitudeOnly: true), threads).Encode(matrix, _ones, cancellationToken);
        var recursion = new RecursiveStage(new PcaStage(new PcaOptions { Variance = PapersVariance, Weighting = PcaWeighting.None }))
            .Run(amplitudes[0].Parameters, amplitudes[0].Sensitivity, cancellationToken);
        var levels = new List<Level>();
        var before = elements;
        foreach (var (level, kept) in recursion.Steps.Select(step => (step.Level, step.IsKept)).Prepend((amplitudes[0], true)))
        {
            levels.Add(level);
            var parameters = Level.CumulativeParameterCount(levels);
            yield return Row(levels, parameters, before, kept, cancellationToken);
            before = parameters;
        }
    }

    private TowerRow Row(IReadOnlyList<Level> levels, long parameters, long before, bool kept, CancellationToken cancellationToken)
    {
        var level = levels[^1];
        var statistics = LevelStatistics.Of(level.Parameters, cancellationToken);
        var decoded = level.Decoder.Decode(level.Parameters);
        var previous = levels.Count == 1 ? matrix : levels[^2].Parameters;
        var elements = matrix.Values.LongLength;
        return new(
            weight,
            levels.Count,
            levels.Count == 1 ? "gaussian amplitudes" : level.Decoder.Name,
            parameters,
            before / (double)parameters,
            elements / (double)parameters,
            SquaredError.Between(previous.Values, decoded.Values).R2,
            SquaredError.Between(matrix.Values, Descend(levels, decoded).Values).R2,
            statistics.ParticipationRatio,
            statistics.ComponentsFor95Percent,
            kept);
    }

    private SecondStageRow Second(string method, IStage stage, Level first, CancellationToken cancellationToken)
    {
        var second = stage.Encode(first.Parameters, first.Sensitivity, cancellationToken)[0];
        var parameters = second.ParameterCount;
        var decoded = second.Decoder.Decode(second.Parameters);
        return new(
            weight,
            method,
            SquaredError.Between(first.Parameters.Values, decoded.Values).R2,
            SquaredError.Between(matrix.Values, first.Decoder.Decode(decoded).Values).R2,
            parameters,
            first.ParameterCount / (double)parameters,
            matrix.Values.LongLength / (double)parameters);
    }

    /// <summary>P58 §3.2, and PCA once more with the error spent where the weights notice it least.</summary>
    private IEnumerable<(string Method, IStage Stage)> SecondStages()
    {
        var gaussians = Math.Max(1, components / 4);
        yield return (string.Create(CultureInfo.InvariantCulture, $"gaussian, {gaussians} per row"),
            new GaussianStage(new GaussianOptions(gaussians), threads, refine));
        foreach (var drop in (double[])[0.10, 0.25, 0.50])
            yield return (string.Create(CultureInfo.InvariantCulture, $"haar, drop {drop:0 %}"), new HaarStage(1 - drop));
        foreach (var keep in (double[])[0.50, 0.25])
            yield return (string.Create(CultureInfo.InvariantCulture, $"dct, keep {keep:0 %}"), new DctStage(keep));
        foreach (var weighting in (PcaWeighting[])[PcaWeighting.None, PcaWeighting.Jacobian])
        {
            foreach (var keep in (double[])[0.50, 0.25, 0.10])
            {
                var suffix = weighting == PcaWeighting.None ? "" : ", jacobian";
                yield return (string.Create(CultureInfo.InvariantCulture, $"pca, keep {keep:0 %}{suffix}"),
                    new PcaStage(new PcaOptions { Keep = keep, Weighting = weighting }));
            }
        }
    }

    private static Matrix Descend(IReadOnlyList<Level> levels, Matrix decoded)
    {
        for (var i = levels.Count - 2; i >= 0; i--)
            decoded = levels[i].Decoder.Decode(decoded);
        return decoded;
    }
}
