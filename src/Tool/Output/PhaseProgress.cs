using System.Diagnostics;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;

namespace CompressTasks.Tool.Output;

/// <summary>One phase of a model: how far it is, how fast, and how long it will take.</summary>
internal sealed class PhaseProgress(string model, CompressionPhase phase, string? detail = null)
{
    /// <summary>Before that, a speed is a guess.</summary>
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(0.5);

    private const int LongestName = 24;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private CompressionProgress _last;

    /// <summary>Such as <c>model.onnx: compressing</c>.</summary>
    public string Title => $"{PrintableText.Name(model)}: {Verb(phase, detail)}";

    /// <summary>With the file's name alone, because a bar leaves little room.</summary>
    public string ShortTitle => $"{FittedTable.Shortened(PrintableText.Name(Path.GetFileName(model)), LongestName)}: {Verb(phase, detail)}";

    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>0 to 1; 0 when the end of the phase is not known.</summary>
    public double Share => _last.TotalBytes > 0 ? Math.Min(1, (double)_last.DoneBytes / _last.TotalBytes) : 0;

    public void Update(CompressionProgress progress) => _last = progress;

    /// <summary>Such as <c>12 of 40 chunks, 3.0 of 13.0 MB, 4.1 MB/s, 0:02 left</c> or <c>25 %, 0:30 left</c>; empty when there is nothing to count.</summary>
    public string Figures(TimeSpan elapsed) => string.Join(", ", Parts(elapsed));

    private IEnumerable<string> Parts(TimeSpan elapsed)
    {
        if (_last.TotalWeights > 0)
            yield return Text($"{_last.DoneWeights} of {_last.TotalWeights} chunks");
        if (phase is CompressionPhase.Encoding or CompressionPhase.Verifying or CompressionPhase.Measuring)
        {
            yield return Text($"{_last.DoneBytes / 1e6:0.0} of {_last.TotalBytes / 1e6:0.0} MB");
            if (_last.DoneBytes > 0 && elapsed >= _warmUp)
                yield return Text($"{_last.DoneBytes / 1e6 / elapsed.TotalSeconds:0.0} MB/s");
        }

        if (phase is CompressionPhase.Preparing or CompressionPhase.Calibrating or CompressionPhase.Searching or CompressionPhase.Timing && Share > 0)
            yield return Text($"{100 * Share:0} %");
        if (Share is > 0 and < 1 && elapsed >= _warmUp)
            yield return $"{Clock(Left(elapsed * ((1 - Share) / Share)))} left";
    }

    private TimeSpan Left(TimeSpan expected) => _last.MostLeft is { } most && most < expected ? most : expected;

    private static string Clock(TimeSpan time) =>
        time.TotalHours >= 1 ? Text($"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}") : Text($"{time.Minutes}:{time.Seconds:00}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static string Verb(CompressionPhase phase, string? detail) => phase switch
    {
        CompressionPhase.Calibrating => "measuring the inputs of layers",
        CompressionPhase.Preparing => "coding weights to measure with",
        CompressionPhase.Measuring => "measuring what each weight does to the outputs",
        CompressionPhase.Searching => "searching the smallest artifact",
        CompressionPhase.Encoding => "compressing",
        CompressionPhase.Verifying => "verifying",
        CompressionPhase.Comparing => "comparing outputs",
        CompressionPhase.MeasuringMetrics => $"measuring {detail}",
        CompressionPhase.Timing => "timing both models",
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };
}
