using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CompressTasks.Coding.RangeCoding;

/// <summary>
/// The probability that the next bit is one, learnt from the bits before: the first ones count as in the Krichevsky–Trofimov
/// estimator (a step of 1/(n+2) after n bits), from <c>limit</c> bits on the steps stay constant, so that it forgets.
/// </summary>
internal struct AdaptiveBit
{
    /// <summary>The largest number of bits that are counted.</summary>
    public const int LargestLimit = (1 << CountBits) - 1;

    private const int CountBits = 10;
    private const int ProbabilityBits = 32 - CountBits;
    private const uint One = 1u << ProbabilityBits;

    private static readonly ushort[] _steps = Steps();

    private uint _state;

    /// <summary>The state before the first bit: both values are equally likely.</summary>
    public static AdaptiveBit Unknown => new() { _state = (One / 2) << CountBits };

    /// <summary>So many bits in that state. By a loop: to fill an array of a type of one's own has to be compiled at an app's start.</summary>
    public static AdaptiveBit[] UnknownBits(int count)
    {
        var bits = new AdaptiveBit[count];
        for (var i = 0; i < bits.Length; i++)
            bits[i] = Unknown;
        return bits;
    }

    /// <summary>The probability of a one in units of 2^-16, from 1 to 65535.</summary>
    public readonly uint Probability
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Math.Max(_state >> (32 - RangeEncoder.ProbabilityBits), 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update(uint bit, uint limit)
    {
        var probability = _state >> CountBits;
        var count = _state & LargestLimit;
        ulong step = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_steps), count);
        if (bit != 0)
            probability += (uint)(((One - probability) * step) >> 16);
        else
            probability -= (uint)((probability * step) >> 16);
        _state = (probability << CountBits) | (count < limit ? count + 1 : count);
    }

    private static ushort[] Steps()
    {
        var steps = new ushort[LargestLimit + 1];
        for (var n = 0; n < steps.Length; n++)
            steps[n] = (ushort)(65536 / (n + 2));
        return steps;
    }
}
