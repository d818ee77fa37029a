namespace CompressTasks.Benchmarks.Chart;

/// <summary>A rectangle of the picture and the figures that its edges stand for.</summary>
internal sealed record ChartArea(double Left, double Top, double Width, double Height, double LowestX, double HighestX, double LowestY,
    double HighestY)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;

    public double X(double value) => Left + ((value - LowestX) / (HighestX - LowestX) * Width);

    public double Y(double value) => Bottom - ((value - LowestY) / (HighestY - LowestY) * Height);

    public bool Contains(double x, double y) => x >= LowestX && x <= HighestX && y >= LowestY && y <= HighestY;
}
