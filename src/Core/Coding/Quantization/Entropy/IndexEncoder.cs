using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using CompressTasks.Coding.Quantization.Trellis;

namespace CompressTasks.Coding.Quantization.Entropy;

/// <summary>
/// Encodes a stream of indices for <see cref="IndexDecoder"/>. Asymmetric numeral systems run backwards: models learn from the first index to the
/// last, the numbers are then coded from the last to the first.
/// </summary>
internal static class IndexEncoder
{
    private const ulong LowestState = 1UL << 32;

    /// <summary>Encodes a stream.</summary>
    /// <param name="indices">Multiples of the step that lie on the trellis, every lane starting in state 0.</param>
    /// <param name="classes">Their scale classes.</param>
    public static ReadOnlyMemory<byte> Encode(ReadOnlySpan<int> indices, ReadOnlySpan<byte> classes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(classes.Length, indices.Length);
        if (indices.IsEmpty)
            return default;
        // A weight of 1 GB has a thousand streams: new arrays for each would be gigabytes of garbage.
        var rented = ArrayPool<uint>.Shared.Rent(indices.Length);
        try
        {
            var intervals = rented.AsSpan(0, indices.Length);
            Model(indices, classes, intervals);
            return Code(indices, classes, intervals);
        }
        finally
        {
            ArrayPool<uint>.Shared.Return(rented);
        }
    }

    private static unsafe void Model(ReadOnlySpan<int> indices, ReadOnlySpan<byte> classes, Span<uint> intervals)
    {
        var models = MagnitudeModels.Fresh;
        var bounds = stackalloc ushort[MagnitudeModels.Bounds];
        bounds[0] = 1 << MagnitudeModels.ProbabilityBits;
        var lanes = StreamLayout.Lanes(indices.Length);
        var length = StreamLayout.LaneLength(indices.Length);
        Span<uint> trellis = stackalloc uint[StreamLayout.MostLanes];
        trellis.Clear();
        Span<uint> last = stackalloc uint[StreamLayout.MostLanes];
        last.Fill(Activity.Neutral);
        Span<uint> beforeLast = stackalloc uint[StreamLayout.MostLanes];
        beforeLast.Fill(Activity.Neutral);
        for (var i = 0; i < length; i++)
        {
            for (var lane = 0; lane < lanes; lane++)
            {
                var at = i + (lane * length);
                if (at >= indices.Length)
                    break;
                var quantizer = TrellisCode.Quantizer(trellis[lane]);
                var distance = (uint)Math.Abs(indices[at]);
                var magnitude = (distance + 1) >> 1;
                int scaleClass = classes[at];
                int context = ScaleClass.ContextOf[scaleClass];
                var first = MagnitudeModels.ByScale(context, (int)quantizer);
                var second = MagnitudeModels.ByActivity(context, (int)quantizer, Activity.Level(last[lane], beforeLast[lane]));
                var symbol = Math.Min(magnitude >> ScaleClass.ShiftOf[scaleClass], MagnitudeModels.Escape);
                MagnitudeModels.Encode(&models, (uint)first, (uint)second, symbol, bounds, out var start, out var frequency);
                intervals[at] = (start << 16) | frequency;
                trellis[lane] = TrellisCode.Next(trellis[lane], magnitude);
                var reciprocal = Activity.ReciprocalOf[scaleClass];
                (beforeLast[lane], last[lane]) = (last[lane], Activity.Of(distance, reciprocal, Activity.OffsetOf(reciprocal)));
            }
        }
    }

    private static byte[] Code(ReadOnlySpan<int> indices, ReadOnlySpan<byte> classes, ReadOnlySpan<uint> intervals)
    {
        var lanes = StreamLayout.Lanes(indices.Length);
        var length = StreamLayout.LaneLength(indices.Length);
        using var output = new BackwardWords(indices.Length);
        Span<ulong> states = stackalloc ulong[StreamLayout.MostLanes];
        states.Fill(LowestState);
        for (var i = length - 1; i >= 0; i--)
        {
            for (var lane = lanes - 1; lane >= 0; lane--)
            {
                var at = i + (lane * length);
                if (at >= indices.Length)
                    continue;
                var distance = (uint)Math.Abs(indices[at]);
                var magnitude = (distance + 1) >> 1;
                var sign = indices[at] < 0 ? 1u : 0;
                var (start, frequency) = (intervals[at] >> 16, intervals[at] & 0xFFFF);
                var shift = ScaleClass.ShiftOf[classes[at]];
                var state = states[lane];
                if (shift == 0 && magnitude < MagnitudeModels.Escape)
                {
                    var signs = magnitude == 0 ? 0 : 1;
                    if (state >= (ulong)frequency << (64 - MagnitudeModels.ProbabilityBits - signs))
                        state = output.Flush(state);
                    state = (state << signs) | sign;
                }
                else
                {
                    state = Rest(state, magnitude, sign, shift, output);
                    if (state >= (ulong)frequency << (64 - MagnitudeModels.ProbabilityBits))
                        state = output.Flush(state);
                }

                var (quotient, remainder) = Math.DivRem(state, frequency);
                states[lane] = (quotient << MagnitudeModels.ProbabilityBits) + remainder + start;
            }
        }

        for (var lane = lanes - 1; lane >= 0; lane--)
            output.Flush(output.Flush(states[lane]));
        return output.Written.ToArray();
    }

    /// <summary>Sign, low bits, Elias gamma code: the reverse of the order in which they are decoded.</summary>
    private static ulong Rest(ulong state, uint magnitude, uint sign, int shift, BackwardWords output)
    {
        if (magnitude != 0)
            state = Bits(state, sign, 1, output);
        state = Bits(state, magnitude & ((1u << shift) - 1), shift, output);
        var symbol = magnitude >> shift;
        if (symbol < MagnitudeModels.Escape)
            return state;
        var beyond = symbol - MagnitudeModels.Escape + 1;
        var digits = BitOperations.Log2(beyond);
        state = Bits(state, beyond - (1u << digits), digits, output);
        return Bits(state, 1u << digits, digits + 1, output);
    }

    private static ulong Bits(ulong state, uint bits, int count, BackwardWords output)
    {
        if (count > 0 && state >> (64 - count) != 0)
            state = output.Flush(state);
        return (state << count) | bits;
    }

    /// <summary>Words that are written from the last to the first.</summary>
    private sealed class BackwardWords : IDisposable
    {
        private byte[] _bytes;
        private int _free;

        public BackwardWords(int indices)
        {
            _bytes = ArrayPool<byte>.Shared.Rent(64 + (indices * 2));
            _free = _bytes.Length;
        }

        public ReadOnlySpan<byte> Written => _bytes.AsSpan(_free);

        public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

        /// <summary>Writes the low half of a state and returns the high one.</summary>
        public ulong Flush(ulong state)
        {
            if (_free < sizeof(uint))
                Grow();
            _free -= sizeof(uint);
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_free), (uint)state);
            return state >> 32;
        }

        private void Grow()
        {
            var larger = ArrayPool<byte>.Shared.Rent(2 * _bytes.Length);
            var added = larger.Length - _bytes.Length;
            _bytes.CopyTo(larger.AsSpan(added));
            ArrayPool<byte>.Shared.Return(_bytes);
            _free += added;
            _bytes = larger;
        }
    }
}
