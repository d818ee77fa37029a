namespace CompressTasks.Core.Tests.Compression.Tables;

/// <summary>Tables from their formulas.</summary>
internal static class SyntheticTables
{
    /// <summary>Cosines, then negative sines, under a window: [2 (n/2 + 1), 1, n].</summary>
    public static double[] Fourier(int n, Func<int, double> window) =>
        [.. Grid(n + 2, n, (row, t) => window(t) * (row <= n / 2 ? Math.Cos(Tau * row * t / n) : -Math.Sin(Tau * (row - (n / 2) - 1) * t / n)))];

    /// <summary>0.5 − 0.5 cos (2πt/n), of the middle of a row when it is shorter.</summary>
    public static Func<int, double> Hann(int length, int start = 0) =>
        t => t < start || t >= start + length ? 0 : 0.5 - (0.5 * Math.Cos(Tau * (t - start) / length));

    public static double[] Hamming(int n) => [.. Enumerable.Range(0, n).Select(t => 0.54 - (0.46 * Math.Cos(Tau * t / (n - 1))))];

    public static double Blackman(double t, int n) => 0.42 - (0.5 * Math.Cos(Tau * t / (n - 1))) + (0.08 * Math.Cos(2 * Tau * t / (n - 1)));

    /// <summary>Low-pass filters of rising cut-off.</summary>
    public static double[] Sinc(int filters, int n) =>
        [.. Grid(filters, n, (row, t) => Blackman(t, n) * SinOverX((0.02 + (0.4 * row / filters)) * Tau * (t - ((n - 1) / 2.0))))];

    public static double[] Cosine(int n) =>
        [.. Grid(n, n, (k, t) => Math.Sqrt((k == 0 ? 1.0 : 2.0) / n) * Math.Cos(Math.PI * ((2 * t) + 1) * k / (2.0 * n)))];

    /// <summary>Triangles on the mel scale of 2595 log₁₀ (1 + f/700): [filters, bins].</summary>
    public static double[] Mel(int filters, int bins, double highest = 8000)
    {
        var top = 2595 * Math.Log10(1 + (highest / 700));
        double[] corners = [.. Enumerable.Range(0, filters + 2).Select(i => 700 * (Math.Pow(10, top * i / (filters + 1) / 2595) - 1))];
        return [.. Grid(filters, bins, (row, bin) =>
        {
            var f = highest * bin / (bins - 1);
            var (low, centre, high) = (corners[row], corners[row + 1], corners[row + 2]);
            return Math.Max(0, Math.Min((f - low) / (centre - low), (high - f) / (high - centre)));
        })];
    }

    /// <summary>Sines and cosines of frequencies that fall to 1/10000, interleaved or one after the other: [length, width].</summary>
    public static double[] Positions(int length, int width, bool interleaved) => [.. Grid(length, width, (position, column) =>
    {
        var (pair, isSine) = interleaved ? (column / 2, column % 2 == 0) : (column % (width / 2), column < width / 2);
        var angle = position * Math.Pow(10000, -2.0 * pair / width);
        return isSine ? Math.Sin(angle) : Math.Cos(angle);
    })];

    /// <summary>Slopes of attention heads times distances: [heads, length, length].</summary>
    public static double[] LinearBiases(int heads, int length) =>
        [.. Grid(heads * length, length, (row, column) => -Math.Pow(2, -8.0 * ((row / length) + 1) / heads) * Math.Abs((row % length) - column))];

    /// <summary>All levels of an orthonormal wavelet transform of period n, of the coarsest scaling function first.</summary>
    public static double[] Wavelets(int n, params double[] scaling)
    {
        var rows = new List<double[]>();
        var basis = Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(t => t == i ? 1.0 : 0).ToArray()).ToList();
        while (basis.Count >= scaling.Length)
        {
            double[] wavelet = [.. scaling.Reverse().Select((value, i) => i % 2 == 0 ? value : -value)];
            rows.InsertRange(0, Filtered(basis, wavelet));
            basis = Filtered(basis, scaling);
        }

        return [.. basis.Concat(rows).SelectMany(row => row)];
    }

    public static readonly double[] Haar = [Math.Sqrt(0.5), Math.Sqrt(0.5)];

    /// <summary>Four taps, two vanishing moments.</summary>
    public static readonly double[] Daubechies =
        [.. new[] { 1 + Math.Sqrt(3), 3 + Math.Sqrt(3), 3 - Math.Sqrt(3), 1 - Math.Sqrt(3) }.Select(value => value / (4 * Math.Sqrt(2)))];

    private const double Tau = 2 * Math.PI;

    private static List<double[]> Filtered(List<double[]> basis, double[] taps) =>
        [.. Enumerable.Range(0, basis.Count / 2).Select(i => Enumerable.Range(0, basis[0].Length)
            .Select(t => taps.Select((tap, k) => tap * basis[((2 * i) + k) % basis.Count][t]).Sum()).ToArray())];

    private static IEnumerable<double> Grid(int rows, int columns, Func<int, int, double> value) =>
        Enumerable.Range(0, rows * columns).Select(i => value(i / columns, i % columns));

    private static double SinOverX(double x) => x == 0 ? 1 : Math.Sin(x) / x;
}
