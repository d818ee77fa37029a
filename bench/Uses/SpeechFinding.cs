using System.Globalization;
using CompressTasks.Benchmarks.Protection;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Uses;

/// <summary>Silero VAD finds speech in recordings, fed its own state.</summary>
internal sealed class SpeechFinding(string title, Func<string> findFile) : IUse
{
    private static readonly Lazy<float[]> _recordings = new(Recordings.Read);

    public string Title => title;

    public string Path => findFile();

    public string Judge(InferenceSession original, InferenceSession model)
    {
        var (expected, found) = (VoiceActivity.Run(original, _recordings.Value), VoiceActivity.Run(model, _recordings.Value));
        var run = ProtectedRun.Of(0, expected, found);
        return string.Create(CultureInfo.InvariantCulture,
            $"speech in {Share(found):0.0} % of windows (original: {Share(expected):0.0} %), as before in {100 * run.Agreement:0.00} %, "
                + $"R² {run.OutputR2:0.0000}");
    }

    private static double Share(float[] probabilities) => 100.0 * probabilities.Count(p => p >= ProtectedRun.Speech) / probabilities.Length;
}
