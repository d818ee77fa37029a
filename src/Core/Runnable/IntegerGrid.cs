namespace CompressTasks.Runnable;

/// <summary>
/// Rounds values to integers that share a scale. The scale is the one of least squared error: from several starts, the integers q are rounded,
/// and the scale becomes Σ w·q / Σ q², which is the best for them.
/// </summary>
/// <param name="least">The least integer.</param>
/// <param name="most">The largest integer.</param>
internal readonly struct IntegerGrid(int least, int most)
{
    /// <summary>Starts: a grid that reaches to this share of the largest value.</summary>
    private const int Starts = 20;
    private const double Narrower = 0.025;

    /// <summary>
    /// All integers of so many bits with sign but the least: −127 to 127, so that a weight and its negative are rounded alike. With 7 bits, two
    /// products with activations of 8 bits are at most 2 · 255 · 63 = 32,130, which 16 bits hold; with 8 they are not.
    /// </summary>
    public static IntegerGrid Symmetric(int bits) => new(1 - (1 << (bits - 1)), (1 << (bits - 1)) - 1);

    /// <summary>All integers of so many bits with sign.</summary>
    public static IntegerGrid OfBits(int bits) => new(-(1 << (bits - 1)), (1 << (bits - 1)) - 1);

    /// <summary>All integers of so many bits, less one of them.</summary>
    /// <param name="bits">How many bits.</param>
    /// <param name="zeroPoint">What stands for 0.</param>
    public static IntegerGrid Around(int bits, int zeroPoint) => new(-zeroPoint, (1 << bits) - 1 - zeroPoint);

    /// <summary>The zero point, and the scale for it, of least squared error.</summary>
    /// <param name="bits">Of an integer.</param>
    /// <param name="values">Not all 0.</param>
    public static (int ZeroPoint, float Scale, double Error) Affine(int bits, ReadOnlySpan<double> values)
    {
        var middle = 1 << (bits - 1);
        var usual = OfBits(bits);
        var scale = usual.Scale(values);
        var best = (ZeroPoint: middle, Scale: scale, Error: usual.Error(values, scale));
        var (from, to) = (0.0, 0.0);
        foreach (var value in values)
            (from, to) = (Math.Min(from, value), Math.Max(to, value));
        var steps = (1 << bits) - 1;
        var nearest = (int)Math.Round(-from / (to - from) * steps);
        for (var zero = Math.Max(0, nearest - 1); zero <= Math.Min(steps, nearest + 1); zero++)
        {
            var grid = Around(bits, zero);
            for (var start = 0; start < Starts; start++)
            {
                var refined = grid.Refine(values, (to - from) / steps * (1 - (Narrower * start)));
                var error = grid.Error(values, refined);
                if (error < best.Error)
                    best = (zero, refined, error);
            }
        }

        return best;
    }

    /// <summary>The largest integer.</summary>
    public int Most => most;

    /// <summary>The scale of least squared error; 1 when all values are 0.</summary>
    public float Scale(ReadOnlySpan<double> values)
    {
        var extreme = 0.0;
        foreach (var value in values)
            extreme = Math.Abs(value) > Math.Abs(extreme) ? value : extreme;
        if (extreme == 0)
            return 1;

        // The largest value may fall on either end: of a grid that has one integer more on one side, its sign decides.
        Span<double> ends = [Math.Abs(extreme) / most, extreme / least];
        var (best, leastError) = (Finite(ends[0]), double.PositiveInfinity);
        foreach (var end in ends[..(most == -least ? 1 : 2)])
        {
            for (var start = 0; start < Starts; start++)
            {
                var refined = Refine(values, end * (1 - (Narrower * start)));
                var error = Error(values, refined);
                if (error < leastError)
                    (best, leastError) = (refined, error);
            }
        }

        return best;
    }

    /// <summary>The integer that stands for a value.</summary>
    public int Round(double value, float scale) => (int)Math.Clamp(Math.Round(value / scale), least, most);

    private float Refine(ReadOnlySpan<double> values, double scale)
    {
        var (product, squares) = (0.0, 0.0);
        var inverse = 1 / scale;
        foreach (var value in values)
        {
            var q = Math.Clamp(Math.Round(value * inverse), least, most);
            product += value * q;
            squares += q * q;
        }

        return squares > 0 ? Finite(product / squares) : Finite(scale);
    }

    /// <summary>The squared error of values that are rounded.</summary>
    public double Error(ReadOnlySpan<double> values, float scale)
    {
        var error = 0.0;
        foreach (var value in values)
        {
            var difference = value - (scale * (double)Round(value, scale));
            error += difference * difference;
        }

        return error;
    }

    /// <summary>As float32, and not zero.</summary>
    private static float Finite(double scale) =>
        Math.Abs(scale) < float.Epsilon ? float.Epsilon : (float)scale;
}
