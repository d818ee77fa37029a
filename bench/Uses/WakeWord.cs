using System.Globalization;
using CompressTasks.Benchmarks.Protection;
using CompressTasks.Corpus;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Uses;

/// <summary>openWakeWord hears "hey jarvis" in phrases that espeak-ng speaks: spectrogram, embedding, classifier.</summary>
internal sealed class WakeWord : IUse
{
    private const int MelBands = 32;
    private const int EmbeddingFrames = 76;
    private const int EmbeddingStep = 8;
    private const int EmbeddingSize = 96;
    private const int ClassifierEmbeddings = 16;
    private const float Threshold = 0.5f;
    private const float FullScale = 32768;

    private static readonly string[] _voices =
        ["en", "en-us", "en-gb-scotland", "en-gb-x-rp", "en+f2", "en-us+f3", "en+m3", "en-us+m5", "en-029"];

    private static readonly string[] _speeds = ["120", "140", "155", "170"];

    private readonly Lazy<List<float[]>> _phrases = new(() =>
        [.. from voice in _voices from speed in _speeds select Phrase(Recordings.Speak((voice, speed, "hey jarvis")))]);

    public string Title => "openWakeWord, log-mel spectrogram";

    public string Path => NpmModels.MelSpectrogram;

    public string Judge(InferenceSession original, InferenceSession model)
    {
        using var embedding = new InferenceSession(NpmModels.SpeechEmbedding);
        using var classifier = new InferenceSession(NpmModels.WakeWords.Single(path => path.Contains("jarvis", StringComparison.Ordinal)));
        int Found(InferenceSession spectrogram) => _phrases.Value.Count(phrase => IsFound(phrase, spectrogram, embedding, classifier));
        return string.Create(CultureInfo.InvariantCulture,
            $"heard in {Found(model)} of {_phrases.Value.Count} phrases (original: {Found(original)})");
    }

    /// <summary>Two seconds of silence before it, and one after it.</summary>
    private static float[] Phrase(float[] speech) =>
        [.. new float[2 * Recordings.Rate], .. speech.Select(value => value * FullScale), .. new float[Recordings.Rate]];

    private static bool IsFound(float[] phrase, InferenceSession spectrogram, InferenceSession embedding, InferenceSession classifier)
    {
        var bands = Run(spectrogram, phrase, [1, phrase.Length]);
        for (var i = 0; i < bands.Length; i++)
            bands[i] = (bands[i] / 10) + 2;
        var windows = ((bands.Length / MelBands) - EmbeddingFrames) / EmbeddingStep;
        var embeddings = Enumerable.Range(0, windows).SelectMany(window => Run(
            embedding,
            bands.AsSpan(window * EmbeddingStep * MelBands, EmbeddingFrames * MelBands).ToArray(),
            [1, EmbeddingFrames, MelBands, 1])).ToArray();
        return Enumerable.Range(0, windows - ClassifierEmbeddings + 1).Any(window => Run(
            classifier,
            embeddings.AsSpan(window * EmbeddingSize, ClassifierEmbeddings * EmbeddingSize).ToArray(),
            [1, ClassifierEmbeddings, EmbeddingSize])[0] >= Threshold);
    }

    private static float[] Run(InferenceSession session, float[] values, long[] shape)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(values, shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, session.InputNames, [input], session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
