using CompressTasks.Benchmarks.Corpus;

namespace CompressTasks.Benchmarks.Chart;

/// <summary>Where figures lie in the picture: bits to the right, −10 log₁₀(1 − R²) upwards.</summary>
internal sealed record ChartArea(double Left, double Top, double Width, double Height, double MaximumBits, double LowestDecibels, double HighestDecibels)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;

    public double X(double bits) => Left + (bits / MaximumBits * Width);

    public double Y(double r2) => YOfDecibels(Decibels(r2));

    public double YOfDecibels(double decibels) => Bottom - ((decibels - LowestDecibels) / (HighestDecibels - LowestDecibels) * Height);

    public bool Contains(CodingPoint point) =>
        point.Bits <= MaximumBits && Decibels(point.MeanR2) >= LowestDecibels && Decibels(point.MeanR2) <= HighestDecibels;

    private static double Decibels(double r2) => -10 * Math.Log10(1 - r2);
}
