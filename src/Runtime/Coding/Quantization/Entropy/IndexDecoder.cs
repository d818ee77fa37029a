using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CompressTasks.Coding.Quantization.Trellis;
using CompressTasks.IO;

namespace CompressTasks.Coding.Quantization.Entropy;

/// <summary>Decodes a stream of indices: asymmetric numeral systems (J. Duda, 2009) with 64 bits of state, 32 bits at a time.</summary>
internal static class IndexDecoder
{
    /// <summary>With more low bits set apart than these, a magnitude below the escape may be out of range.</summary>
    private const int LargestShiftInRange = 26;

    /// <summary>Decodes a stream.</summary>
    /// <param name="stream">What <c>IndexEncoder</c> wrote.</param>
    /// <param name="classes">The scale class of every index.</param>
    /// <param name="indices">Multiples of the step.</param>
    /// <exception cref="InvalidDataException">The stream is damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> stream, ReadOnlySpan<byte> classes, Span<int> indices)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(classes.Length, indices.Length);
        if (indices.IsEmpty)
            return;
        var read = DecodeLanes(stream, classes, indices, ref MemoryMarshal.GetArrayDataReference(ClassEntry.Table), ref Activity.LevelOfZero,
            out var largest);
        if (largest > IndexBound.LargestMagnitude)
            throw ChunkReader.Corrupt("an index is out of range");
        if (read < stream.Length)
            throw ChunkReader.Corrupt($"{stream.Length - read} bytes of a stream are left over");
    }

    // The lanes are not unrolled: that would be four times the code to compile at the first load, and a processor overlaps them as it is.
    // Nor is this a type with a span in it: what is compiled ahead of time leaves such types out.
    private static int DecodeLanes(ReadOnlySpan<byte> words, ReadOnlySpan<byte> classes, Span<int> indices, ref ClassEntry entries, ref byte levels,
        out uint largest)
    {
        largest = 0;
        var position = 0;
        Span<ushort> allBounds = stackalloc ushort[StreamLayout.MostLanes * 32];
        Span<Lane> allLanes = stackalloc Lane[StreamLayout.MostLanes];
        var lanes = StreamLayout.Lanes(indices.Length);
        for (var l = 0; l < lanes; l++)
        {
            allBounds[32 * l] = 1 << MagnitudeModels.ProbabilityBits;
            ulong high = WordAt(words, position);
            ulong low = WordAt(words, position + sizeof(uint));
            position += 2 * sizeof(uint);
            allLanes[l] = new() { State = (high << 32) | low, Last = Activity.Neutral, BeforeLast = Activity.Neutral };
        }

        var length = StreamLayout.LaneLength(indices.Length);
        var models = new MagnitudeModels().Tables;
        ref var firstLane = ref MemoryMarshal.GetReference(allLanes);
        ref var firstBounds = ref MemoryMarshal.GetReference(allBounds);
        ref var firstClass = ref MemoryMarshal.GetReference(classes);
        ref var firstIndex = ref MemoryMarshal.GetReference(indices);
        for (var i = 0; i < length; i++)
        {
            // All lanes but the last are of the same length; the last one is at most three shorter.
            var at = i;
            for (var l = 0; l < lanes && at < indices.Length; l++, at += length)
            {
                ref var lane = ref Unsafe.Add(ref firstLane, l);
                var entry = Unsafe.Add(ref entries, Unsafe.Add(ref firstClass, at));
                var (state, trellis, last) = (lane.State, lane.Trellis, lane.Last);
                var quantizer = TrellisCode.Quantizer(trellis);
                var first = MagnitudeModels.ByScale(entry.Context, (int)quantizer);
                var second = MagnitudeModels.ByActivity(entry.Context, (int)quantizer, Unsafe.Add(ref levels, (2 * last) + lane.BeforeLast));
                var number = (uint)state & ((1u << MagnitudeModels.ProbabilityBits) - 1);
                var magnitude = (uint)models.Decode(first, second, (int)number, ref Unsafe.Add(ref firstBounds, 32 * l), out var start,
                    out var frequency);
                state = (frequency * (state >> MagnitudeModels.ProbabilityBits)) + number - start;

                uint negative;
                int shift = entry.Shift;
                if (magnitude == MagnitudeModels.Escape || shift > LargestShiftInRange)
                {
                    // Copies, so that what is used in every turn can stay in registers.
                    var (before, place) = (state, position);
                    magnitude = Rest(words, ref place, ref before, magnitude, shift, ref largest, out var isNegative);
                    (state, position, negative) = (before, place, isNegative);
                }
                else
                {
                    if (shift != 0)
                    {
                        if (state <= uint.MaxValue)
                            (state, position) = ((state << 32) | WordAt(words, position), position + sizeof(uint));
                        magnitude = (magnitude << shift) + ((uint)state & ((1u << shift) - 1));
                        state >>= shift;
                        if (state <= uint.MaxValue)
                            (state, position) = ((state << 32) | WordAt(words, position), position + sizeof(uint));
                    }

                    var signs = magnitude != 0 ? 1 : 0;
                    negative = (uint)state & (uint)signs;
                    state >>= signs;
                    if (state <= uint.MaxValue)
                        (state, position) = ((state << 32) | WordAt(words, position), position + sizeof(uint));
                }

                var distance = TrellisCode.Distance(magnitude, quantizer);
                lane.State = state;
                lane.Trellis = TrellisCode.Next(trellis, magnitude);
                lane.BeforeLast = last;
                lane.Last = Activity.Of(distance, entry.Reciprocal);
                Unsafe.Add(ref firstIndex, at) = (int)((distance ^ (0 - negative)) + negative);
            }
        }

        return position;
    }

    /// <summary>
    /// What follows the symbol of a magnitude that is large: an Elias gamma code of what is beyond the models, the low bits, the sign.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint Rest(ReadOnlySpan<byte> words, ref int position, ref ulong state, uint symbol, int shift, ref uint largest, out uint negative)
    {
        Refill(words, ref position, ref state);
        ulong magnitude = symbol;
        if (symbol == MagnitudeModels.Escape)
        {
            var digits = Math.Min(BitOperations.TrailingZeroCount((uint)state), 30);
            TakeBits(words, ref position, ref state, digits + 1);
            magnitude += (1u << digits) - 1 + TakeBits(words, ref position, ref state, digits);
        }

        magnitude = (magnitude << shift) + TakeBits(words, ref position, ref state, shift);
        negative = magnitude != 0 ? TakeBits(words, ref position, ref state, 1) : 0;
        largest = Math.Max(largest, (uint)Math.Min(magnitude, uint.MaxValue));
        return (uint)Math.Min(magnitude, IndexBound.LargestMagnitude);
    }

    private static uint TakeBits(ReadOnlySpan<byte> words, ref int position, ref ulong state, int count)
    {
        var bits = (uint)(state & ((1UL << count) - 1));
        state >>= count;
        Refill(words, ref position, ref state);
        return bits;
    }

    private static void Refill(ReadOnlySpan<byte> words, ref int position, ref ulong state)
    {
        if (state > uint.MaxValue)
            return;
        state = (state << 32) | WordAt(words, position);
        position += sizeof(uint);
    }

    /// <summary>A word of a stream, 0 behind its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint WordAt(ReadOnlySpan<byte> words, int position) =>
        position + sizeof(uint) <= words.Length ? BinaryPrimitives.ReadUInt32LittleEndian(words[position..]) : 0;

    private struct Lane
    {
        public ulong State;
        public uint Trellis;
        public uint Last;
        public uint BeforeLast;
    }
}
