using System.Globalization;
using CompressTasks.Benchmarks.Corpus;

namespace CompressTasks.Benchmarks.Chart;

/// <summary>Bits per weight against R² for PP-OCRv4 rec: everything that is on the page, in one picture.</summary>
internal sealed class RateDistortionPicture
{
    private static readonly ChartArea _area = new(Left: 84, Top: 52, Width: 620, Height: 500, LowestX: 0, HighestX: 9, LowestY: -9, HighestY: 46);

    private readonly SvgCanvas _canvas = new(960, 620, "Bits per weight against R² for the weights of PP-OCRv4 rec", ChartStyle.Sheet);

    private RateDistortionPicture()
    {
    }

    public static string Draw(ModelFigures rec, IReadOnlyList<StackFigures> stacks)
    {
        var picture = new RateDistortionPicture();
        picture.Axes();
        picture.Figures(rec, stacks);
        picture.Legend();
        return picture._canvas.ToString();
    }

    private void Axes()
    {
        _canvas.Text(_area.Left, 30, "PP-OCRv4 rec: what a weight costs, and what comes back", "title");
        for (var bits = 0; bits <= _area.HighestX; bits++)
        {
            var x = _area.X(bits);
            _canvas.Line(x, _area.Top, x, _area.Bottom, "grid");
            _canvas.Text(x, _area.Bottom + 20, bits.ToString(CultureInfo.InvariantCulture), "middle");
        }

        foreach (var (decibels, label) in (ReadOnlySpan<(int, string)>)[(0, "0"), (10, "0.9"), (20, "0.99"), (30, "0.999"), (40, "0.9999")])
        {
            var y = _area.Y(decibels);
            _canvas.Line(_area.Left, y, _area.Right, y, decibels == 0 ? "axis" : "grid");
            _canvas.Text(_area.Left - 8, y + 1, label, "end");
            _canvas.Text(_area.Left - 8, y + 13, string.Create(CultureInfo.InvariantCulture, $"{decibels} dB"), "small end");
        }

        _canvas.Text(_area.Right - 8, _area.Y(0) + 18, "below this line, a weight's mean alone would be nearer to it", "small end");
        _canvas.Text((_area.Left + _area.Right) / 2, _area.Bottom + 46, "bits per weight, side information included", "middle");
        _canvas.Text(22, (_area.Top + _area.Bottom) / 2, "R² to the weights (−10 log₁₀(1 − R²))", "middle", degrees: -90);
    }

    private void Figures(ModelFigures rec, IReadOnlyList<StackFigures> stacks)
    {
        // A straight line in this picture: two points do.
        Curve([ChartStyle.Bound(0), ChartStyle.Bound(0.9999)], "bound thin");
        Curve(rec.Entropy.Zip(rec.Coder, (bits, point) => point with { Bits = bits }), "entropy thin");
        var nnCodec = MeasuredElsewhere.NnCodec.Where(row => row.Model == CorpusModel.Rec.Key)
            .Select(row => new CodingPoint(row.DependentRdo, row.R2, row.R2)).ToList();
        Curve(nnCodec, "nncodec dashed");
        Marks(nnCodec, NnCodecMark);
        foreach (var stack in stacks.Where(s => s.Closed.Count > 0))
        {
            Curve(stack.Closed, "closed");
            Marks(stack.Closed, ClosedMark);
        }

        Marks(stacks.Select(s => s.Open), PaperMark);
        Marks(MeasuredElsewhere.Gguf.Select(row => new CodingPoint(row.Bits, row.R2, row.R2)), GgufMark);
        Marks(rec.Blocks, BlockMark);
        Curve(rec.Coder, "coder");
        Marks(rec.Coder, CoderMark);
    }

    private void Legend()
    {
        var legend = new Legend(_canvas, _area.Right + 22, _area.Top + 12);
        legend.Add("CompressTasks, quantize", "every weight at the same R²", "coder", CoderMark);
        legend.Add("NNCodec 0.3.1 + RDO", "measured elsewhere", "nncodec dashed", NnCodecMark);
        legend.Add("uniform quantizer", "order-0 entropy", "entropy thin", mark: null);
        legend.Add("bound for iid Gaussians", "½ log₂(1/(1 − R²))", "bound thin", mark: null);
        legend.Add("gaussian + pca + residual", "the papers' stages, loop closed", "closed", ClosedMark);
        legend.Add("the papers' stages alone", "gaussian, gaussian + pca, tower", line: null, PaperMark);
        legend.Add("4 and 8 bits, blocks", "of 32 and 128, fp16 scales", line: null, BlockMark);
        legend.Add("GGUF formats", "measured elsewhere", line: null, GgufMark);
    }

    private void CoderMark(double x, double y) => _canvas.Circle(x, y, 5, "coder-mark");

    private void NnCodecMark(double x, double y) => _canvas.Circle(x, y, 4, "nncodec-mark");

    private void ClosedMark(double x, double y) => _canvas.Square(x, y, 4, "closed-mark");

    private void PaperMark(double x, double y) => _canvas.Diamond(x, y, 6, "paper-mark");

    private void BlockMark(double x, double y) => _canvas.Square(x, y, 4, "block-mark");

    private void GgufMark(double x, double y) => _canvas.Square(x, y, 4, "gguf-mark");

    private void Curve(IEnumerable<CodingPoint> points, string style) =>
        _canvas.Polyline(points.Select(point => (_area.X(point.Bits), _area.Y(ChartStyle.Decibels(point.MeanR2)))), style);

    private void Marks(IEnumerable<CodingPoint> points, Action<double, double> draw)
    {
        foreach (var (bits, decibels) in points.Select(point => (point.Bits, ChartStyle.Decibels(point.MeanR2)))
            .Where(p => _area.Contains(p.Bits, p.Item2)))
            draw(_area.X(bits), _area.Y(decibels));
    }
}
