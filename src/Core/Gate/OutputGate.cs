using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Gate;

/// <summary>Compares the figures of outputs with the thresholds of a spec. Each holds for every output that has the figure.</summary>
internal static class OutputGate
{
    /// <summary>One threshold and the output that is furthest from it.</summary>
    /// <param name="Key">What the spec calls it in <c>gate.outputs</c>.</param>
    /// <param name="Figure">What it is about, for people.</param>
    /// <param name="Code">The diagnostic when it fails.</param>
    /// <param name="Threshold">What is asked for.</param>
    /// <param name="Worst">Null when no output has the figure.</param>
    /// <param name="Actual">The figure of that output.</param>
    public sealed record Check(string Key, string Figure, string Code, Threshold Threshold, OutputSummary? Worst, double Actual)
    {
        /// <summary>What reports call it.</summary>
        public string Name => $"outputs.{Key}";

        /// <summary>NaN fails.</summary>
        public bool Passed => IsAtMost ? Actual <= Threshold.Value : Actual >= Threshold.Value;

        /// <summary>Whether less is better.</summary>
        public bool IsAtMost { get; init; }

        /// <summary>Whether the outputs had no values at all.</summary>
        public bool IsEmpty { get; init; }

        /// <summary>Whether no output has the figure because nobody said that its rows are logits.</summary>
        public bool NeedsDistributions { get; init; }

        /// <summary>What the figure would be if nothing were lost.</summary>
        public double Best { get; init; } = 1;

        /// <summary>
        /// What is lost over what may be lost: at most 1 when the check passes, infinite when nothing may be lost or nothing is known.
        /// </summary>
        public double Violation
        {
            get
            {
                var (lost, allowed) = IsAtMost ? (Actual - Best, Threshold.Value - Best) : (Best - Actual, Best - Threshold.Value);
                return Passed ? allowed > 0 ? Math.Clamp(lost / allowed, 0, 1) : 0
                    : allowed > 0 && double.IsFinite(Actual) ? Math.Max(Math.BitIncrement(1.0), lost / allowed)
                    : double.PositiveInfinity;
            }
        }
    }

    public static IReadOnlyList<Check> Checks(OutputGateSpec gate, OutputsSummary outputs) =>
    [
        .. Of("r2", "R²", "CT4005", gate, gate.R2, each => each.R2, outputs, output => output.R2),
        .. Of("cosine", "cosine similarity", "CT4006", gate, gate.Cosine, each => each.Cosine, outputs, output => output.Cosine),
        .. Of("top1", "top-1 agreement", "CT4007", gate, gate.Top1, each => each.Top1, outputs, output => output.Top1 ?? output.Equal),
        .. gate.OnLabels.Select(threshold => OnLabels(threshold, outputs) with { NeedsDistributions = threshold.Figure == LabelFigure.Loss && !gate.Logits }),
    ];

    /// <summary>The outputs with values that cannot be compared, which fail whatever the thresholds.</summary>
    public static IReadOnlyList<OutputSummary> Incomparable(OutputsSummary outputs) => [.. outputs.Outputs.Where(output => output.Incomparable > 0)];

    /// <summary>Whether nothing is wrong with the outputs themselves; a threshold for a figure that no output has is wrong with the spec.</summary>
    public static bool Holds(OutputGateSpec gate, OutputsSummary outputs) =>
        outputs.Failure is null && Incomparable(outputs).Count == 0 && Checks(gate, outputs).All(check => check.Passed || check.Worst is null);

    private static Check OnLabels(LabelThreshold threshold, OutputsSummary outputs)
    {
        var (figure, of, isError) = threshold.Figure switch
        {
            LabelFigure.Accuracy => ("accuracy", (Func<LabelSummary, double?>)(summary => summary.Accuracy), false),
            LabelFigure.Loss => ("cross entropy", summary => summary.Loss, true),
            _ => ("root mean squared error", summary => summary.Rmse, true),
        };
        var output = outputs.Outputs.FirstOrDefault(candidate => candidate.Name == outputs.Labels?.Output);
        var (original, restored) = (outputs.Labels is null ? null : of(outputs.Labels.Original), outputs.Labels is null ? null : of(outputs.Labels.Restored));
        if (original is not { } before || restored is not { } after)
            return new(threshold.Key, figure, "CT4012", threshold.Threshold, null, double.NaN);
        return threshold.IsChange
            ? new(threshold.Key, $"{(isError ? "increase" : "drop")} of the {figure} against the original", "CT4012", threshold.Threshold, output,
                isError ? after - before : before - after)
            { IsAtMost = true, Best = 0 }
            : new(threshold.Key, figure, "CT4012", threshold.Threshold, output, after) { IsAtMost = isError, Best = before };
    }

    /// <summary>The threshold for all outputs that have none of their own, then those of their own.</summary>
    private static IEnumerable<Check> Of(string key, string figure, string code, OutputGateSpec gate, Threshold? threshold,
        Func<EachOutputSpec, Threshold?> own, OutputsSummary outputs, Func<OutputSummary, double?> value)
    {
        var each = gate.Each.Where(given => own(given) is not null).ToList();
        var others = outputs.Outputs.Where(output => OwnerOf(output) is null).ToList();
        if (threshold is not null && (others.Count > 0 || each.Count == 0))
            yield return Worst(key, threshold, others);
        foreach (var given in each)
            yield return Worst($"each.{given.Outputs.Pattern}.{key}", own(given)!, outputs.Outputs.Where(output => OwnerOf(output) == given));

        EachOutputSpec? OwnerOf(OutputSummary output) => each.FirstOrDefault(given => given.Outputs.IsMatch(output.Name));

        Check Worst(string name, Threshold limit, IEnumerable<OutputSummary> judged)
        {
            var all = judged.ToList();
            var worst = all.Where(output => value(output) is not null)
                .MinBy(output => double.IsNaN(value(output)!.Value) ? double.NegativeInfinity : value(output));
            return new(name, figure, code, limit, worst, worst is null ? double.NaN : value(worst)!.Value)
            {
                IsEmpty = all.Count > 0 && all.All(output => output.Values == 0),
            };
        }
    }
}
