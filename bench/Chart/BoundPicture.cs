using System.Globalization;
using CompressTasks.Benchmarks.Corpus;

namespace CompressTasks.Benchmarks.Chart;

/// <summary>
/// How far coders are from the bound for independent Gaussians, on PP-OCRv4 rec: the left edge of the other picture under a magnifying glass.
/// </summary>
internal sealed class BoundPicture
{
    private const double Tick = 0.05;

    private readonly ModelFigures _rec;
    private readonly IReadOnlyList<NnCodecRow> _nnCodec = [.. MeasuredElsewhere.NnCodec.Where(row => row.Model == CorpusModel.Rec.Key)];
    private readonly ChartArea _area;
    private readonly SvgCanvas _canvas = new(860, 510, "Bits per weight above or below the bound for iid Gaussians, PP-OCRv4 rec", ChartStyle.Sheet);

    private BoundPicture(ModelFigures rec)
    {
        _rec = rec;
        var gaps = rec.Entropy.Zip(rec.Coder, (bits, point) => Gap(bits, point.MeanR2))
            .Concat(rec.Coder.Select(point => Gap(point.Bits, point.MeanR2)))
            .Concat(_nnCodec.Select(row => Gap(row.DependentRdo, row.R2)))
            .ToList();
        _area = new(
            Left: 84,
            Top: 52,
            Width: 520,
            Height: 380,
            LowestX: 9,
            HighestX: 31,
            LowestY: Tick * (Math.Floor(gaps.Min() / Tick) - 1),
            HighestY: Tick * (Math.Ceiling(gaps.Max() / Tick) + 1));
    }

    public static string Draw(ModelFigures rec)
    {
        var picture = new BoundPicture(rec);
        picture.Axes();
        picture.Figures();
        picture.Legend();
        return picture._canvas.ToString();
    }

    private void Axes()
    {
        _canvas.Text(_area.Left, 30, "PP-OCRv4 rec: above and below the bound for independent Gaussians", "title");
        foreach (var r2 in (ReadOnlySpan<double>)[0.9, 0.95, 0.99, 0.995, 0.999])
        {
            var x = _area.X(ChartStyle.Decibels(r2));
            _canvas.Line(x, _area.Top, x, _area.Bottom, "grid");
            _canvas.Text(x, _area.Bottom + 20, r2.ToString(CultureInfo.InvariantCulture), "middle");
        }

        var ticks = (Lowest: (int)Math.Round(_area.LowestY / Tick), Highest: (int)Math.Round(_area.HighestY / Tick));
        for (var tick = ticks.Lowest; tick <= ticks.Highest; tick++)
        {
            var y = _area.Y(tick * Tick);
            _canvas.Line(_area.Left, y, _area.Right, y, tick == 0 ? "axis" : "grid");
            _canvas.Text(_area.Left - 8, y + 4, (tick * Tick).ToString("+0.00;−0.00;0", CultureInfo.InvariantCulture), "end");
        }

        _canvas.Text((_area.Left + _area.Right) / 2, _area.Bottom + 46, "R² of every weight", "middle");
        _canvas.Text(22, (_area.Top + _area.Bottom) / 2, "bits per weight − ½ log₂(1/(1 − R²))", "middle", degrees: -90);
    }

    private void Figures()
    {
        Curve(_rec.Entropy.Zip(_rec.Coder, (bits, point) => (point.MeanR2, bits)), "entropy", EntropyMark);
        Curve(_nnCodec.Select(row => (row.R2, row.Uniform)), "nncodec thin dashed", SquareMark);
        Curve(_nnCodec.Select(row => (row.R2, row.Dependent)), "nncodec thin dashed", DiamondMark);
        Curve(_nnCodec.Select(row => (row.R2, row.DependentRdo)), "nncodec thin dashed", CircleMark);
        Curve(_rec.Coder.Select(point => (point.MeanR2, point.Bits)), "coder", CoderMark);
    }

    private void Legend()
    {
        var legend = new Legend(_canvas, _area.Right + 22, _area.Top + 12);
        legend.Add("uniform quantizer", "order-0 entropy", "entropy", EntropyMark);
        legend.Add("NNCodec 0.3.1, uniform", "measured elsewhere", "nncodec thin dashed", SquareMark);
        legend.Add("NNCodec 0.3.1, dependent", "measured elsewhere", "nncodec thin dashed", DiamondMark);
        legend.Add("NNCodec 0.3.1 + RDO", "measured elsewhere", "nncodec thin dashed", CircleMark);
        legend.Add("CompressTasks, quantize", "all bytes counted", "coder", CoderMark);
    }

    private static double Gap(double bits, double r2) => bits - GaussianBound.BitsPerWeight(r2);

    private void CoderMark(double x, double y) => _canvas.Circle(x, y, 5, "coder-mark");

    private void EntropyMark(double x, double y) => _canvas.Circle(x, y, 3, "entropy-mark");

    private void CircleMark(double x, double y) => _canvas.Circle(x, y, 4, "nncodec-mark");

    private void SquareMark(double x, double y) => _canvas.Square(x, y, 3.5, "nncodec-mark");

    private void DiamondMark(double x, double y) => _canvas.Diamond(x, y, 5, "nncodec-mark");

    private void Curve(IEnumerable<(double R2, double Bits)> points, string style, Action<double, double> mark)
    {
        var places = points.Select(p => (X: _area.X(ChartStyle.Decibels(p.R2)), Y: _area.Y(Gap(p.Bits, p.R2)))).ToList();
        _canvas.Polyline(places, style);
        foreach (var (x, y) in places)
            mark(x, y);
    }
}
