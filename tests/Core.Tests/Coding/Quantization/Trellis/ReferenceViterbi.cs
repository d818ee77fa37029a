using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.Quantization.Trellis;
using static CompressTasks.Core.Tests.Coding.Quantization.Trellis.PlainTrellis;

namespace CompressTasks.Core.Tests.Coding.Quantization.Trellis;

/// <summary>
/// The search of the trellis one state after the other, with nothing in parallel and nothing from tables: the indices have to be the same, bit for
/// bit.
/// </summary>
internal static class ReferenceViterbi
{
    public static int[] Indices(double[] values, double step, byte[] classes, RateTable rates, int start = 0)
    {
        var costs = Enumerable.Range(0, 8).Select(state => state == start ? 0f : 1e30f).ToArray();
        var cameFrom = new (int State, int Magnitude)[values.Length, 8];
        for (var i = 0; i < values.Length; i++)
        {
            var after = Enumerable.Repeat(float.PositiveInfinity, 8).ToArray();
            for (var state = 0; state < 8; state++)
            {
                for (var parity = 0; parity < 2; parity++)
                {
                    var (magnitude, cost) = Best(Math.Abs(values[i]) / step, classes[i], state % 2, parity, rates);
                    var to = Next[state, parity];

                    // Of equal paths the one through the lower state stays.
                    if (costs[state] + cost < after[to])
                        (after[to], cameFrom[i, to]) = (costs[state] + cost, (state, magnitude));
                }
            }

            // A float32 holds differences of costs only while these are small.
            costs = i % 16 == 15 ? [.. after.Select(cost => cost - after[0])] : after;
        }

        var last = Array.IndexOf(costs, costs.Min());
        var indices = new int[values.Length];
        for (var i = values.Length - 1; i >= 0; i--)
        {
            var (state, magnitude) = cameFrom[i, last];
            indices[i] = Distance(magnitude, state % 2) * (values[i] < 0 ? -1 : 1);
            last = state;
        }

        return indices;
    }

    /// <summary>The magnitude of a parity that is cheaper: the nearest one or zero.</summary>
    private static (int Magnitude, float Cost) Best(double target, byte scaleClass, int quantizer, int parity, RateTable rates)
    {
        target = Math.Min(target, IndexBound.LargestIndex - 4);
        var whole = (int)target;
        var fraction = (float)(target - whole);
        int context = ScaleClass.ContextOf[scaleClass];
        var best = (Magnitude: 0, Cost: float.PositiveInfinity);

        // The nearest of a parity is at most two steps from the whole number, and not beyond the next value by more than that.
        for (var magnitude = Math.Max((whole / 2) - 2, 1); magnitude <= (whole / 2) + 2; magnitude++)
        {
            var below = whole - Distance(magnitude, quantizer);
            if (magnitude % 2 != parity || below is < -2 or > 1)
                continue;
            var difference = fraction + below;
            best = (magnitude, (difference * difference) + rates.NearCost(context, whole, ScaleClass.ShiftOf[scaleClass])[(2 * quantizer) + parity]);
        }

        var all = (float)target;
        var ofZero = (all * all) + rates.ZeroCost(context)[2 * quantizer];
        return parity == 0 && ofZero < best.Cost ? (0, ofZero) : best;
    }
}
