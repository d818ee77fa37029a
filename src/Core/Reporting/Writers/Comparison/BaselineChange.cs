namespace CompressTasks.Reporting.Writers.Comparison;

/// <summary>What became of a model against the baseline that a run was given.</summary>
/// <param name="Baseline">The report or artifact; of a folder that has none of this model, the folder. As the reader of a report knows it.</param>
/// <param name="Comparison">Null when the folder has none of this model.</param>
internal sealed record BaselineChange(string Baseline, ComparisonReport? Comparison)
{
    public const string Nothing = "has neither a report nor an artifact of this model: there is nothing to compare with.";

    /// <summary>How many of the weights whose bytes have changed most are shown.</summary>
    private const int Shown = 20;

    /// <summary>Those weights whose bytes have changed most, the largest change first.</summary>
    public IReadOnlyList<ComparedWeight> LargestChanges => Comparison is null ? [] :
    [
        .. Comparison.Weights.Where(weight => Difference(weight) != 0)
            .OrderByDescending(weight => Math.Abs(Difference(weight))).ThenBy(weight => weight.Path, StringComparer.Ordinal).Take(Shown),
    ];

    /// <summary>By how many bytes a weight has grown; 0 where that is unknown.</summary>
    public static long Difference(ComparedWeight weight) =>
        (weight.Baseline, weight.Candidate) switch
        {
            ({ Bytes: { } before }, { Bytes: { } after }) => after - before,
            ({ Coding: ComparedCoding.Absent }, { Bytes: { } after }) => after,
            ({ Bytes: { } before }, { Coding: ComparedCoding.Absent }) => -before,
            _ => 0,
        };
}
