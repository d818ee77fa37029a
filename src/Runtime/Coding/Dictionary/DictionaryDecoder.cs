using CompressTasks.Coding.RangeCoding;
using CompressTasks.IO;

namespace CompressTasks.Coding.Dictionary;

/// <summary>Restores what <c>DictionaryEncoder</c> has coded.</summary>
internal static class DictionaryDecoder
{
    /// <summary>Restores bytes.</summary>
    /// <param name="coded">What <c>DictionaryEncoder.Encode</c> returned.</param>
    /// <param name="bytes">As many as were encoded.</param>
    /// <exception cref="InvalidDataException">The coded bytes are damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> coded, Span<byte> bytes)
    {
        var decoder = new RangeDecoder(coded, DictionaryModel.Memory);
        var model = new DictionaryModel();
        var (distance, afterMatch) = (0L, 0);
        for (var position = 0; position < bytes.Length;)
        {
            afterMatch = (int)decoder.Decode(ref model.IsMatch[afterMatch]);
            if (afterMatch == 0)
            {
                bytes[position] = DecodeLiteral(ref decoder, model.LiteralAt(position));
                position++;
                continue;
            }

            long length;
            if (decoder.Decode(ref model.IsRepeat[0]) != 0)
            {
                length = (long)model.RepeatLength.Decode(ref decoder) + DictionaryModel.ShortestRepeat;
            }
            else
            {
                length = (long)model.MatchLength.Decode(ref decoder) + DictionaryModel.ShortestMatch;
                distance = model.Distance.Decode(ref decoder) + 1L;
            }

            if (length < 1 || length > bytes.Length - position || distance < 1 || distance > position)
                throw ChunkReader.Corrupt($"{length} bytes are to be repeated from {distance} bytes before byte {position} of {bytes.Length}");
            // Byte by byte: a match may overlap itself.
            for (var end = position + (int)length; position < end; position++)
                bytes[position] = bytes[position - (int)distance];
        }
    }

    private static byte DecodeLiteral(ref RangeDecoder decoder, Span<AdaptiveBit> tree)
    {
        var node = 1;
        while (node < 256)
            node = (2 * node) + (int)decoder.Decode(ref tree[node]);
        return (byte)node;
    }
}
