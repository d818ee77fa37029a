using System.Collections.Concurrent;
using CompressTasks.Compression;
using CompressTasks.Compression.Planning;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Diagnostics;
using CompressTasks.Inspection;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Reporting.Writers;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>Values that are in no tensor: lists of floats in attributes, and segments of tensors, which nothing can take out.</summary>
public sealed class AttributeFloatsTests : IDisposable
{
    private const int Count = 5000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FloatsInAttributesAreCountedEverywhere()
    {
        var path = _folder.Write("m.onnx", WithAttribute(Graphs.Matrix("w", 64, 64, i => MathF.Sin(i * i))));
        var length = new FileInfo(path).Length;
        var spec = CompressionSpec.ForModel(path, 0.99);
        var progress = new ConcurrentQueue<CompressionProgress>();
        var report = Run(spec, progress).Report;

        report.Coverage.AttributeFloats.ShouldBe(Count);
        (report.Coverage.Coded.Bytes + report.Coverage.Kept.Sum(kept => kept.Bytes) + report.Coverage.StructureBytes).ShouldBe(length);
        report.Coverage.Coded.Bytes.ShouldBe(64 * 64 * 4);
        report.Notes.ShouldContain(
            "5000 floats in attributes of nodes (20.0 kB) are no weights: they are carried exactly, in the model's structure.");
        var markdown = MarkdownReport.Write(report);
        markdown.ShouldContain("| in attributes: carried exactly | 5000 floats | 20000 | in the model's structure |");
        markdown.ShouldContain($"| **total** | 1 | {length} | |");
        foreach (var phase in (CompressionPhase[])[CompressionPhase.Encoding, CompressionPhase.Verifying])
        {
            progress.Where(p => p.Phase == phase).ShouldAllBe(p => p.TotalBytes == length);
            progress.Where(p => p.Phase == phase).Max(p => p.DoneBytes).ShouldBe(length);
        }

        Inspector.Model(path).AttributeFloats.ShouldBe(Count);
        Planner.Run(spec, new(), default).ShouldHaveSingleItem().AttributeFloats.ShouldBe(Count);
    }

    [Fact]
    public void AModelWithoutWeightsIsCoveredToo()
    {
        var path = _folder.Write("m.onnx", WithAttribute());
        var report = Run(CompressionSpec.ForModel(path, 0.99), []).Report;
        (report.Coverage.AttributeFloats, report.Coverage.StructureBytes).ShouldBe((Count, new FileInfo(path).Length));
    }

    [Fact]
    public void ARuleThatCouldOnlyBeAboutThemSaysSo()
    {
        _folder.Write("m.onnx", WithAttribute());
        Refusal().ShouldBe("the rule \"**\" compresses no weight of m.onnx: it has no weights that can be coded, "
            + "but 5000 floats in attributes of nodes, which are carried exactly");
    }

    [Fact]
    public void ASegmentOfATensorSatisfiesNoRule()
    {
        var tensor = Graphs.Matrix("w", 64, 64, i => MathF.Sin(i * i));
        tensor.Segment = new TensorProto.Types.Segment();
        _folder.Write("m.onnx", Build.Model(tensor));
        Refusal().ShouldBe("the rule \"**\" compresses no weight of m.onnx: it has no weights that can be coded, "
            + "but 1 segment of a tensor, which are carried exactly");
    }

    private string Refusal()
    {
        var spec = CompressionSpec.Parse(
            "models: [ m.onnx ]\nrules:\n  - weights: \"**\"\n    stack: [ quantize: { r2: 0.9 } ]", _folder["compress.yml"]);
        var diagnostic = Should.Throw<CompressException>(() => Run(spec, [])).Diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe("CT1025");
        return diagnostic.Message;
    }

    private static CompressionOutcome Run(CompressionSpec spec, ConcurrentQueue<CompressionProgress> progress) =>
        Compressor.Run(spec, new CompressionOptions { Probe = false }, new Queue(progress), default).ShouldHaveSingleItem();

    private static byte[] WithAttribute(params TensorProto[] weights)
    {
        var graph = Build.Graph(weights);
        var floats = new AttributeProto { Name = "value_floats", Type = 6 };
        floats.Floats.AddRange(Build.Values(Count));
        graph.Node.Add(Build.Node("Constant", "c", "c", floats));
        return Build.Model(graph).ToByteArray();
    }

    private sealed class Queue(ConcurrentQueue<CompressionProgress> progress) : IProgress<CompressionProgress>
    {
        public void Report(CompressionProgress value) => progress.Enqueue(value);
    }
}
