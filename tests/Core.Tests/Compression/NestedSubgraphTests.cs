using System.Text;
using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Runtime;
using CompressTasks.Diagnostics;
using CompressTasks.Inspection;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Runtime;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>An If within an If within an If, with a weight in the innermost branch.</summary>
public sealed class NestedSubgraphTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Protobuf's own limit is 100 messages, three for each If and four for the type of its output: ONNX Runtime loads 31.</summary>
    [Fact]
    public void WhatOnnxRuntimeLoadsIsCompressedAndOpened()
    {
        using var model = CompressedModel.Open(Compress(31).ArtifactPath);
        using var session = model.CreateSession();
        session.OutputNames.ShouldBe(["y0"]);
    }

    /// <summary>66 have 199 messages, and the weight is the 200th.</summary>
    [Fact]
    public void SixtySixLevelsComeBackAsTheyWere()
    {
        var outcome = Compress(66);
        outcome.Report.Weights.ShouldHaveSingleItem().Elements.ShouldBe(64 * 64);
        SpecRun.Restore(outcome.ArtifactPath, _folder["restored.onnx"]);
        using var original = OnnxModel.Open(_folder["m.onnx"]);
        using var restored = OnnxModel.Open(_folder["restored.onnx"]);
        restored.Weights[0].Path.ShouldBe(original.Weights[0].Path);
        restored.TotalBytes.ShouldBe(original.TotalBytes);
    }

    [Theory]
    [InlineData(67)]
    [InlineData(150)]
    [InlineData(1000)]
    public void DeeperOnesAreRefusedByEveryCommand(int depth)
    {
        var path = _folder.Write("m.onnx", Model(depth));
        foreach (var command in (Action[])[() => Inspector.Model(path), () => Compress(depth), () => CompressedModel.Open(path)])
            Should.Throw<CompressException>(command).Diagnostics[0].Code.ShouldBe("CT2010");
    }

    private CompressionOutcome Compress(int depth) => Compressor
        .Run(CompressionSpec.ForModel(_folder.Write("m.onnx", Model(depth)), 0.9), new CompressionOptions { Probe = false }, null, default)
        .ShouldHaveSingleItem();

    // By hand, from the inside out: the generated types would recurse.
    private static byte[] Model(int depth)
    {
        var weight = RunnableModel.Matrix("w", 64, 64, 1).ToByteArray();
        var graph = Graph(depth, [.. Field(1, Operator("MatMul", $"y{depth}", "x", "w")), .. Field(5, weight)]);
        for (var level = depth - 1; level >= 0; level--)
        {
            var other = Graph($"e{level}", Field(1, Operator("Identity", $"e{level}", "x")));
            graph = Graph(level, Field(1, [.. Operator("If", $"y{level}", "c"), .. Branch("then_branch", graph), .. Branch("else_branch", other)]));
        }

        return
        [
            0x08, 7,
            .. Field(7, [.. graph, .. Field(11, Build.Value("x", ElementType.Float, [1, 64]).ToByteArray()),
                .. Field(11, Build.Value("c", ElementType.Bool).ToByteArray())]),
            .. Field(8, [0x10, 13]),
        ];
    }

    private static byte[] Graph(int level, byte[] content) => Graph($"y{level}", content);

    private static byte[] Graph(string output, byte[] content) =>
        [.. content, .. Field(2, "g"u8), .. Field(12, Build.Value(output, ElementType.Float, [1, 64]).ToByteArray())];

    private static byte[] Branch(string name, byte[] graph) =>
        Field(5, [.. Field(1, Encoding.UTF8.GetBytes(name)), .. Field(6, graph), 0xA0, 0x01, 5]);

    private static byte[] Operator(string type, string output, params string[] inputs) =>
    [
        .. inputs.SelectMany(input => Field(1, Encoding.UTF8.GetBytes(input))), .. Field(2, Encoding.UTF8.GetBytes(output)),
        .. Field(3, Encoding.UTF8.GetBytes(output)), .. Field(4, Encoding.UTF8.GetBytes(type)),
    ];

    private static byte[] Field(int number, ReadOnlySpan<byte> content) => WeightPathTests.Message(number, content);
}
