using System.Runtime.InteropServices;
using CompressTasks.Corpus;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Core.Tests;

/// <summary>The yardstick itself: ONNX Runtime runs the corpus, gives the documented figures, and gives the same bits twice.</summary>
[Trait("Speed", "Slow")]
public class OnnxRuntimeTests
{
    private const int Characters = 63;

    public static TheoryData<string> NpmModelNames => [.. NpmModels.All.Select(path => Path.GetFileName(path))];

    [Fact]
    public void TinyGptPredictsTheHeldOutTextWithTheDocumentedLoss()
    {
        var validation = NpzFile.Read(TinyGpt.Validation);
        var targets = validation["targets"].AsSpan<long>();

        var output = OnnxRuntimeOutputs.Run(TinyGpt.Model, [validation["tokens"].ToTensor("tokens")]).ShouldHaveSingleItem();

        output.Name.ShouldBe("logits");
        output.Shape.ShouldBe([32, 128, Characters]);
        var logits = MemoryMarshal.Cast<byte, float>(output.Bytes);
        var loss = 0.0;
        var hits = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            var row = logits.Slice(i * Characters, Characters);
            loss += LogSumExp(row) - row[(int)targets[i]];
            hits += row.IndexOf(Max(row)) == targets[i] ? 1 : 0;
        }

        (loss / targets.Length).ShouldBe(1.3123, 0.0001);
        ((double)hits / targets.Length).ShouldBe(0.6047, 0.0001);
    }

    [NpmTheory]
    [MemberData(nameof(NpmModelNames))]
    public void ModelGivesTheSameBitsInTwoSessions(string fileName)
    {
        var model = NpmModels.All.Single(path => Path.GetFileName(path) == fileName);

        var first = OnnxRuntimeOutputs.Run(model, seed: 1);
        var second = OnnxRuntimeOutputs.Run(model, seed: 1);

        second.Count.ShouldBe(first.Count);
        first.Zip(second).ShouldAllBe(pair => pair.First.BitEquals(pair.Second));
    }

    [NpmTheory]
    [MemberData(nameof(NpmModelNames))]
    public void OutputsDependOnTheInputs(string fileName)
    {
        var model = NpmModels.All.Single(path => Path.GetFileName(path) == fileName);

        var first = OnnxRuntimeOutputs.Run(model, seed: 1, GraphOptimizationLevel.ORT_DISABLE_ALL);
        var second = OnnxRuntimeOutputs.Run(model, seed: 2, GraphOptimizationLevel.ORT_DISABLE_ALL);

        first[0].BitEquals(second[0]).ShouldBeFalse();
    }

    private static double LogSumExp(ReadOnlySpan<float> row)
    {
        var max = Max(row);
        var sum = 0.0;
        foreach (var logit in row)
            sum += Math.Exp(logit - max);
        return max + Math.Log(sum);
    }

    private static float Max(ReadOnlySpan<float> row)
    {
        var max = row[0];
        foreach (var logit in row)
            max = Math.Max(max, logit);
        return max;
    }
}
