using CompressTasks.Coding.RangeCoding;
using CompressTasks.IO;

namespace CompressTasks.Coding.Lossless.Repeats;

/// <summary>Codes where magnitudes are repeated, and which of the repeated elements have the other sign.</summary>
internal static class RepeatCoder
{
    private const int Memory = 127;
    private const int SignContexts = 8;

    /// <summary>Codes runs.</summary>
    /// <param name="repeats">The runs, in order.</param>
    /// <param name="signBit">The number of the bit that does not belong to the magnitude.</param>
    public static ReadOnlySpan<byte> Encode(IReadOnlyList<Repeat> repeats, ReadOnlySpan<ulong> elements, int signBit)
    {
        var encoder = new RangeEncoder(Memory);
        var model = new Model();
        var position = 0;
        foreach (var repeat in repeats)
        {
            model.Literals.Encode(encoder, repeat.Start - position);
            model.Length.Encode(encoder, repeat.Length);
            model.Distance.Encode(encoder, repeat.Distance);
            encoder.Encode(ref model.IsBackwards, repeat.Backwards ? 1u : 0);
            for (var i = 0; i < repeat.Length; i++)
            {
                var differs = (uint)((elements[repeat.Start + i] ^ elements[repeat.Source(i)]) >> signBit);
                encoder.Encode(ref model.Sign, differs);
                model.Remember(differs);
            }

            position = repeat.Start + repeat.Length;
        }

        if (position < elements.Length)
            model.Literals.Encode(encoder, elements.Length - position);
        return encoder.Finish();
    }

    /// <summary>Restores elements.</summary>
    /// <param name="coded">What <see cref="Encode"/> wrote.</param>
    /// <param name="literals">The elements that are in no run.</param>
    /// <param name="signBit">The same as for encoding.</param>
    /// <param name="elements">As many as were encoded.</param>
    /// <exception cref="InvalidDataException">The coded bytes are damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> coded, ReadOnlySpan<ulong> literals, int signBit, Span<ulong> elements)
    {
        var decoder = new RangeDecoder(coded, Memory);
        var model = new Model();
        for (var position = 0; position < elements.Length;)
        {
            var run = model.Literals.Decode(ref decoder);
            if (run < 0 || run > literals.Length)
                throw ChunkReader.Corrupt($"{run} elements are to be taken from {literals.Length}");
            if (run > elements.Length - position)
                throw ChunkReader.Corrupt($"{run} elements are too many after {position} of {elements.Length}");
            literals[..run].CopyTo(elements[position..]);
            literals = literals[run..];
            position += run;
            if (position == elements.Length)
                break;

            var repeat = new Repeat(position, model.Length.Decode(ref decoder), model.Distance.Decode(ref decoder),
                decoder.Decode(ref model.IsBackwards) != 0);
            if (repeat.Length < 1 || repeat.Length > elements.Length - position || repeat.Distance < 1 || repeat.Distance > position
                || (repeat.Backwards && repeat.Source(repeat.Length - 1) < 0))
                throw ChunkReader.Corrupt(
                    $"{repeat.Length} elements are to be repeated from {repeat.Distance} before element {position} of {elements.Length}");
            for (var i = 0; i < repeat.Length; i++)
            {
                var differs = decoder.Decode(ref model.Sign);
                model.Remember(differs);
                elements[position + i] = elements[repeat.Source(i)] ^ ((ulong)differs << signBit);
            }

            position += repeat.Length;
        }

        if (!literals.IsEmpty)
            throw ChunkReader.Corrupt($"{literals.Length} elements are left over");
    }

    private sealed class Model
    {
        private readonly AdaptiveBit[] _signs = AdaptiveBit.UnknownBits(SignContexts);
        private uint _lastSigns;
        private AdaptiveBit _isBackwards = AdaptiveBit.Unknown;

        /// <summary>How many elements come before the next run.</summary>
        public IntegerModel Literals { get; } = new();

        public IntegerModel Length { get; } = new();

        public IntegerModel Distance { get; } = new();

        public ref AdaptiveBit IsBackwards => ref _isBackwards;

        /// <summary>Whether the next sign differs, after the three before: signs of a Fourier basis alternate.</summary>
        public ref AdaptiveBit Sign => ref _signs[_lastSigns];

        public void Remember(uint differs) => _lastSigns = ((2 * _lastSigns) + differs) % SignContexts;
    }
}
