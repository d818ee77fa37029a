using CompressTasks.Reporting;
using CompressTasks.Stages;

namespace CompressTasks.WeightCoding.Encoding;

/// <summary>The lines that a report has about the levels of a weight.</summary>
internal static class LevelSummaries
{
    public static LevelSummary Weights(long elements) => new("weights", elements, 1, 1, 1, 1, null, null);

    public static LevelSummary Stage(Level level, long parameters, long parametersBefore, long elements, double r2ToPrevious, double r2ToWeights)
    {
        var statistics = LevelStatistics.Of(level.Parameters);
        return new(
            level.Decoder.Name,
            parameters,
            Ratio(parametersBefore, parameters),
            Ratio(elements, parameters),
            r2ToPrevious,
            r2ToWeights,
            statistics.ParticipationRatio,
            statistics.ComponentsFor95Percent);
    }

    /// <summary>The parameters of a level as they are stored: fewer bits each, as many of them.</summary>
    public static LevelSummary Stored(LevelSummary level, double r2ToPrevious, double r2ToWeights) =>
        level with { Name = "stored", LevelRatio = 1, R2ToPrevious = r2ToPrevious, R2ToWeights = r2ToWeights };

    /// <summary>A stage that keeps a number per weight: it saves bits, not parameters.</summary>
    public static LevelSummary PerWeight(string name, LevelSummary before, long elements, double r2) =>
        new(name, elements, Ratio(before.Parameters, elements), 1, r2, r2, null, null);

    private static double Ratio(long before, long after) => after == 0 ? 1 : before / (double)after;
}
