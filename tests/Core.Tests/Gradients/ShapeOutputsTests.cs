using System.Text.Json;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Gradients;
using CompressTasks.Numerics;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Core.Tests.Gradients;

public sealed class ShapeOutputsTests : IDisposable
{
    private const int Length = 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The shape of each tensor is there before the tensor behind the next is computed, and the tensor may go.</summary>
    [Fact]
    public void TensorsAreNotKeptForTheirShapes()
    {
        var model = Graphs.Model([("t0", [2, 3])], [("y", ElementType.Float)], [], [.. Enumerable.Range(0, Length)
            .Select(layer => $"Tanh t{layer} -> {(layer == Length - 1 ? "y" : $"t{layer + 1}")}")]);
        string[] tensors = [.. Enumerable.Range(1, Length - 1).Select(layer => $"t{layer}")];
        // As measurements come: by name or otherwise, not as they are computed.
        model.Graph.MergeFrom(ShapeOutputs.Of(model.Graph, [.. tensors.Skip(3), .. tensors.Take(3)], tensor => $"shape/{tensor}"));
        foreach (var node in model.Graph.Node)
            node.Name = $"{node.OpType} {node.Output[0]}";
        _folder.Write("m.onnx", model.ToByteArray());

        var order = RunOrder(tensors).ToList();

        order.Where(name => name.StartsWith("Shape", StringComparison.Ordinal)).Count().ShouldBe(Length - 1);
        for (var layer = 1; layer < Length - 2; layer++)
            order.IndexOf($"Shape shape/t{layer}").ShouldBeLessThan(order.IndexOf($"Tanh t{layer + 2}"));
    }

    private IEnumerable<string> RunOrder(string[] tensors)
    {
        using var options = new SessionOptions
        {
            EnableProfiling = true,
            ProfileOutputPathPrefix = _folder["profile"],
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        using var session = new InferenceSession(_folder["m.onnx"], options);
        using var input = OrtValue.CreateTensorValueFromMemory(new float[6], [2, 3]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["t0"], [input], [.. tensors.Select(tensor => $"shape/{tensor}")]);
        outputs[0].GetTensorDataAsSpan<long>().ToArray().ShouldBe([2, 3]);
        using var events = JsonDocument.Parse(File.ReadAllText(session.EndProfiling()));
        const string End = "_kernel_time";
        return [.. events.RootElement.EnumerateArray()
            .Select(each => (Name: each.GetProperty("name").GetString()!, At: each.GetProperty("ts").GetInt64()))
            .Where(each => each.Name.EndsWith(End, StringComparison.Ordinal)).OrderBy(each => each.At).Select(each => each.Name[..^End.Length])];
    }
}
