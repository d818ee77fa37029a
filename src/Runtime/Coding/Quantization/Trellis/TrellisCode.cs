using System.Runtime.CompilerServices;

namespace CompressTasks.Coding.Quantization.Trellis;

/// <summary>
/// Dependent quantization with eight states. Quantizer 0 has the values 2kΔ, quantizer 1 the values (2k − sgn k)Δ; the parity of k leads to the
/// next state, and the odd states use quantizer 1.
/// </summary>
internal static class TrellisCode
{
    public const int States = 8;

    // Four bits for each state and parity: {0,1},{3,2},{5,4},{6,7},{1,0},{2,3},{4,5},{7,6}.
    private const ulong Transitions = 0x67_54_32_01_76_45_23_10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Next(uint state, uint magnitude) => (uint)(Transitions >> (int)(4 * ((2 * state) + (magnitude & 1)))) & 7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Quantizer(uint state) => state & 1;

    /// <summary>|value| / Δ of a magnitude |k|. Without a branch: whether a magnitude is zero is what nobody can foretell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Distance(uint magnitude, uint quantizer) => (2 * magnitude) - (quantizer & ((0 - magnitude) >> 31));
}
