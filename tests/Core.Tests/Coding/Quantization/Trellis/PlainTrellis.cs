using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.Quantization.Trellis;

namespace CompressTasks.Core.Tests.Coding.Quantization.Trellis;

/// <summary>The trellis written out: what each step costs, all paths, and the search of one state after the other.</summary>
internal static class PlainTrellis
{
    /// <summary>The state after a state and the parity of a magnitude.</summary>
    public static readonly int[,] Next = { { 0, 1 }, { 3, 2 }, { 5, 4 }, { 6, 7 }, { 1, 0 }, { 2, 3 }, { 4, 5 }, { 7, 6 } };

    /// <summary>The magnitudes to choose from in a state, with the cost of each: zero and the nearest of either parity.</summary>
    public static IEnumerable<(int Magnitude, float Cost)> Choices(double value, byte scaleClass, int state, RateTable rates)
    {
        var quantizer = state % 2;
        var steps = (int)Math.Abs(value);
        var fraction = (float)(Math.Abs(value) - steps);
        int context = ScaleClass.ContextOf[scaleClass];
        foreach (var parity in new[] { 0, 1 })
        {
            var near = Enumerable.Range(quantizer, steps + 4).Where(m => m % 2 == parity && Math.Abs(Distance(m, quantizer) - steps) <= 2).ToArray();
            if (near.Length == 0)
                continue;
            var magnitude = near.MinBy(m => Math.Abs(Distance(m, quantizer) - Math.Abs(value)));
            var difference = fraction + (steps - Distance(magnitude, quantizer));
            yield return (magnitude, (difference * difference)
                + rates.NearCost(context, steps, ScaleClass.ShiftOf[scaleClass])[(2 * quantizer) + parity]);
        }

        var whole = (float)Math.Abs(value);
        yield return (0, (whole * whole) + rates.ZeroCost(context)[2 * quantizer]);
    }

    /// <summary>How many steps from zero a magnitude lies.</summary>
    public static int Distance(int magnitude, int quantizer) => magnitude == 0 ? 0 : (2 * magnitude) - quantizer;

    /// <summary>The least cost of all paths.</summary>
    public static double Cheapest(ReadOnlySpan<double> values, ReadOnlySpan<byte> classes, RateTable rates, int state = 0)
    {
        if (values.IsEmpty)
            return 0;
        var best = double.PositiveInfinity;
        foreach (var (magnitude, cost) in Choices(values[0], classes[0], state, rates))
            best = Math.Min(best, cost + Cheapest(values[1..], classes[1..], rates, Next[state, magnitude % 2]));
        return best;
    }

    /// <summary>What a path costs, with every index where its state allows it.</summary>
    public static double CostOf(ReadOnlySpan<int> indices, ReadOnlySpan<double> values, ReadOnlySpan<byte> classes, RateTable rates)
    {
        var (state, total) = (0, 0.0);
        for (var i = 0; i < values.Length; i++)
        {
            var magnitude = (Math.Abs(indices[i]) + 1) / 2;
            Math.Abs(indices[i]).ShouldBe(Distance(magnitude, state % 2));
            if (indices[i] != 0)
                Math.Sign(indices[i]).ShouldBe(Math.Sign(values[i]));
            total += Choices(values[i], classes[i], state, rates).Where(choice => choice.Magnitude == magnitude).Min(choice => choice.Cost);
            state = Next[state, magnitude % 2];
        }

        return total;
    }
}
