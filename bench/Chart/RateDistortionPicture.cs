using System.Globalization;
using CompressTasks.Benchmarks.Corpus;

namespace CompressTasks.Benchmarks.Chart;

/// <summary>Bits per weight against R² for PP-OCRv4 rec: everything that is on the page, in one picture.</summary>
internal static class RateDistortionPicture
{
    private const string Style = """
        text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #24292f }
        .title { font-size: 16px; font-weight: 600 } .small { font-size: 11px; fill: #57606a } .middle { text-anchor: middle } .end { text-anchor: end }
        .card { fill: #ffffff } .grid { stroke: #d8dee4; stroke-width: 1 } .axis { stroke: #57606a; stroke-width: 1 }
        polyline { fill: none; stroke-width: 2 } .thin { stroke-width: 1.5 } .dashed { stroke-dasharray: 6 4 }
        .coder { stroke: #0969da; stroke-width: 3 } .coder-mark { fill: #0969da }
        .bound { stroke: #57606a } .entropy { stroke: #8250df }
        .nncodec { stroke: #bc4c00 } .nncodec-mark { fill: none; stroke: #bc4c00; stroke-width: 1.5 }
        .closed { stroke: #1a7f37 } .closed-mark { fill: #1a7f37 } .paper-mark { fill: #cf222e }
        .block-mark { fill: #9a6700 } .gguf-mark { fill: none; stroke: #9a6700; stroke-width: 1.5 }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 } .small { fill: #9198a1 } .card { fill: #0d1117 } .grid { stroke: #30363d } .axis { stroke: #9198a1 }
          .coder { stroke: #58a6ff } .coder-mark { fill: #58a6ff } .bound { stroke: #9198a1 } .entropy { stroke: #bc8cff }
          .nncodec { stroke: #ffa657 } .nncodec-mark { stroke: #ffa657 } .closed { stroke: #3fb950 } .closed-mark { fill: #3fb950 }
          .paper-mark { fill: #ff7b72 } .block-mark { fill: #d29922 } .gguf-mark { stroke: #d29922 }
        }
        """;

    private static readonly ChartArea _area = new(Left: 84, Top: 52, Width: 620, Height: 500, MaximumBits: 9, LowestDecibels: -9, HighestDecibels: 46);

    public static string Draw(ModelFigures rec, IReadOnlyList<StackFigures> stacks)
    {
        var canvas = new SvgCanvas(960, 620, "Bits per weight against R² for the weights of PP-OCRv4 rec", Style);
        canvas.Text(_area.Left, 30, "PP-OCRv4 rec: what a weight costs, and what comes back", "title");
        Axes(canvas);

        // A straight line in this picture: two points do.
        Curve(canvas, [Bound(0), Bound(0.9999)], "bound thin");
        Curve(canvas, rec.Entropy.Zip(rec.Coder, (bits, point) => point with { Bits = bits }), "entropy thin");
        var nnCodec = MeasuredElsewhere.NnCodec.Where(row => row.Model == CorpusModel.Rec.Key).Select(row => new CodingPoint(row.DependentRdo, row.R2, row.R2)).ToList();
        Curve(canvas, nnCodec, "nncodec dashed");
        Marks(canvas, nnCodec, (x, y) => canvas.Circle(x, y, 4, "nncodec-mark"));
        foreach (var stack in stacks.Where(s => s.Closed.Count > 0))
        {
            Curve(canvas, stack.Closed, "closed");
            Marks(canvas, stack.Closed, (x, y) => canvas.Square(x, y, 4, "closed-mark"));
        }

        Marks(canvas, stacks.Select(s => s.Open), (x, y) => canvas.Diamond(x, y, 6, "paper-mark"));
        Marks(canvas, MeasuredElsewhere.Gguf.Select(row => new CodingPoint(row.Bits, row.R2, row.R2)), (x, y) => canvas.Square(x, y, 4, "gguf-mark"));
        Marks(canvas, rec.Blocks, (x, y) => canvas.Square(x, y, 4, "block-mark"));
        Curve(canvas, rec.Coder, "coder");
        Marks(canvas, rec.Coder, (x, y) => canvas.Circle(x, y, 5, "coder-mark"));
        Legend(canvas);
        return canvas.ToString();
    }

    private static void Axes(SvgCanvas canvas)
    {
        for (var bits = 0; bits <= _area.MaximumBits; bits++)
        {
            var x = _area.X(bits);
            canvas.Line(x, _area.Top, x, _area.Bottom, "grid");
            canvas.Text(x, _area.Bottom + 20, bits.ToString(CultureInfo.InvariantCulture), "middle");
        }

        foreach (var (decibels, label) in (ReadOnlySpan<(int, string)>)[(0, "0"), (10, "0.9"), (20, "0.99"), (30, "0.999"), (40, "0.9999")])
        {
            var y = _area.YOfDecibels(decibels);
            canvas.Line(_area.Left, y, _area.Right, y, decibels == 0 ? "axis" : "grid");
            canvas.Text(_area.Left - 8, y + 1, label, "end");
            canvas.Text(_area.Left - 8, y + 13, string.Create(CultureInfo.InvariantCulture, $"{decibels} dB"), "small end");
        }

        canvas.Text(_area.Right - 8, _area.YOfDecibels(0) + 18, "below this line, a weight's mean alone would be nearer to it", "small end");
        canvas.Text((_area.Left + _area.Right) / 2, _area.Bottom + 46, "bits per weight, side information included", "middle");
        canvas.Text(22, (_area.Top + _area.Bottom) / 2, "R² to the weights (−10 log₁₀(1 − R²))", "middle", degrees: -90);
    }

    private static void Legend(SvgCanvas canvas)
    {
        var x = _area.Right + 22;
        var y = _area.Top + 12.0;

        void Entry(string text, string? note, Action<double, double> draw)
        {
            draw(x + 12, y - 4);
            canvas.Text(x + 32, y, text, "");
            if (note is not null)
                canvas.Text(x + 32, y + 14, note, "small");
            y += note is null ? 28 : 40;
        }

        void Stroke(double at, double height, string style) => canvas.Polyline([(at - 12, height), (at + 12, height)], style);

        Entry("CompressTasks, quantize", "every weight at the same R²", (at, height) =>
        {
            Stroke(at, height, "coder");
            canvas.Circle(at, height, 5, "coder-mark");
        });
        Entry("NNCodec 0.3.1 + RDO", "measured elsewhere", (at, height) =>
        {
            Stroke(at, height, "nncodec dashed");
            canvas.Circle(at, height, 4, "nncodec-mark");
        });
        Entry("uniform quantizer", "order-0 entropy", (at, height) => Stroke(at, height, "entropy thin"));
        Entry("bound for iid Gaussians", "½ log₂(1/(1 − R²))", (at, height) => Stroke(at, height, "bound thin"));
        Entry("gaussian + pca + residual", "the papers' stages, loop closed", (at, height) =>
        {
            Stroke(at, height, "closed");
            canvas.Square(at, height, 4, "closed-mark");
        });
        Entry("the papers' stages alone", "gaussian, gaussian + pca, tower", (at, height) => canvas.Diamond(at, height, 6, "paper-mark"));
        Entry("4 and 8 bits, blocks", "of 32 and 128, fp16 scales", (at, height) => canvas.Square(at, height, 4, "block-mark"));
        Entry("GGUF formats", "measured elsewhere", (at, height) => canvas.Square(at, height, 4, "gguf-mark"));
    }

    private static CodingPoint Bound(double r2) => new(GaussianBound.BitsPerWeight(r2), r2, r2);

    private static void Curve(SvgCanvas canvas, IEnumerable<CodingPoint> points, string style) =>
        canvas.Polyline(points.Select(point => (_area.X(point.Bits), _area.Y(point.MeanR2))), style);

    private static void Marks(SvgCanvas canvas, IEnumerable<CodingPoint> points, Action<double, double> draw)
    {
        foreach (var point in points.Where(_area.Contains))
            draw(_area.X(point.Bits), _area.Y(point.MeanR2));
    }
}
