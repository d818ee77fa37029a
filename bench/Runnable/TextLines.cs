using System.Globalization;
using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Corpus;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Runnable;

/// <summary>Lines of Debian's <c>fortunes</c>, drawn for PP-OCRv4 rec to read.</summary>
internal sealed class TextLines
{
    private const string File = "/usr/share/games/fortunes/cookie";
    private const int Lines = 32;
    private const int Characters = 18;
    private const int Height = 48;
    private const int Width = 320;
    private static readonly long[] _shape = [1, 3, Height, Width];

    private readonly List<float[]> _judged = [];

    public TextLines(string folder)
    {
        var lines = Read();
        (Calibration, Judgement) = (Write("calibration", lines.Take(Lines)), Write("judgement", lines.Skip(Lines), _judged));

        string Write(string set, IEnumerable<string> texts, List<float[]>? pictures = null)
        {
            var path = Path.Combine(folder, $"lines.{set}.npz");
            using var writer = new SampleWriter(path);
            foreach (var text in texts)
            {
                var (pixels, _) = RenderedLines.Draw(text, Width);
                writer.Add("x", pixels, _shape);
                pictures?.Add(pixels);
            }

            writer.Save();
            return OutputModel.Quoted(path);
        }
    }

    /// <summary>Lines, as a spec says them.</summary>
    public string Calibration { get; }

    /// <summary>Other lines, as a spec says them.</summary>
    public string Judgement { get; }

    public TensorValue First => RunnableModel.Floats("x", _shape, _judged[0]);

    public string Judge(InferenceSession original, InferenceSession model)
    {
        var same = _judged.Count(line => RenderedLines.Read(original, line, Width) == RenderedLines.Read(model, line, Width));
        return string.Create(CultureInfo.InvariantCulture, $"{same} of {_judged.Count} lines read as before");
    }

    /// <summary>As many as two sets have, cut to what fits into a picture.</summary>
    public static IReadOnlyList<string> Read()
    {
        if (!System.IO.File.Exists(File))
            throw new InvalidOperationException($"{File} was not found: apt-get install fortunes.");
        return [.. System.IO.File.ReadAllLines(File).Where(line => line.Length > Characters && char.IsLetter(line[0]))
            .Where((_, i) => i % 7 == 0).Select(line => line[..Characters]).Take(2 * Lines)];
    }
}
