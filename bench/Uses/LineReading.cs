using System.Globalization;
using CompressTasks.Corpus;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Uses;

/// <summary>PP-OCRv4 rec reads lines that were drawn in DejaVu Sans.</summary>
internal sealed class LineReading : IUse
{
    public string Title => "PP-OCRv4 rec";

    public string Path => NpmModels.Rec;

    public string Judge(InferenceSession original, InferenceSession model)
    {
        var read = RenderedLines.Lines.Select(line => RenderedLines.Read(model, line)).ToList();
        var right = read.Zip(RenderedLines.Lines).Count(pair => pair.First == pair.Second);
        var blank = read.Count(line => line.Length == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{right} of {read.Count} lines read")
            + (blank > 0 ? string.Create(CultureInfo.InvariantCulture, $", {blank} blank") : "");
    }
}
