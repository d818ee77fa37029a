using CompressTasks.Compression;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;
using Google.Protobuf;
using OnnxBuild = CompressTasks.Core.Tests.Onnx.Build;

namespace CompressTasks.Core.Tests.Artifacts;

/// <summary>A small model with a linear layer for every kind of calibrated chunk: inputs in the first axis, in the second, and in groups.</summary>
internal static class GoldenCalibratedModel
{
    private const string Name = "golden-calibrated-v1.onnx";

    private const string Spec =
        $$"""
        models: [ {{Name}} ]
        rules:
          - weights: "*.weight"
            minElements: 0
            stack: [ quantize: { for: outputs, calibration: { random: { seed: 7, count: 40, shapes: { x: [ 16, 24 ] } } } } ]
        gate: { outputs: { samples: { random: { seed: 1, count: 4, shapes: { x: [ 16, 24 ] } } }, r2: 0.98 } }
        output: .
        report: json
        """;

    /// <summary>
    /// x [?, 24] → MatMul → Tanh → Gemm with a transposed weight → Conv of two groups, the inputs of the second four times as large → y [?, 32, 1].
    /// </summary>
    public static ModelProto Build()
    {
        var shape = OnnxBuild.Tensor("shape", ElementType.Int64, 3);
        shape.RawData = ByteString.CopyFrom([.. new[] { -1L, 32, 1 }.SelectMany(BitConverter.GetBytes)]);
        var scale = OnnxBuild.Raw("scale", [.. Enumerable.Range(0, 32).Select(channel => channel < 16 ? 1f : 4)]);
        scale.Dims.Add(1);
        var graph = new GraphProto
        {
            Name = "main",
            Input = { OnnxBuild.Value("x", ElementType.Float, -1, 24) },
            Output = { OnnxBuild.Value("y", ElementType.Float, -1, 32, 1) },
            Initializer = { GoldenModel.Tensor("matmul.weight", ElementType.Float, 40, 24, 20),
                GoldenModel.Tensor("gemm.weight", ElementType.Float, 41, 32, 20),
                    GoldenModel.Tensor("conv.weight", ElementType.Float, 42, 32, 16, 1), shape, scale },
        };
        graph.Node.Add(Node("MatMul", "hidden", ["x", "matmul.weight"]));
        graph.Node.Add(Node("Tanh", "bent", ["hidden"]));
        graph.Node.Add(Node("Gemm", "wide", ["bent", "gemm.weight"], "transB", 1));
        graph.Node.Add(Node("Reshape", "channels", ["wide", "shape"]));
        graph.Node.Add(Node("Mul", "scaled", ["channels", "scale"]));
        graph.Node.Add(Node("Conv", "y", ["scaled", "conv.weight"], "group", 2));
        return OnnxBuild.Model(graph);
    }

    /// <inheritdoc cref="GoldenModel.Compress"/>
    public static string Compress(TemporaryFolder folder, int threads)
    {
        folder.Write(Name, Build());
        return Compressor.Run(CompressionSpec.Parse(Spec, folder["compress.yml"]), new CompressionOptions { Threads = threads }, null,
            CancellationToken.None)[0].ArtifactPath;
    }

    private static NodeProto Node(string type, string output, string[] inputs, string? attribute = null, long value = 0)
    {
        // 2 is AttributeProto.AttributeType.INT.
        var node = OnnxBuild.Node(type, "", output, attribute is null ? [] : [new AttributeProto { Name = attribute, Type = 2, I = value }]);
        node.Input.AddRange(inputs);
        return node;
    }
}
