using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Coding.Quantization.Entropy;

namespace CompressTasks.Coding.Quantization.Trellis;

/// <summary>
/// The path through the trellis with the least squared error + λ · rate (A. J. Viterbi, 1967). One vector holds the costs of all eight states:
/// state d is reached from d/2 and from d/2 + 4.
/// </summary>
internal sealed class TrellisSearch
{
    private const float Unreachable = 1e30f;
    private const int RenormalizationPeriod = 16;

    private byte[] _decisions = [];
    private int[] _steps = [];

    /// <summary>The magnitude of a parity that is nearest to a value of so many whole steps and a bit.</summary>
    public static int MagnitudeNear(int steps, int quantizer, int parity)
    {
        var below = (int)(((uint)steps + (uint)quantizer) >> 1);
        return below + ((below ^ parity) & 1);
    }

    /// <summary>Chooses the indices of a lane.</summary>
    /// <param name="values">Finite values.</param>
    /// <param name="step">Δ.</param>
    /// <param name="classes">The scale class of every value.</param>
    /// <param name="rates">What the indices cost.</param>
    /// <param name="indices">Receives multiples of the step.</param>
    /// <param name="start">The state that the values before have led to; 0 at the start of a lane.</param>
    /// <returns>The state that the indices lead to.</returns>
    public int Search(ReadOnlySpan<double> values, double step, ReadOnlySpan<byte> classes, RateTable rates, Span<int> indices, int start = 0)
    {
        if (_decisions.Length < 2 * values.Length)
            (_decisions, _steps) = (new byte[2 * values.Length], new int[values.Length]);
        var end = Forward(values, step, classes, rates, start);
        Backward(values, end, indices);
        return end;
    }

    private int Forward(ReadOnlySpan<double> values, double step, ReadOnlySpan<byte> classes, RateTable rates, int start)
    {
        // How far the nearest magnitude of each (quantizer, parity) is below the whole number of steps, which depends on that number modulo 4.
        ReadOnlySpan<float> offsets = [0, -2, 1, -1, 1, -1, -2, 0, -2, 0, -1, 1, -1, 1, 0, -2];
        ref var offset = ref MemoryMarshal.GetReference(offsets);
        ref var near = ref rates.Near;
        ref var zero = ref rates.Zero;
        ref var decisions = ref MemoryMarshal.GetArrayDataReference(_decisions);
        ref var steps = ref MemoryMarshal.GetArrayDataReference(_steps);
        var costs = Vector256.Create(Unreachable).WithElement(start, 0f);
        for (var i = 0; i < values.Length; i++)
        {
            var magnitude = Math.Min(Math.Abs(values[i]) / step, IndexBound.LargestIndex - 4);
            var whole = (int)magnitude;
            var fraction = (float)(magnitude - whole);
            int scaleClass = classes[i];
            int context = Unsafe.Add(ref MemoryMarshal.GetReference(ScaleClass.ContextOf), scaleClass);
            int shift = Unsafe.Add(ref MemoryMarshal.GetReference(ScaleClass.ShiftOf), scaleClass);
            var difference = Vector128.Create(fraction) + Vector128.LoadUnsafe(ref offset, (nuint)(4 * (whole & 3)));
            var nearCost = (difference * difference) + Unsafe.Add(ref near, RateTable.Row(context) + RateTable.Position(whole, shift));
            var all = (float)magnitude;
            var zeroCost = Vector128.Create(all * all) + Unsafe.Add(ref zero, context);
            var isZero = Vector128.LessThan(zeroCost, nearCost);
            var branch = Vector128.ConditionalSelect(isZero, zeroCost, nearCost);

            var branches = Vector256.Create(branch, branch);
            var low = Vector256.Shuffle(costs, Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3))
                + Vector256.Shuffle(branches, Vector256.Create(0, 1, 3, 2, 1, 0, 2, 3));
            var high = Vector256.Shuffle(costs, Vector256.Create(4, 4, 5, 5, 6, 6, 7, 7))
                + Vector256.Shuffle(branches, Vector256.Create(1, 0, 2, 3, 0, 1, 3, 2));
            var isHigh = Vector256.LessThan(high, low);
            costs = Vector256.ConditionalSelect(isHigh, high, low);
            Unsafe.Add(ref decisions, 2 * i) = (byte)isHigh.ExtractMostSignificantBits();
            Unsafe.Add(ref decisions, (2 * i) + 1) = (byte)isZero.ExtractMostSignificantBits();
            Unsafe.Add(ref steps, i) = whole;
            if (i % RenormalizationPeriod == RenormalizationPeriod - 1)
                costs -= Vector256.Shuffle(costs, Vector256<int>.Zero);
        }

        var best = 0;
        for (var state = 1; state < TrellisCode.States; state++)
        {
            if (costs[state] < costs[best])
                best = state;
        }

        return best;
    }

    private void Backward(ReadOnlySpan<double> values, int state, Span<int> indices)
    {
        // The parity that leads to a state from the lower of its two predecessors.
        const int lowParities = 0b10010110;
        for (var i = values.Length - 1; i >= 0; i--)
        {
            var isHigh = (_decisions[2 * i] >> state) & 1;
            var parity = ((lowParities >> state) & 1) ^ isHigh;
            state = (state >> 1) + (4 * isHigh);
            var quantizer = state & 1;
            var isZero = (_decisions[(2 * i) + 1] >> ((2 * quantizer) + parity)) & 1;
            var magnitude = isZero != 0 ? 0 : MagnitudeNear(_steps[i], quantizer, parity);
            var distance = (int)TrellisCode.Distance((uint)magnitude, (uint)quantizer);
            indices[i] = values[i] < 0 ? -distance : distance;
        }
    }
}
