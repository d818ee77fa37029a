using CompressTasks.Numerics;
using CompressTasks.Reporting;

namespace CompressTasks.Outputs;

/// <summary>Finds the weights that an output error comes from, by putting back original weights and looking at what error is left.</summary>
internal static class BlameSearch
{
    /// <summary>What a failed gate is worth.</summary>
    public static readonly BlameBudget Full = new(Trials: 48, Wanted: 3);

    /// <summary>For one look in passing.</summary>
    public static readonly BlameBudget Least = new(Trials: 14, Wanted: 1);

    /// <summary>Tries every weight alone if there are few, else groups, of which the worst is halved until the worst weights stand alone.</summary>
    /// <param name="weights">The weights that were coded with a loss.</param>
    /// <param name="baseline">The output error of the restored model.</param>
    /// <param name="errorWithOriginal">The output error that is left when these weights are the original ones.</param>
    /// <param name="budget">How much may be tried.</param>
    /// <returns>The weights that were tried alone, the largest share first.</returns>
    public static IReadOnlyList<BlameSummary> Rank(IReadOnlyList<string> weights, SquaredError baseline, Func<IReadOnlyList<string>,
        SquaredError> errorWithOriginal, BlameBudget budget)
    {
        var singles = new List<BlameSummary>();
        if (weights.Count <= budget.Trials)
        {
            foreach (var weight in weights)
                Try([weight]);
        }
        else
        {
            Halve();
        }

        return [.. singles.OrderByDescending(single => single.Share).ThenBy(single => single.Path, StringComparer.Ordinal)];

        void Halve()
        {
            var groups = new PriorityQueue<IReadOnlyList<string>, (double, int)>();
            groups.Enqueue(weights, default);
            var (trials, alone) = (0, 0);
            while (alone < budget.Wanted && groups.TryDequeue(out var group, out _))
            {
                if (group.Count == 1)
                {
                    alone++;
                    continue;
                }

                if (trials + 2 > budget.Trials)
                    return;
                var middle = group.Count / 2;
                foreach (IReadOnlyList<string> half in new[] { group.Take(middle).ToList(), group.Skip(middle).ToList() })
                    groups.Enqueue(half, (-Try(half), trials++));
            }
        }

        double Try(IReadOnlyList<string> group)
        {
            var error = errorWithOriginal(group);
            var share = Share(baseline.Residual, error.Residual);
            if (group.Count == 1)
                singles.Add(new(group[0], share, error.R2));
            return share;
        }
    }

    /// <summary>An error that is no number is larger than any: what makes it one takes all of the blame.</summary>
    private static double Share(double baseline, double left)
    {
        if (!double.IsFinite(baseline))
            return double.IsFinite(left) ? 1 : 0;
        return baseline == 0 ? 0 : double.IsFinite(left) ? (baseline - left) / baseline : double.NegativeInfinity;
    }
}

/// <summary>How far a search for the weights to blame goes.</summary>
/// <param name="Trials">
/// Each loads the model anew and runs it. A bound on trials, not on time, gives the same report on any machine.
/// </param>
/// <param name="Wanted">Weights that are looked for when not all can be tried.</param>
internal readonly record struct BlameBudget(int Trials, int Wanted);
