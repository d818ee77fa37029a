using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Core.Tests.Compression.Search;

/// <summary>Layers of as many inputs as outputs after each other, each but the first followed by tanh: from x to h0, h1 and so on, by w0, w1 and so on.</summary>
/// <param name="count">How many.</param>
/// <param name="width">Inputs, and outputs.</param>
internal sealed class LayerChain(int count, int width)
{
    public IReadOnlyList<string> Nodes { get; } = [
        "MatMul x,w0 -> h0",
        .. Enumerable.Range(1, count - 1).SelectMany(layer => (string[])[$"MatMul h{layer - 1},w{layer} -> m{layer}", $"Tanh m{layer} -> h{layer}"]),
    ];

    public string Output { get; } = $"h{count - 1}";

    /// <summary>Weights between −¼ and ¼.</summary>
    public IEnumerable<TensorProto> Weights(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(layer => Graphs.Matrix($"w{layer}", width, width, _ => (random.NextSingle() - 0.5f) / 2))];
    }
}
