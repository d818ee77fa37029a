using System.Numerics;

namespace CompressTasks.Coding.RangeCoding;

/// <summary>
/// Adaptive Elias gamma code of signed integers: the number of bits of the magnitude in unary, the sign, then the magnitude's bits below
/// the leading one. The unary digits, the sign and the first four of those bits are adaptive, so magnitudes up to 31 have a probability
/// of their own; the bits after them are coded as they are.
/// </summary>
internal sealed class IntegerModel
{
    /// <summary>Bits of the largest magnitude.</summary>
    private const int LargestWidth = 31;

    private const int AdaptiveDigits = 4;

    private readonly AdaptiveBit[] _isWider = AdaptiveBit.UnknownBits(LargestWidth);
    private readonly AdaptiveBit[] _digits = AdaptiveBit.UnknownBits((LargestWidth + 1) << AdaptiveDigits);
    private AdaptiveBit _isNegative = AdaptiveBit.Unknown;

    /// <param name="encoder">Where the bits go.</param>
    /// <param name="value">Any integer but −2^31.</param>
    public void Encode(RangeEncoder encoder, int value)
    {
        var magnitude = (uint)Math.Abs(value);
        var width = 32 - BitOperations.LeadingZeroCount(magnitude);
        for (var i = 0; i < width; i++)
            encoder.Encode(ref _isWider[i], 1);
        if (width < LargestWidth)
            encoder.Encode(ref _isWider[width], 0);
        if (width == 0)
            return;
        encoder.Encode(ref _isNegative, value < 0 ? 1u : 0);

        var rest = width - 1;
        var node = 1;
        for (var i = 0; i < AdaptiveDigits && rest > 0; i++)
        {
            var digit = (magnitude >> --rest) & 1;
            encoder.Encode(ref _digits[(width << AdaptiveDigits) + node], digit);
            node = (2 * node) + (int)digit;
        }

        encoder.EncodeUniform(magnitude, rest);
    }

    public int Decode(ref RangeDecoder decoder)
    {
        var width = 0;
        while (width < LargestWidth && decoder.Decode(ref _isWider[width]) != 0)
            width++;
        if (width == 0)
            return 0;
        var isNegative = decoder.Decode(ref _isNegative) != 0;

        var rest = width - 1;
        var node = 1;
        for (; rest > 0 && node < 1 << AdaptiveDigits; rest--)
            node = (2 * node) + (int)decoder.Decode(ref _digits[(width << AdaptiveDigits) + node]);
        var magnitude = (int)(((uint)node << rest) | decoder.DecodeUniform(rest));
        return isNegative ? -magnitude : magnitude;
    }
}
