using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CompressTasks.Coding.Trellis;
using CompressTasks.Stages;

namespace CompressTasks.Coding.Entropy;

/// <summary>Decodes a stream of indices: asymmetric numeral systems (J. Duda, 2009) with 64 bits of state, 32 bits at a time.</summary>
internal ref struct IndexDecoder
{
    private readonly ReadOnlySpan<byte> _words;
    private readonly MagnitudeModels _models = new();
    private uint _largest;
    private int _position;

    private IndexDecoder(ReadOnlySpan<byte> stream) => _words = stream;

    /// <summary>Decodes a stream.</summary>
    /// <param name="stream">What <see cref="IndexEncoder"/> wrote.</param>
    /// <param name="classes">The scale class of every index.</param>
    /// <param name="indices">Multiples of the step.</param>
    /// <exception cref="InvalidDataException">The stream is damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> stream, ReadOnlySpan<byte> classes, Span<int> indices)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(classes.Length, indices.Length);
        if (indices.IsEmpty)
            return;
        var decoder = new IndexDecoder(stream);
        if (StreamLayout.Lanes(indices.Length) == 1)
            decoder.DecodeOneLane(classes, indices);
        else
            decoder.DecodeFourLanes(classes, indices);
        if (decoder._largest > IndexBound.LargestMagnitude)
            throw ChunkReader.Corrupt("an index is out of range");
        if (decoder._position < stream.Length)
            throw ChunkReader.Corrupt($"{stream.Length - decoder._position} bytes of a stream are left over");
    }

    private void DecodeOneLane(ReadOnlySpan<byte> classes, Span<int> indices)
    {
        Span<ushort> bounds = stackalloc ushort[17];
        bounds[0] = 1 << MagnitudeModels.ProbabilityBits;
        ref var b = ref MemoryMarshal.GetReference(bounds);
        var models = _models.Tables;
        var (state, trellis, last, beforeLast) = (NextState(), 0u, Activity.Neutral, Activity.Neutral);
        for (var i = 0; i < indices.Length; i++)
            indices[i] = Next(ref state, ref trellis, ref last, ref beforeLast, classes[i], models, ref b);
    }

    private void DecodeFourLanes(ReadOnlySpan<byte> classes, Span<int> indices)
    {
        Span<ushort> bounds = stackalloc ushort[4 * 32];
        for (var i = 0; i < 4; i++)
            bounds[32 * i] = 1 << MagnitudeModels.ProbabilityBits;
        ref var b0 = ref bounds[0];
        ref var b1 = ref bounds[32];
        ref var b2 = ref bounds[64];
        ref var b3 = ref bounds[96];
        var models = _models.Tables;
        var (state0, trellis0, last0, beforeLast0) = (NextState(), 0u, Activity.Neutral, Activity.Neutral);
        var (state1, trellis1, last1, beforeLast1) = (NextState(), 0u, Activity.Neutral, Activity.Neutral);
        var (state2, trellis2, last2, beforeLast2) = (NextState(), 0u, Activity.Neutral, Activity.Neutral);
        var (state3, trellis3, last3, beforeLast3) = (NextState(), 0u, Activity.Neutral, Activity.Neutral);

        // All lanes but the last have this length; the last one is at most three shorter.
        var length = StreamLayout.LaneLength(indices.Length);
        ref var c = ref MemoryMarshal.GetReference(classes);
        ref var k = ref MemoryMarshal.GetReference(indices);
        for (var i = 0; i < length; i++)
        {
            Unsafe.Add(ref k, i) = Next(ref state0, ref trellis0, ref last0, ref beforeLast0, Unsafe.Add(ref c, i), models, ref b0);
            var at = i + length;
            Unsafe.Add(ref k, at) = Next(ref state1, ref trellis1, ref last1, ref beforeLast1, Unsafe.Add(ref c, at), models, ref b1);
            at += length;
            Unsafe.Add(ref k, at) = Next(ref state2, ref trellis2, ref last2, ref beforeLast2, Unsafe.Add(ref c, at), models, ref b2);
            at += length;
            if (at < indices.Length)
                Unsafe.Add(ref k, at) = Next(ref state3, ref trellis3, ref last3, ref beforeLast3, Unsafe.Add(ref c, at), models, ref b3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Next(
        ref ulong state, ref uint trellis, ref uint last, ref uint beforeLast, int scaleClass, MagnitudeModels.Reference models, ref ushort bounds)
    {
        var quantizer = TrellisCode.Quantizer(trellis);
        int context = Unsafe.Add(ref MemoryMarshal.GetReference(ScaleClass.ContextOf), scaleClass);
        int shift = Unsafe.Add(ref MemoryMarshal.GetReference(ScaleClass.ShiftOf), scaleClass);
        var first = MagnitudeModels.ByScale(context, (int)quantizer);
        var second = MagnitudeModels.ByActivity(context, (int)quantizer, Activity.Level(last, beforeLast));
        var number = (uint)state & ((1u << MagnitudeModels.ProbabilityBits) - 1);
        var magnitude = (uint)models.Decode(first, second, (int)number, ref bounds, out var start, out var frequency);
        var next = (frequency * (state >> MagnitudeModels.ProbabilityBits)) + number - start;
        uint negative;
        if (shift != 0 || magnitude == MagnitudeModels.Escape)
        {
            magnitude = Rest(next, magnitude, shift, out negative, out state);
        }
        else
        {
            var nonzero = magnitude != 0 ? 1u : 0;
            negative = (uint)next & nonzero;
            next >>= (int)nonzero;
            if (next <= uint.MaxValue)
                next = (next << 32) | NextWord();
            state = next;
        }

        var distance = TrellisCode.Distance(magnitude, quantizer);
        trellis = TrellisCode.Next(trellis, magnitude);
        beforeLast = last;
        last = Activity.Of(distance, scaleClass);
        return (int)((distance ^ (0 - negative)) + negative);
    }

    /// <summary>What follows the symbol of a magnitude that is large: an Elias gamma code of what is beyond the models, the low bits, the sign.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private uint Rest(ulong state, uint symbol, int shift, out uint negative, out ulong next)
    {
        Refill(ref state);
        ulong magnitude = symbol;
        if (symbol == MagnitudeModels.Escape)
        {
            var digits = Math.Min(BitOperations.TrailingZeroCount((uint)state), 30);
            TakeBits(ref state, digits + 1);
            magnitude += (1u << digits) - 1 + TakeBits(ref state, digits);
        }

        magnitude = (magnitude << shift) + TakeBits(ref state, shift);
        negative = magnitude != 0 ? TakeBits(ref state, 1) : 0;
        next = state;
        _largest = Math.Max(_largest, (uint)Math.Min(magnitude, uint.MaxValue));
        return (uint)Math.Min(magnitude, IndexBound.LargestMagnitude);
    }

    private uint TakeBits(ref ulong state, int count)
    {
        var bits = (uint)(state & ((1UL << count) - 1));
        state >>= count;
        Refill(ref state);
        return bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Refill(ref ulong state)
    {
        if (state <= uint.MaxValue)
            state = (state << 32) | NextWord();
    }

    private ulong NextState()
    {
        ulong high = NextWord();
        return (high << 32) | NextWord();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint NextWord()
    {
        var position = _position;
        _position = position + sizeof(uint);
        if (position + sizeof(uint) <= _words.Length)
            return BinaryPrimitives.ReadUInt32LittleEndian(_words[position..]);
        return 0;
    }
}
