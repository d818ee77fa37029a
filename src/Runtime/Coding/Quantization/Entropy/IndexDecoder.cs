using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using CompressTasks.Coding.Quantization.Trellis;
using CompressTasks.IO;

namespace CompressTasks.Coding.Quantization.Entropy;

/// <summary>Decodes a stream of indices: asymmetric numeral systems (J. Duda, 2009) with 64 bits of state, 32 bits at a time.</summary>
internal static unsafe class IndexDecoder
{
    /// <summary>With more low bits set apart than these, a magnitude below the escape may be out of range.</summary>
    private const int LargestShiftInRange = 26;

    private const int CacheLine = 64;

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
        var words = new Words { Length = stream.Length };
        fixed (byte* bytes = stream, scaleClasses = classes)
        fixed (int* results = indices)
        {
            words.Bytes = bytes;
            DecodeLanes(&words, scaleClasses, results, indices.Length);
        }

        if (words.Largest > IndexBound.LargestMagnitude)
            throw ChunkReader.Corrupt("an index is out of range");
        if (words.Position < stream.Length)
            throw ChunkReader.Corrupt($"{stream.Length - words.Position} bytes of a stream are left over");
    }

    [SkipLocalsInit]
    private static void DecodeLanes(Words* words, byte* classes, int* indices, int count)
    {
        var lanes = StreamLayout.Lanes(count);
        var length = StreamLayout.LaneLength(count);
        var space = stackalloc byte[CacheLine + sizeof(DecodingTables) + (StreamLayout.MostLanes * sizeof(Lane))];
        var first = (Lane*)(space + CacheLine - (int)((nuint)space % CacheLine));
        var tables = (DecodingTables*)(first + StreamLayout.MostLanes);
        *tables = DecodingTables.Fresh;
        for (var l = 0; l < lanes; l++)
        {
            var lane = first + l;
            lane->State = (words->Next() << 32) | words->Next();
            lane->Trellis = 0;
            lane->Last = Activity.Neutral;
            lane->BeforeLast = Activity.Neutral;
            lane->Classes = classes + (l * length);
            lane->Indices = indices + (l * length);
            lane->Bounds[0] = 1 << MagnitudeModels.ProbabilityBits;
        }

        // All lanes but the last are of the same length; the last one is at most three shorter.
        var ofAll = count - ((lanes - 1) * length);
        Decode(tables, words, first, first + lanes, 0, ofAll);
        Decode(tables, words, first, first + lanes - 1, ofAll, length);
    }

    // The lanes are not unrolled: that would be four times the code, and a processor overlaps them as it is.
    private static void Decode(DecodingTables* tables, Words* words, Lane* lanes, Lane* end, nint from, nint to)
    {
        for (var i = from; i < to; i++)
        {
            for (var lane = lanes; lane < end; lane++)
            {
                var entry = DecodingTables.Class(tables, lane->Classes[i]);
                var (state, trellis, last) = (lane->State, lane->Trellis, lane->Last);
                var quantizer = TrellisCode.Quantizer(trellis);
                var byScale = entry->ByScale + (quantizer * MagnitudeModels.Size);
                var byActivity = entry->ByActivity + (quantizer * MagnitudeModels.Size) + DecodingTables.Step(tables, last, lane->BeforeLast);
                var number = state & ((1u << MagnitudeModels.ProbabilityBits) - 1);
                var magnitude = MagnitudeModels.Decode(&tables->Models, byScale, byActivity, number, lane->Bounds, out var start, out var frequency);
                state = (frequency * (state >> MagnitudeModels.ProbabilityBits)) + (number - start);

                var shift = (int)entry->Shift;
                uint negative;
                uint isLarge;
                if (magnitude == MagnitudeModels.Escape || shift > LargestShiftInRange)
                {
                    // Copies, so that what is used in every turn can stay in registers.
                    var before = state;
                    magnitude = Rest(words, &before, magnitude, shift, out var isNegative);
                    (state, negative) = (before, isNegative);
                    isLarge = magnitude != 0 ? 1u : 0;
                }
                else
                {
                    if (shift != 0)
                    {
                        state = words->Refill(state);
                        magnitude = (magnitude << shift) + ((uint)state & ((1u << shift) - 1));
                        state = words->Refill(state >> shift);
                    }

                    isLarge = magnitude != 0 ? 1u : 0;
                    negative = (uint)state & isLarge;
                    state = words->Refill(state >> (int)isLarge);
                }

                var distance = (2 * magnitude) - (quantizer & isLarge);
                lane->State = state;
                lane->Trellis = TrellisCode.Next(trellis, magnitude);
                lane->BeforeLast = last;
                lane->Last = Activity.Of(distance, entry->Reciprocal, entry->Offset);
                lane->Indices[i] = (int)((distance ^ (0 - negative)) + negative);
            }
        }
    }

    /// <summary>
    /// What follows the symbol of a magnitude that is large: an Elias gamma code of what is beyond the models, the low bits, the sign.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint Rest(Words* words, ulong* state, uint symbol, int shift, out uint negative)
    {
        *state = words->Refill(*state);
        ulong magnitude = symbol;
        if (symbol == MagnitudeModels.Escape)
        {
            var digits = Math.Min(BitOperations.TrailingZeroCount((uint)*state), 30);
            words->Take(state, digits + 1);
            magnitude += (1u << digits) - 1 + words->Take(state, digits);
        }

        magnitude = (magnitude << shift) + words->Take(state, shift);
        negative = magnitude != 0 ? words->Take(state, 1) : 0;
        words->Largest = Math.Max(words->Largest, (uint)Math.Min(magnitude, uint.MaxValue));
        return (uint)Math.Min(magnitude, IndexBound.LargestMagnitude);
    }

    /// <summary>The words of a stream, and the largest magnitude that the models do not bound.</summary>
    private struct Words
    {
        public byte* Bytes;
        public int Length;
        public int Position;
        public uint Largest;

        /// <summary>The next word, 0 behind the end.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Next()
        {
            var word = Position + sizeof(uint) <= Length
                ? BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(Bytes + Position, sizeof(uint)))
                : 0ul;
            Position += sizeof(uint);
            return word;
        }

        /// <summary>A state, with a word more where it has 32 bits or fewer.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Refill(ulong state) => state <= uint.MaxValue ? (state << 32) | Next() : state;

        public uint Take(ulong* state, int count)
        {
            var bits = (uint)(*state & ((1UL << count) - 1));
            *state = Refill(*state >> count);
            return bits;
        }
    }

    private struct Lane
    {
        public ulong State;
        public uint Trellis;
        public uint Last;
        public uint BeforeLast;
        public byte* Classes;
        public int* Indices;
        private fixed byte _rest[CacheLine - (3 * sizeof(ulong)) - (3 * sizeof(uint)) - sizeof(uint)];
        public fixed ushort Bounds[CacheLine / sizeof(ushort)];
    }
}
