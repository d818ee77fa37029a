using Microsoft.ML.OnnxRuntime;
using SkiaSharp;

namespace CompressTasks.Corpus;

/// <summary>Lines of text, drawn in DejaVu Sans, for PP-OCRv4 rec to read.</summary>
public static class RenderedLines
{
    private const string Font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
    private const int Height = 48;
    private const int Margin = 12;

    private static readonly Lazy<string[]> _characters = new(() =>
        ["", .. File.ReadAllLines(Path.Combine(Path.GetDirectoryName(NpmModels.Rec)!, "ppocr_keys_v1.txt")), " "]);

    /// <summary>What is drawn.</summary>
    public static IReadOnlyList<string> Lines { get; } =
        ["Invoice No. 20481", "Total amount due: 319.50", "Thank you for your order", "Delivery on Monday morning"];

    /// <summary>Why nothing can be drawn or read on this machine, or null when it can.</summary>
    public static string? NotAvailableReason { get; } =
        NpmModels.NotAvailableReason ?? (File.Exists(Font) ? null : $"{Font} was not found: apt-get install fonts-dejavu-core.");

    /// <summary>What a model reads where a line is drawn: the likeliest character of every column; the first one means none, and repeated ones count once.</summary>
    public static string Read(InferenceSession session, string line)
    {
        var (pixels, width) = Draw(line, width: null);
        return Read(session, pixels, width);
    }

    /// <summary>What a model reads on a picture.</summary>
    /// <param name="session">The model.</param>
    /// <param name="pixels">As <see cref="Draw"/> makes them.</param>
    /// <param name="width">Of the picture.</param>
    public static string Read(InferenceSession session, float[] pixels, int width)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, Height, width]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, session.InputNames, [input], session.OutputNames);
        var probabilities = outputs[0].GetTensorDataAsSpan<float>();
        var classes = (int)outputs[0].GetTensorTypeAndShape().Shape[2];
        var (text, previous) = ("", 0);
        for (var column = 0; column < probabilities.Length / classes; column++)
        {
            var best = IndexOfLargest(probabilities.Slice(column * classes, classes));
            if (best != previous)
                text += _characters.Value[best];
            previous = best;
        }

        return text;
    }

    private static int IndexOfLargest(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
            best = values[i] > values[best] ? i : best;
        return best;
    }

    /// <summary>Black on white, as [3, height, width] in [−1, 1].</summary>
    /// <param name="line">The text.</param>
    /// <param name="width">Of the picture, which cuts the text; null for its own.</param>
    public static (float[] Pixels, int Width) Draw(string line, int? width)
    {
        if (NotAvailableReason is { } reason)
            throw new InvalidOperationException(reason);
        using var typeface = SKTypeface.FromFile(Font);
        using var font = new SKFont(typeface, 30);
        using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        var columns = width ?? (int)font.MeasureText(line) + (2 * Margin);
        using var bitmap = new SKBitmap(columns, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        canvas.DrawText(line, Margin, 35, SKTextAlign.Left, font, paint);
        var pixels = new float[3 * Height * columns];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var grey = (bitmap.GetPixel(x, y).Green / 127.5f) - 1;
                for (var channel = 0; channel < 3; channel++)
                    pixels[(((channel * Height) + y) * columns) + x] = grey;
            }
        }

        return (pixels, columns);
    }
}
