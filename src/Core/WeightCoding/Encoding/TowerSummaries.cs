using CompressTasks.Reporting;
using CompressTasks.Stages.Recursive;

namespace CompressTasks.WeightCoding.Encoding;

internal static class TowerSummaries
{
    public static TowerSummary Of(RecursiveResult result) => new(
        result.FixedPoint.Level,
        result.Steps.Count,
        result.FixedPoint.IsReached,
        result.FixedPoint.End switch
        {
            RecursionEnd.GainTooSmall => "gainTooSmall",
            RecursionEnd.AllComponentsNeeded => "allComponentsNeeded",
            _ => "levelLimit",
        });
}
