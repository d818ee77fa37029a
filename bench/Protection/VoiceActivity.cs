using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Protection;

/// <summary>Runs Silero VAD as its users do: 32 ms at a time, each with the state that the last one left.</summary>
internal static class VoiceActivity
{
    private const int Window = 512;
    private const int Context = 64;

    /// <summary>The inputs of all windows of a model with context, [windows, 1, 576].</summary>
    public static float[] Windows(float[] samples) => Windows(samples, Window, Context);

    /// <summary>The same of windows of another length: at 8 kHz 256 with a context of 32.</summary>
    public static float[] Windows(float[] samples, int length, int context) =>
        [.. Enumerable.Range(0, samples.Length / length).SelectMany(i => WindowAt(samples, i, length, context))];

    /// <summary>The probability of speech in every window.</summary>
    public static float[] Run(InferenceSession session, float[] samples)
    {
        var inputs = session.InputMetadata.Keys.ToHashSet();
        var context = inputs.Contains("state") ? Context : 0;
        List<(string In, string Out, long[] Shape)> states = context > 0
            ? [("state", "stateN", [2, 1, 128])] : [("h", "hn", [2, 1, 64]), ("c", "cn", [2, 1, 64])];
        var values = states.ToDictionary(state => state.In, state => new float[state.Shape.Aggregate(1L, (a, b) => a * b)]);
        var result = new float[samples.Length / Window];
        for (var i = 0; i < result.Length; i++)
        {
            var window = WindowAt(samples, i, Window, context);
            var feeds = new Dictionary<string, OrtValue> { ["input"] = OrtValue.CreateTensorValueFromMemory(window, [1, window.Length]) };
            if (inputs.Contains("sr"))
                feeds["sr"] = OrtValue.CreateTensorValueFromMemory<long>([Recordings.Rate], []);
            foreach (var state in states)
                feeds[state.In] = OrtValue.CreateTensorValueFromMemory(values[state.In], state.Shape);
            using var options = new RunOptions();
            string[] outputs = ["output", .. states.Select(state => state.Out)];
            using var computed = session.Run(options, feeds, outputs);
            result[i] = computed[0].GetTensorDataAsSpan<float>()[0];
            for (var k = 0; k < states.Count; k++)
                values[states[k].In] = computed[k + 1].GetTensorDataAsSpan<float>().ToArray();
            foreach (var feed in feeds.Values)
                feed.Dispose();
        }

        return result;
    }

    private static float[] WindowAt(float[] samples, int number, int length, int context)
    {
        var window = new float[context + length];
        var before = Math.Min(context, number * length);
        samples.AsSpan((number * length) - before, before + length).CopyTo(window.AsSpan(context - before));
        return window;
    }
}
