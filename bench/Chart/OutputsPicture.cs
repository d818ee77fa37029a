using System.Globalization;
using CompressTasks.Benchmarks.Outputs;

namespace CompressTasks.Benchmarks.Chart;

/// <summary>How near the sample's outputs are for artifacts of different sizes.</summary>
internal sealed class OutputsPicture
{
    private const double LowestDecibels = 8;
    private const double HighestDecibels = 52;
    private const double Tick = 0.5;

    private readonly OutputFigures _sample;
    private readonly ChartArea _area;
    private readonly SvgCanvas _canvas = new(920, 540, "R² of the outputs over the size of the artifact, sample GPT", ChartStyle.Sheet);

    private OutputsPicture(OutputFigures sample)
    {
        _sample = sample;
        var points = sample.Targets.SelectMany(figures => new[] { figures.Equal, figures.Allocated.Point, figures.Calibrated.Point })
            .Concat(sample.Formats.Select(format => format.Point)).ToList();
        _area = new(
            Left: 84,
            Top: 52,
            Width: 580,
            Height: 420,
            LowestX: 0,
            HighestX: Tick * Math.Ceiling((points.Max(point => point.Bytes) / 1e6 / Tick) + 0.2),
            LowestY: LowestDecibels,
            HighestY: HighestDecibels);
    }

    public static string Draw(OutputFigures sample)
    {
        var picture = new OutputsPicture(sample);
        picture.Axes();
        picture.Figures();
        picture.Legend();
        return picture._canvas.ToString();
    }

    private void Axes()
    {
        _canvas.Text(_area.Left, 30,
            string.Create(CultureInfo.InvariantCulture, $"Sample GPT, {_sample.ModelBytes / 1e6:F1} MB: what an output quality costs"), "title");
        for (var megabytes = _area.LowestX; megabytes <= _area.HighestX; megabytes += Tick)
        {
            var x = _area.X(megabytes);
            _canvas.Line(x, _area.Top, x, _area.Bottom, "grid");
            _canvas.Text(x, _area.Bottom + 20, megabytes.ToString("0.0", CultureInfo.InvariantCulture), "middle");
        }

        foreach (var (decibels, label) in (ReadOnlySpan<(int, string)>)[(10, "0.9"), (20, "0.99"), (30, "0.999"), (40, "0.9999"), (50, "0.99999")])
        {
            var y = _area.Y(decibels);
            _canvas.Line(_area.Left, y, _area.Right, y, "grid");
            _canvas.Text(_area.Left - 8, y + 1, label, "end");
            _canvas.Text(_area.Left - 8, y + 13, string.Create(CultureInfo.InvariantCulture, $"{decibels} dB"), "small end");
        }

        _canvas.Line(_area.Left, _area.Bottom, _area.Right, _area.Bottom, "axis");
        _canvas.Text((_area.Left + _area.Right) / 2, _area.Bottom + 46, "artifact, MB", "middle");
        _canvas.Text(22, (_area.Top + _area.Bottom) / 2, "R² of the outputs on held-out text (−10 log₁₀(1 − R²))", "middle", degrees: -90);
    }

    private void Figures()
    {
        Curve(_sample.Targets.Select(figures => figures.Equal), "entropy", EqualMark);
        Curve(_sample.Targets.Select(figures => figures.Allocated.Point), "closed", AllocatedMark);
        Curve(_sample.Targets.Select(figures => figures.Calibrated.Point), "coder", CalibratedMark);
        foreach (var format in _sample.Formats)
        {
            var (x, y) = Place(format.Point);
            FormatMark(x, y);

            // Beside the mark, where the picture has room.
            if (x < _area.Left + (0.75 * _area.Width))
                _canvas.Text(x + 12, y + 4, format.Title, "name");
            else
                _canvas.Text(x - 12, y + 4, format.Title, "end");
        }
    }

    private void Legend()
    {
        var legend = new Legend(_canvas, _area.Right + 22, _area.Top + 12);
        legend.Add("calibrated", "for: outputs, calibration: …", "coder", CalibratedMark);
        legend.Add("allocated", "for: outputs", "closed", AllocatedMark);
        legend.Add("equal", "the same R² for every weight", "entropy", EqualMark);
        legend.Add("fixed formats", "integers with float16 scales", line: null, FormatMark);
    }

    private void Curve(IEnumerable<OutputPoint> points, string style, Action<double, double> mark)
    {
        var places = points.Select(Place).ToList();
        _canvas.Polyline(places, style);
        foreach (var (x, y) in places)
            mark(x, y);
    }

    private (double X, double Y) Place(OutputPoint point) => (_area.X(point.Bytes / 1e6), _area.Y(ChartStyle.Decibels(point.R2)));

    private void CalibratedMark(double x, double y) => _canvas.Circle(x, y, 5, "coder-mark");

    private void AllocatedMark(double x, double y) => _canvas.Square(x, y, 4, "closed-mark");

    private void EqualMark(double x, double y) => _canvas.Circle(x, y, 4, "entropy-mark");

    private void FormatMark(double x, double y) => _canvas.Diamond(x, y, 6, "block-mark");
}
