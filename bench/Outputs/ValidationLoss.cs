using System.Runtime.InteropServices;
using CompressTasks.Corpus;
using CompressTasks.Outputs;

namespace CompressTasks.Benchmarks.Outputs;

/// <summary>The mean cross entropy of the sample's next character, in nats, over the held-out text.</summary>
internal static class ValidationLoss
{
    public static double OfArtifact(string path)
    {
        using var decoded = TrialModel.OfArtifact(path, Environment.ProcessorCount, CancellationToken.None);
        return OfModel(decoded.Path);
    }

    public static double OfModel(string path)
    {
        var text = NpzFile.Read(TinyGpt.Validation);
        var targets = text["targets"].AsSpan<long>();
        var logits = MemoryMarshal.Cast<byte, float>(OnnxRuntimeOutputs.Run(path, [text["tokens"].ToTensor("tokens")]).Single().Bytes);
        var characters = logits.Length / targets.Length;
        var loss = 0.0;
        for (var i = 0; i < targets.Length; i++)
            loss += CrossEntropy(logits.Slice(i * characters, characters), (int)targets[i]);
        return loss / targets.Length;
    }

    private static double CrossEntropy(ReadOnlySpan<float> logits, int target)
    {
        // Shifted by the largest, so that nothing overflows.
        var largest = float.NegativeInfinity;
        foreach (var logit in logits)
            largest = Math.Max(largest, logit);
        var sum = 0.0;
        foreach (var logit in logits)
            sum += Math.Exp(logit - (double)largest);
        return largest + Math.Log(sum) - logits[target];
    }
}
