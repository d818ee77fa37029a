using CompressTasks.Calibration;
using CompressTasks.Compression;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Corpus;
using CompressTasks.Diagnostics;
using CompressTasks.Inspection;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Reporting.Writers.Comparison;
using CompressTasks.Runnable;
using CompressTasks.Runtime;
using CompressTasks.Spec;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Core.Tests.Runnable;

public sealed class RewrittenModelTests
{
    private const int Inputs = 40;
    private const int Columns = 24;

    private static readonly float[] _x = RewrittenRun.Noise(Inputs, 1);

    [Fact]
    public void WhatIsNotConcernedStaysAsItIs()
    {
        var model = TwoLayers();
        model.MetadataProps.Add(new StringStringEntryProto { Key = "task", Value = "a" });
        model.Graph.DocString = "what it is";
        model.Graph.Node[1].DocString = "the node's own";

        // A field that no version of ONNX has.
        byte[] bytes = [.. model.Graph.Node[1].ToByteArray(), 0x9A, 0x3F, 0x02, 0x41, 0x42];
        model.Graph.Node[1] = NodeProto.Parser.ParseFrom(bytes);
        using var run = new RewrittenRun(model, "integer");
        run.Model.MetadataProps.ShouldBe(model.MetadataProps);
        run.Model.OpsetImport.ShouldBe(model.OpsetImport);
        run.Model.IrVersion.ShouldBe(model.IrVersion);
        run.Model.Graph.Input.ShouldBe(model.Graph.Input);
        run.Model.Graph.Output.ShouldBe(model.Graph.Output);
        run.Model.Graph.DocString.ShouldBe("what it is");
        run.Model.Graph.Node.Single(node => node.OpType == "Tanh").ShouldBe(model.Graph.Node[1]);
    }

    /// <summary>In models of IR 3 every initializer is an input, and no caller gives it.</summary>
    [Fact]
    public void InitializersOfOldModelsAreInputsNoLonger()
    {
        var model = TwoLayers();
        model.IrVersion = 3;
        model.OpsetImport[0].Version = 11;
        foreach (var tensor in model.Graph.Initializer)
            model.Graph.Input.Add(Build.Value(tensor.Name, ElementType.Float, tensor.Dims));
        using var run = new RewrittenRun(model, "integer");
        run.Model.IrVersion.ShouldBe(4);
        run.Model.Graph.Input.Select(input => input.Name).ShouldBe(["x"]);
        run.Run(GraphOptimizationLevel.ORT_ENABLE_ALL, RewrittenRun.Input("x", _x, 1, Inputs)).Length.ShouldBe(Columns);
    }

    [Fact]
    public void AWeightThatACallerMayGiveStaysInFloat()
    {
        var model = TwoLayers();
        model.Graph.Input.Add(Build.Value("w", ElementType.Float, Inputs, Columns));
        using var run = new RewrittenRun(model, "integer");
        run.Outcome.Report.Runnable!.Left.Select(left => (left.Path, left.Reason)).ShouldBe([("w", "a caller may give another in its place")]);
        run.Outcome.Report.Runnable.Weights.Select(weight => weight.Path).ShouldBe(["v"]);
    }

    [Fact]
    public void WhatNoPatternFitsIsNamedAndCodedByTheStagesBehind()
    {
        var model = Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Inputs, Columns), RewrittenRun.Weight("m", 4, 60, Columns)], "MatMul x,w -> h", "Mul h,m -> y");
        using var run = new RewrittenRun(model, "integer, quantize: { r2: 0.9 }", format: "both");
        run.Outcome.Report.Runnable!.Left.Select(left => (left.Path, left.Reason)).ShouldBe([("m", "it is used by Mul")]);
        run.Outcome.Report.Weights.Select(weight => (weight.Path, weight.Stack)).ShouldBe([("w", "integer"), ("m", "quantize")]);
        run.Outcome.Report.Weights[1].R2.ShouldBeInRange(0.9, 0.99);
        run.Outcome.Report.Notes.ShouldContain("1 weight (m) stays in float: it is used by Mul.");
    }

    [Fact]
    public void Float16IsRoundedToNearestAndUsedAsBefore()
    {
        using var run = new RewrittenRun(TwoLayers(), "float16");
        double[] w = [.. RewrittenRun.Noise(Inputs * Columns, 2).Select(value => (double)(Half)value)];
        double[] v = [.. RewrittenRun.Noise(Columns * Columns, 3).Select(value => (double)(Half)value)];
        var hidden = RewrittenRun.Product([.. _x.Select(value => (double)value)], w, 1, Inputs, Columns);
        var expected = RewrittenRun.Product([.. hidden.Select(Math.Tanh)], v, 1, Columns, Columns);
        foreach (var level in DynamicMatMulTests.Levels)
        {
            var found = run.Run(level, RewrittenRun.Input("x", _x, 1, Inputs));
            for (var i = 0; i < Columns; i++)
                ((double)found[i]).ShouldBe(expected[i], 1e-5);
        }
    }

    [Fact]
    public void AnArtifactDecodesToTheRunnableModel()
    {
        using var onnx = new RewrittenRun(TwoLayers(), "integer");
        using var both = new RewrittenRun(TwoLayers(), "integer", format: "both");
        File.ReadAllBytes(both.Path).ShouldBe(File.ReadAllBytes(onnx.Path));
        SpecRun.Restore(both.Outcome.ArtifactPath, both["restored.onnx"]);
        File.ReadAllBytes(both["restored.onnx"]).ShouldBe(File.ReadAllBytes(onnx.Path));
        using var opened = CompressedModel.Open(both.Outcome.ArtifactPath);
        using var session = opened.CreateSession();
        session.OutputNames.ShouldBe(["y"]);
    }

    [Theory]
    [InlineData("onnx")]
    [InlineData("onnxz")]
    public void VerifyMeasuresWhatTheFileHas(string format)
    {
        using var run = new RewrittenRun(TwoLayers(), "integer", format: format);
        var verification = ArtifactVerifier.Verify(run.Outcome.ArtifactPath, run.OriginalPath, threads: 1, CancellationToken.None);
        verification.Weights.Select(weight => weight.Path).ShouldBe(["w", "v"]);
        double[] original = [.. RewrittenRun.Noise(Inputs * Columns, 2).Select(value => (double)value)];
        double[] restored = [.. run.Dequantized("w", i => i % Columns).Select(value => (double)(float)value)];
        verification.Weights[0].R2.ShouldBe(PlainR2.Of(original, restored), 1e-9);
    }

    /// <summary>Integers of 32,768 bytes and their scales are one weight, as in the report of the same run.</summary>
    [Fact]
    public void AComparisonKnowsWhatStandsForAWeight()
    {
        var model = Graphs.Model([("x", [1, 128])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, 128, 256)], "MatMul x,w -> y");
        using var run = new RewrittenRun(model, "integer", format: "onnxz");
        var report = ComparisonReader.Read(run.Outcome.ReportPaths.Single(path => path.EndsWith(".json", StringComparison.Ordinal)));
        var artifact = ComparisonReader.Read(run.Outcome.ArtifactPath);
        artifact.Weights.Keys.ShouldBe(["w"]);
        (artifact["w"].Coding, artifact["w"].Bytes).ShouldBe((report["w"].Coding, report["w"].Bytes));
        artifact.ModelSha256.ShouldBeNull();
        Inspector.Artifact(run.Outcome.ArtifactPath).Weights.Select(weight => (weight.Path, weight.Dtype, weight.Stored)).ShouldBe(
            [("w_quantized", "int8", "runnable"), ("w_scale", "float32", "runnable")]);
    }

    [Fact]
    public void VerifyRefusesTheModelOfAnother()
    {
        using var run = new RewrittenRun(TwoLayers(), "integer");
        using var other = new RewrittenRun(
            Graphs.Model([("x", [1, 8])], [("y", ElementType.Float)], [RewrittenRun.Weight("z", 2, 8, 8)], "MatMul x,z -> y"), "integer");
        Should.Throw<CompressException>(
            () => ArtifactVerifier.Verify(run.Path, other.OriginalPath, threads: 1, CancellationToken.None)).Diagnostics[0].Code.ShouldBe("CT3101");
    }

    [Fact]
    public void ExternalDataGoesIntoTheModelWhereItFits()
    {
        var (w, b) = (Build.Bytes(RewrittenRun.Noise(Inputs * Columns, 2)), Build.Bytes(RewrittenRun.Noise(Columns * 50, 6)));
        using var run = new RewrittenRun(WithExternalData(w.Length, b.Length), "integer", files: ("m.bin", [.. w, .. b]));
        run.Model.Graph.Initializer.ShouldAllBe(tensor => tensor.ExternalData.Count == 0);
        run.Run(GraphOptimizationLevel.ORT_ENABLE_ALL, RewrittenRun.Input("x", _x, 1, Inputs)).Length.ShouldBe(50 * Columns);
        run.Model.Graph.Initializer.Single(tensor => tensor.Name == "b").RawData.ToByteArray().ShouldBe(b);
    }

    /// <summary>As beyond 2 GB: both weights in a file of their own, on pages of 4,096 bytes, and the same outputs.</summary>
    [Fact]
    public void ExternalDataStaysExternalWhereItDoesNotFit()
    {
        var (w, b) = (Build.Bytes(RewrittenRun.Noise(Inputs * Columns, 2)), Build.Bytes(RewrittenRun.Noise(Columns * 50, 6)));
        using var run = new RewrittenRun(WithExternalData(w.Length, b.Length), "float16", files: ("m.bin", [.. w, .. b]));
        using (var model = OnnxModel.Open(run.OriginalPath))
        {
            var graph = new GraphIndex(model.ReadStructure());
            var rewriting = Rewriting.Decide(model, graph, weight => weight.Path == "w" ? new Float16Spec(new("compress.yml")) : null);
            new GraphRewriter(model, graph, rewriting, new(model, CollectedMoments.None.Weights, Equalization.None)).Write(run["large.onnx"], _ => default, mostInOneFile: 0);
        }

        // 1,920 bytes of float16, then 4,800 of float32 on the next page.
        new FileInfo(run["large.onnx.data"]).Length.ShouldBe(4096 + 4800);
        var parsed = ModelProto.Parser.ParseFrom(File.ReadAllBytes(run["large.onnx"]));
        parsed.Graph.Initializer.Select(tensor => string.Join(' ', tensor.ExternalData.Select(entry => $"{entry.Key} {entry.Value}"))).ShouldBe(
            ["location large.onnx.data offset 0 length 1920", "location large.onnx.data offset 4096 length 4800"]);
        var x = RewrittenRun.Input("x", _x, 1, Inputs);
        OnnxRuntimeOutputs.Run(run["large.onnx"], [x])[0].Bytes.ShouldBe(OnnxRuntimeOutputs.Run(Half(run), [x])[0].Bytes);

        // The same in one file.
        static string Half(RewrittenRun run)
        {
            using var model = OnnxModel.Open(run.OriginalPath);
            var graph = new GraphIndex(model.ReadStructure());
            var rewriting = Rewriting.Decide(model, graph, weight => weight.Path == "w" ? new Float16Spec(new("compress.yml")) : null);
            new GraphRewriter(model, graph, rewriting, new(model, CollectedMoments.None.Weights, Equalization.None)).Write(run["half.onnx"], _ => default);
            return run["half.onnx"];
        }
    }

    /// <summary>Of a model whose weights are all rewritten, nothing external is left: what is made of them did not fit into one file either.</summary>
    [Fact]
    public void AllThatIsMadeGoesIntoExternalDataWhereItDoesNotFit()
    {
        var (w, b) = (Build.Bytes(RewrittenRun.Noise(Inputs * Columns, 2)), Build.Bytes(RewrittenRun.Noise(Columns * 50, 6)));
        using var run = new RewrittenRun(WithExternalData(w.Length, b.Length), "float16", files: ("m.bin", [.. w, .. b]));
        using (var model = OnnxModel.Open(run.OriginalPath))
        {
            var graph = new GraphIndex(model.ReadStructure());
            var rewriting = Rewriting.Decide(model, graph, _ => new Float16Spec(new("compress.yml")));
            new GraphRewriter(model, graph, rewriting, new(model, CollectedMoments.None.Weights, Equalization.None)).Write(run["large.onnx"], _ => default, mostInOneFile: 0);
        }

        // 1,920 bytes, and 2,400 on the next page.
        new FileInfo(run["large.onnx.data"]).Length.ShouldBe(4096 + 2400);
        ModelProto.Parser.ParseFrom(File.ReadAllBytes(run["large.onnx"])).Graph.Initializer.ShouldAllBe(tensor => tensor.RawData.Length == 0);
        var x = RewrittenRun.Input("x", _x, 1, Inputs);
        OnnxRuntimeOutputs.Run(run["large.onnx"], [x])[0].Bytes.ShouldBe(OnnxRuntimeOutputs.Run(run.Path, [x])[0].Bytes);
    }

    /// <summary>A weight that is rewritten, and one that is not.</summary>
    private static ModelProto WithExternalData(int first, int second) => Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)],
        [
            Build.External("w", ElementType.Float, "m.bin", "0", $"{first}", Inputs, Columns),
            Build.External("b", ElementType.Float, "m.bin", $"{first}", $"{second}", 50, Columns),
        ],
        "MatMul x,w -> h", "Add h,b -> y");

    private static ModelProto TwoLayers() => Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)],
        [RewrittenRun.Weight("w", 2, Inputs, Columns), RewrittenRun.Weight("v", 3, Columns, Columns)],
        "MatMul x,w -> h", "Tanh h -> t", "MatMul t,v -> y");
}
