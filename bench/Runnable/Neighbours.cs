using System.Globalization;
using System.Numerics.Tensors;
using CompressTasks.Corpus;
using CompressTasks.Outputs;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Runnable;

/// <summary>ResNet18 finds, for each of some pictures, the one of others that is most like it.</summary>
/// <param name="asking">Samples, none of which shares a photograph with the others.</param>
/// <param name="others">Samples that are found.</param>
internal sealed class Neighbours(string asking, string others)
{
    private const string Input = "Input247";
    private const int Side = 224;
    private const int Values = 3 * Side * Side;
    private static readonly long[] _shape = [1, 3, Side, Side];

    private readonly float[] _asking = NpzFile.Read(asking)[Input].AsSpan<float>().ToArray();
    private readonly float[] _others = NpzFile.Read(others)[Input].AsSpan<float>().ToArray();

    public TensorValue First => RunnableModel.Floats(Input, _shape, _asking.AsSpan(0, Values));

    public string Judge(InferenceSession original, InferenceSession model)
    {
        var (expected, found) = (Nearest(original), Nearest(model));
        return string.Create(CultureInfo.InvariantCulture,
            $"nearest picture as before in {100.0 * expected.Zip(found).Count(pair => pair.First == pair.Second) / expected.Count:0.0} %");
    }

    private List<int> Nearest(InferenceSession session)
    {
        var (asking, others) = (Features(session, _asking), Features(session, _others));
        return [.. asking.Select(one => Enumerable.Range(0, others.Count).MaxBy(i => TensorPrimitives.CosineSimilarity<float>(one, others[i])))];
    }

    private static List<float[]> Features(InferenceSession session, float[] pictures) =>
    [.. Enumerable.Range(0, pictures.Length / Values).Select(i =>
    {
        using var input = OrtValue.CreateTensorValueFromMemory(pictures[(i * Values)..((i + 1) * Values)], _shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [Input], [input], [session.OutputNames[0]]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    })];
}
