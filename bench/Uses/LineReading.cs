using System.Globalization;
using CompressTasks.Corpus;
using Microsoft.ML.OnnxRuntime;
using SkiaSharp;

namespace CompressTasks.Benchmarks.Uses;

/// <summary>PP-OCRv4 rec reads lines that were drawn in DejaVu Sans.</summary>
internal sealed class LineReading : IUse
{
    private const string Font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
    private const int Height = 48;
    private const int Margin = 12;

    private static readonly string[] _lines =
        ["Invoice No. 20481", "Total amount due: 319.50", "Thank you for your order", "Delivery on Monday morning"];

    private readonly Lazy<string[]> _characters = new(() =>
        ["", .. File.ReadAllLines(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(NpmModels.Rec)!, "ppocr_keys_v1.txt")), " "]);

    public string Title => "PP-OCRv4 rec";

    public string Path => NpmModels.Rec;

    public string Judge(InferenceSession original, InferenceSession model)
    {
        var read = _lines.Select(line => Read(model, line)).ToList();
        var right = read.Zip(_lines).Count(pair => pair.First == pair.Second);
        var blank = read.Count(line => line.Length == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{right} of {_lines.Length} lines read")
            + (blank > 0 ? string.Create(CultureInfo.InvariantCulture, $", {blank} blank") : "");
    }

    /// <summary>The likeliest character of every column; the first one means none, and repeated ones count once.</summary>
    private string Read(InferenceSession session, string line)
    {
        var (pixels, width) = Draw(line);
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, Height, width]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, session.InputNames, [input], session.OutputNames);
        var probabilities = outputs[0].GetTensorDataAsSpan<float>();
        var classes = (int)outputs[0].GetTensorTypeAndShape().Shape[2];
        var (text, previous) = ("", 0);
        for (var column = 0; column < probabilities.Length / classes; column++)
        {
            var row = probabilities.Slice(column * classes, classes);
            var best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(row);
            if (best != previous)
                text += _characters.Value[best];
            previous = best;
        }

        return text;
    }

    /// <summary>Black on white, as [3, height, width] in [−1, 1].</summary>
    private static (float[] Pixels, int Width) Draw(string line)
    {
        if (!File.Exists(Font))
            throw new InvalidOperationException($"{Font} was not found: apt-get install fonts-dejavu-core.");
        using var typeface = SKTypeface.FromFile(Font);
        using var font = new SKFont(typeface, 30);
        using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        var width = (int)font.MeasureText(line) + (2 * Margin);
        using var bitmap = new SKBitmap(width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        canvas.DrawText(line, Margin, 35, SKTextAlign.Left, font, paint);
        var pixels = new float[3 * Height * width];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var grey = (bitmap.GetPixel(x, y).Green / 127.5f) - 1;
                for (var channel = 0; channel < 3; channel++)
                    pixels[(((channel * Height) + y) * width) + x] = grey;
            }
        }

        return (pixels, width);
    }
}
