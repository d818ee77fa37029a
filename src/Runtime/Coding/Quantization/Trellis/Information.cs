namespace CompressTasks.Coding.Quantization.Trellis;

/// <summary>Logarithms from plain arithmetic: the same bits on every machine.</summary>
internal static class Information
{
    private const int Intervals = 1 << 10;

    private static readonly double[] _logarithms = Logarithms();

    /// <summary>−log2 of a probability, within 10^-6.</summary>
    /// <param name="probability">A normal number.</param>
    public static double Bits(double probability)
    {
        var bits = BitConverter.DoubleToInt64Bits(probability);
        var exponent = (int)(bits >> 52) - 1023;
        var fraction = (BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52)) - 1) * Intervals;
        var interval = (int)fraction;
        var (left, right) = (_logarithms[interval], _logarithms[interval + 1]);
        return -(exponent + left + ((right - left) * (fraction - interval)));
    }

    /// <summary>log2(1 + i/Intervals), one binary digit for each squaring.</summary>
    private static double[] Logarithms()
    {
        var logarithms = new double[Intervals + 1];
        for (var i = 0; i < Intervals; i++)
        {
            var significand = 1 + (i / (double)Intervals);
            var digit = 0.5;
            for (var n = 0; n < 40; n++, digit /= 2)
            {
                significand *= significand;
                if (significand >= 2)
                {
                    significand /= 2;
                    logarithms[i] += digit;
                }
            }
        }

        logarithms[Intervals] = 1;
        return logarithms;
    }
}
