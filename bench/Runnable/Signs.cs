using System.Globalization;
using CompressTasks.Benchmarks.Calibration;
using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Corpus;
using CompressTasks.Outputs;
using Microsoft.ML.OnnxRuntime;
using SkiaSharp;

namespace CompressTasks.Benchmarks.Runnable;

/// <summary>Photographs with lines of text drawn on them, for PP-OCRv4 det to find.</summary>
internal sealed class Signs
{
    private const string Font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
    private const int Side = 320;
    private const int Plane = Side * Side;
    private const int Samples = 16;
    private const int LinesOfEach = 4;

    /// <summary>A pixel is text from this on, as PP-OCR has it.</summary>
    private const float IsText = 0.3f;

    private static readonly long[] _shape = [1, 3, Side, Side];
    private static readonly IReadOnlyList<(float Mean, float Deviation)> _normalization = [(0.485f, 0.229f), (0.456f, 0.224f), (0.406f, 0.225f)];

    private readonly float[] _judged;

    public Signs(string folder)
    {
        var lines = TextLines.Read();
        var next = 0;
        string[] paths = [Path.Combine(folder, "signs.calibration.npz"), Path.Combine(folder, "signs.judgement.npz")];
        new Photographs(Side, [1, 1.5], pixels => Normalized(Drawn(pixels))).Write(paths, Samples, "x");
        (Calibration, Judgement) = (OutputModel.Quoted(paths[0]), OutputModel.Quoted(paths[1]));
        _judged = NpzFile.Read(paths[1])["x"].AsSpan<float>().ToArray();

        byte[] Drawn(byte[] pixels)
        {
            using var bitmap = new SKBitmap(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
            for (var i = 0; i < Plane; i++)
                bitmap.SetPixel(i % Side, i / Side, new(pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]));
            using var canvas = new SKCanvas(bitmap);
            using var typeface = SKTypeface.FromFile(Font)
                ?? throw new InvalidOperationException($"{Font} was not found: apt-get install fonts-dejavu-core.");
            for (var line = 0; line < LinesOfEach; line++, next++)
            {
                // Sizes and colours of many kinds; half of the lines have a background of their own.
                using var font = new SKFont(typeface, 14 + (next * 5 % 13));
                var colour = next % 3 == 0 ? SKColors.White : new((byte)(next * 37), 0, (byte)(next * 91));
                using var paint = new SKPaint { Color = colour, IsAntialias = true };
                using var background = new SKPaint { Color = next % 3 == 0 ? SKColors.DarkBlue : SKColors.WhiteSmoke };
                var (text, x, y) = (lines[next % lines.Count], 10 + (next * 29 % 60), 50 + (line * 70));
                if (next % 2 == 0)
                    canvas.DrawRect(x - 4, y - font.Size, font.MeasureText(text) + 8, font.Size * 1.4f, background);
                canvas.DrawText(text, x, y, SKTextAlign.Left, font, paint);
            }

            return [.. Enumerable.Range(0, Plane).Select(i => bitmap.GetPixel(i % Side, i / Side))
                .SelectMany(pixel => new[] { pixel.Red, pixel.Green, pixel.Blue })];
        }
    }

    /// <summary>Pictures, as a spec says them.</summary>
    public string Calibration { get; }

    /// <summary>Others, which share no photograph with these.</summary>
    public string Judgement { get; }

    public TensorValue First => RunnableModel.Floats("x", _shape, _judged.AsSpan(0, 3 * Plane));

    /// <summary>Pixels that are text to both models, of those that are to one.</summary>
    public string Judge(InferenceSession original, InferenceSession model)
    {
        var (both, either) = (0, 0);
        for (var i = 0; i < _judged.Length; i += 3 * Plane)
        {
            var (expected, found) = (Run(original, i), Run(model, i));
            both += expected.Zip(found).Count(pair => pair.First >= IsText && pair.Second >= IsText);
            either += expected.Zip(found).Count(pair => pair.First >= IsText || pair.Second >= IsText);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{100.0 * both / either:0.0} % of the area of text in common");
    }

    private float[] Run(InferenceSession session, int start)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(_judged[start..(start + (3 * Plane))], _shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, ["x"], [input], [session.OutputNames[0]]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[] Normalized(byte[] pixels)
    {
        var values = new float[pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
            values[(i % 3 * Plane) + (i / 3)] = ((pixels[i] / 255f) - _normalization[i % 3].Mean) / _normalization[i % 3].Deviation;
        return values;
    }
}
