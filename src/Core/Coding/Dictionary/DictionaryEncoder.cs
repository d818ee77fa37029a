using CompressTasks.Coding.RangeCoding;

namespace CompressTasks.Coding.Dictionary;

/// <summary>
/// Codes text-like bytes (a model's skeleton, an index): literals and matches with earlier bytes (J. Ziv and A. Lempel, 1977) through
/// adaptive range coding. It is here because the same input has to give the same bytes on every machine: the encoders of Brotli
/// differ between versions of .NET and weigh their choices in floating-point arithmetic.
/// </summary>
internal static class DictionaryEncoder
{
    private const int FarForThreeBytes = 1 << 12;

    public static byte[] Encode(ReadOnlySpan<byte> bytes)
    {
        var encoder = new RangeEncoder(DictionaryModel.Memory);
        var model = new DictionaryModel();
        var finder = new MatchFinder(bytes);
        var (distance, afterMatch) = (0, 0);
        for (var position = 0; position < bytes.Length;)
        {
            var repeat = finder.LengthAt(position, distance);
            var found = Useful(finder.Longest(position));
            if (repeat >= 2 && repeat + 2 >= found.Length)
                found = (repeat, distance);
            else if (found.Length > 0 && position + 1 < bytes.Length && Useful(finder.Longest(position + 1)).Length > found.Length + 1)
                found = default; // A literal, and the longer match behind it.

            encoder.Encode(ref model.IsMatch[afterMatch], found.Length > 0 ? 1u : 0);
            afterMatch = found.Length > 0 ? 1 : 0;
            if (found.Length == 0)
            {
                EncodeLiteral(encoder, model.LiteralAt(position), bytes[position]);
                position++;
                continue;
            }

            encoder.Encode(ref model.IsRepeat[0], found.Distance == distance ? 1u : 0);
            if (found.Distance == distance)
            {
                model.RepeatLength.Encode(encoder, found.Length - DictionaryModel.ShortestRepeat);
            }
            else
            {
                model.MatchLength.Encode(encoder, found.Length - DictionaryModel.ShortestMatch);
                model.Distance.Encode(encoder, found.Distance - 1);
            }

            distance = found.Distance;
            position += found.Length;
        }

        return encoder.Finish().ToArray();
    }

    private static (int Length, int Distance) Useful((int Length, int Distance) match) =>
        match.Length == DictionaryModel.ShortestMatch && match.Distance > FarForThreeBytes ? default : match;

    private static void EncodeLiteral(RangeEncoder encoder, Span<AdaptiveBit> tree, byte literal)
    {
        var node = 1;
        for (var bit = 7; bit >= 0; bit--)
        {
            var digit = (literal >> bit) & 1;
            encoder.Encode(ref tree[node], (uint)digit);
            node = (2 * node) + digit;
        }
    }
}
