using CompressTasks.Onnx.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Folder = CompressTasks.IO.TemporaryFolder;

namespace CompressTasks.Core.Tests.Runnable;

/// <summary>What a graph that ONNX Runtime has optimized computes with.</summary>
internal static class Fusion
{
    /// <summary>The graph that ONNX Runtime makes of a model.</summary>
    public static GraphProto Optimized(string model)
    {
        using var folder = new Folder("optimized");
        var path = Path.Combine(folder.FullName, "optimized.onnx");
        using (var options = new SessionOptions
        {
            OptimizedModelFilePath = path,
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        })
        {
            using var session = new InferenceSession(model, options);
        }

        return ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph;
    }

    public static void ShouldHave(this GraphProto graph, params string[] operators) =>
        graph.Node.Select(node => node.OpType).Intersect(operators).ShouldBe(operators, ignoreOrder: true,
            $"it has {string.Join(", ", graph.Node.Select(node => node.OpType))}");

    /// <summary>No layer computes in float on integers that were made floats in front of it.</summary>
    public static void ShouldDequantizeForNoLayer(this GraphProto graph)
    {
        var dequantized = graph.Node.Where(node => node.OpType == "DequantizeLinear").Select(node => node.Output[0]).ToHashSet();
        graph.Node.Where(node => node.OpType is "MatMul" or "FusedMatMul" or "Gemm" or "FusedGemm" or "Conv" or "FusedConv")
            .Where(node => node.Input.Any(dequantized.Contains)).ShouldBeEmpty();
    }
}
