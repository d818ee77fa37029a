using Microsoft.ML.OnnxRuntime;

namespace TinyGpt;

/// <summary>The validation loss in nats per character, and the share of characters that were the likeliest one.</summary>
internal sealed record Evaluation(double Loss, double Top1);

/// <summary>
/// A character-level GPT: <c>tokens </c> int64 [batch, time] to <c>logits </c> float [batch, time, characters]. The session stays the caller's.
/// </summary>
internal sealed class LanguageModel(InferenceSession session) : IDisposable
{
    private const int Context = 128;
    private readonly RunOptions _runOptions = new();

    /// <summary>Loss and top-1 over every character of the text.</summary>
    public Evaluation Evaluate(ValidationText text)
    {
        var targets = text.Targets.Values;
        var logits = Logits(text.Tokens.Values, text.Tokens.Rows, text.Tokens.Columns);
        var characters = logits.Length / targets.Length;
        var loss = 0.0;
        var hits = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            var scores = logits.AsSpan(i * characters, characters);
            var target = (int)targets[i];
            loss += LogSumExp(scores) - scores[target];
            hits += Sampler.Likeliest(scores) == target ? 1 : 0;
        }

        return new Evaluation(loss / targets.Length, (double)hits / targets.Length);
    }

    /// <summary>Draws <paramref name="length"/> characters that follow the prompt; the model sees the last 128.</summary>
    public IEnumerable<long> Continue(IReadOnlyList<long> prompt, int length, Sampler sampler)
    {
        List<long> tokens = [.. prompt];
        for (var i = 0; i < length; i++)
        {
            var window = tokens.TakeLast(Context).ToArray();
            var logits = Logits(window, 1, window.Length);
            tokens.Add(sampler.Next(logits.AsSpan(logits.Length / window.Length * (window.Length - 1))));
        }

        return tokens.Skip(prompt.Count);
    }

    public void Dispose() => _runOptions.Dispose();

    private float[] Logits(long[] tokens, int batch, int time)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(tokens, [batch, time]);
        using var outputs = session.Run(_runOptions, ["tokens"], [input], ["logits"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static double LogSumExp(ReadOnlySpan<float> scores)
    {
        double largest = scores[Sampler.Likeliest(scores)];
        var sum = 0.0;
        foreach (var score in scores)
            sum += Math.Exp(score - largest);
        return largest + Math.Log(sum);
    }
}
