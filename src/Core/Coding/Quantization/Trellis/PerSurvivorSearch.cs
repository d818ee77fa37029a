using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.Quantization.Feedback;

namespace CompressTasks.Coding.Quantization.Trellis;

/// <summary>
/// The path through the trellis with the least squared error where what a value leaves changes what later ones aim at: each of the eight paths that
/// survive carries what its own values leave (per-survivor processing: Raheli, Polydoros, Tzou 1995). One vector holds a number for each state.
/// </summary>
internal sealed class PerSurvivorSearch
{
    private const float Unreachable = 1e30f;

    /// <summary>The states that go on to state d: d/2 with one parity, d/2 + 4 with the other.</summary>
    private static readonly Vector256<int> _low = Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3);
    private static readonly Vector256<int> _high = Vector256.Create(4, 4, 5, 5, 6, 6, 7, 7);

    /// <summary>Where the parity that leads on from d/2 is odd.</summary>
    private static readonly Vector256<float> _isLowOdd = Vector256.Create(0, -1, -1, 0, -1, 0, 0, -1).AsSingle();

    /// <summary>
    /// The smallest distances of each state's quantizer, of even and odd parity, from which on every fourth is one; quantizer 1 has 0 too.
    /// </summary>
    private static readonly Vector256<float> _leastEven = Vector256.Create(0f, 3, 0, 3, 0, 3, 0, 3);
    private static readonly Vector256<float> _leastOdd = Vector256.Create(2f, 1, 2, 1, 2, 1, 2, 1);
    private static readonly Vector256<float> _hasZeroToo = Vector256.Create(0, -1, 0, -1, 0, -1, 0, -1).AsSingle();

    private Vector256<float>[] _rests = [];
    private Vector256<float>[] _chosen = [];
    private byte[] _decisions = [];

    /// <summary>Chooses the indices of consecutive columns of a row.</summary>
    /// <param name="first">The first column.</param>
    /// <param name="aims">What the columns aim at, as far as columns before the first one have to do with it.</param>
    /// <param name="targets">What they aim at without regard to other columns of the row: what a column leaves is measured from there.</param>
    /// <param name="couplings">What else they make up for; all columns are of one run.</param>
    /// <param name="step">Δ.</param>
    /// <param name="indices">Receives multiples of the step.</param>
    /// <param name="start">The state that the values before have led to.</param>
    public void Search(int first, ReadOnlySpan<double> aims, ReadOnlySpan<double> targets, ColumnCouplings couplings, double step, Span<int> indices,
        int start)
    {
        if (_rests.Length < aims.Length)
            (_rests, _chosen, _decisions) = (new Vector256<float>[aims.Length], new Vector256<float>[aims.Length], new byte[aims.Length]);
        var state = Forward(first, aims, targets, couplings, step, start);
        for (var i = aims.Length - 1; i >= 0; i--)
        {
            indices[i] = (int)_chosen[i][state];
            state = (state >> 1) + (4 * ((_decisions[i] >> state) & 1));
        }
    }

    private int Forward(int first, ReadOnlySpan<double> aims, ReadOnlySpan<double> targets, ColumnCouplings couplings, double step, int start)
    {
        ref var rests = ref MemoryMarshal.GetArrayDataReference(_rests);
        var sign = Vector256.Create(-0f);
        var bound = Vector256.Create((float)(IndexBound.LargestIndex - 4));
        var costs = Vector256.Create(Unreachable).WithElement(start, 0f);
        var from = Vector256<int>.Zero;
        for (var i = 0; i < aims.Length; i++)
        {
            // What is left belongs to the paths that survive the value before.
            var aim = Vector256.Create((float)(aims[i] / step));
            ref var coupling = ref MemoryMarshal.GetReference(couplings.Of(first + i, first, first + i));
            for (var j = 0; j < i; j++)
            {
                ref var rest = ref Unsafe.Add(ref rests, j);
                if (j < i - 1)
                    rest = Vector256.Shuffle(rest, from);
                aim += rest * Vector256.Create((float)Unsafe.Add(ref coupling, j));
            }

            var magnitude = Vector256.Min(Vector256.AndNot(aim, sign), bound);
            var isNearZero = Vector256.LessThan(magnitude, Vector256.Create(1.5f)) & _hasZeroToo;
            var even = Vector256.AndNot(Nearest(magnitude, _leastEven), isNearZero);
            var odd = Nearest(magnitude, _leastOdd);
            var evenCosts = costs + ((magnitude - even) * (magnitude - even));
            var oddCosts = costs + ((magnitude - odd) * (magnitude - odd));
            var low = Vector256.ConditionalSelect(_isLowOdd, Vector256.Shuffle(oddCosts, _low), Vector256.Shuffle(evenCosts, _low));
            var high = Vector256.ConditionalSelect(_isLowOdd, Vector256.Shuffle(evenCosts, _high), Vector256.Shuffle(oddCosts, _high));
            var isHigh = Vector256.LessThan(high, low);
            costs = Vector256.ConditionalSelect(isHigh, high, low);
            from = Vector256.ConditionalSelect(isHigh.AsInt32(), _high, _low);
            var signs = aim & sign;
            var chosen = Vector256.ConditionalSelect(_isLowOdd ^ isHigh, Vector256.Shuffle(odd | signs, from), Vector256.Shuffle(even | signs, from));
            Unsafe.Add(ref rests, i) = Vector256.Create((float)(targets[i] / step)) - chosen;
            _chosen[i] = chosen;
            _decisions[i] = (byte)isHigh.ExtractMostSignificantBits();
        }

        var best = 0;
        for (var state = 1; state < TrellisCode.States; state++)
        {
            if (costs[state] < costs[best])
                best = state;
        }

        return best;
    }

    /// <summary>The nearest of least, least + 4, least + 8, …</summary>
    private static Vector256<float> Nearest(Vector256<float> magnitude, Vector256<float> least)
    {
        var fours = Vector256.Floor(((magnitude - least) * 0.25f) + Vector256.Create(0.5f));
        return least + (Vector256.Max(fours, Vector256<float>.Zero) * 4f);
    }
}
