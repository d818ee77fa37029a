using System.Buffers.Binary;
using CompressTasks.Compression;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Corpus;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Outputs;

/// <summary>Small models through the whole of it: real artifacts, real ONNX Runtime.</summary>
public sealed class OutputGateRunnerTests : IDisposable
{
    private const string Random = "samples: { random: { count: 20 } }";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheFiguresAreThoseOfTheRestoredModel()
    {
        float[] x = [.. Enumerable.Range(0, 40 * 30).Select(i => MathF.Sin(i))];
        _folder.Write("s.npz", Npz.File(("x", Npz.Array("<f4", "40, 30", x))));
        _folder.Write("m.onnx", Linear());
        var outcome = Compress("r2: 0.95", "samples: s.npz");
        var output = outcome.Report.Outputs!.Outputs.ShouldHaveSingleItem();
        SpecRun.Restore(outcome.ArtifactPath, _folder["restored.onnx"]);
        NamedTensor[] input = [new("x", Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, [40, 30], Bytes(x))];
        var expected = Values(OnnxRuntimeOutputs.Run(_folder["m.onnx"], input)[0]);
        var found = Values(OnnxRuntimeOutputs.Run(_folder["restored.onnx"], input)[0]);

        output.Values.ShouldBe(40 * 50);
        output.R2!.Value.ShouldBe(PlainR2.Of(expected, found), 1e-6);
        output.R2.Value.ShouldBeInRange(0.5, 0.9999);
        output.MaxAbsError!.Value.ShouldBe(expected.Zip(found, (a, b) => Math.Abs(a - b)).Max(), 1e-4);
        output.Top1!.Value.ShouldBe(expected.Chunk(50).Zip(found.Chunk(50), (a, b) => Array.IndexOf(a, a.Max()) == Array.IndexOf(b, b.Max()) ? 1 : 0)
            .Average(), 1e-12);
        output.Kl.ShouldBeNull();
        outcome.Report.Outputs.Pooled.ShouldBe(output with { Name = "pooled", Dtype = "" });
        outcome.Report.Outputs.Source.ShouldBe(new("npz", "s.npz", outcome.Report.Outputs.Source.Sha256, 40));
        outcome.InputPaths.ShouldBe([_folder["m.onnx"], _folder["s.npz"]]);
    }

    [Fact]
    public void AFailedThresholdStandsAtItsLineAndNamesTheWeight()
    {
        _folder.Write("m.onnx", Linear());
        var outcome = Compress("r2: 0.95", $"{Random},\n    r2: 0.9999,\n    cosine: 0.99999,\n    top1: 1");
        outcome.Accepted.ShouldBeFalse();
        outcome.Diagnostics.Select(d => (d.Code, d.Location!.Line)).ShouldBe([("CT4005", 6), ("CT4006", 7), ("CT4007", 8)]);
        outcome.Diagnostics[0].Message.ShouldContain("m.onnx: R² of the output \"y\" is 0.");
        outcome.Diagnostics[0].Message.ShouldContain("So much of the error goes away when one of these weights alone is carried exactly: w (100 %).");
        outcome.Report.Gate.Checks.Select(check => (check.Name, check.Passed))
            .ShouldBe([("outputs.r2", false), ("outputs.cosine", false), ("outputs.top1", false)]);
    }

    [Fact]
    public void WhatHoldsPassesWithoutASearchForBlame()
    {
        _folder.Write("m.onnx", Linear());
        var outcome = Compress("r2: 0.999", $"{Random}, r2: 0.9, cosine: 0.9, top1: 0.5");
        outcome.Diagnostics.ShouldBeEmpty();
        outcome.Report.Outputs!.Blame.ShouldBeEmpty();
        outcome.Report.Gate.Checks.Count.ShouldBe(3);
    }

    [Fact]
    public void ALosslessArtifactComputesTheSameToTheLastBit()
    {
        _folder.Write("m.onnx", Linear());
        _folder.Write("compress.yml",
            System.Text.Encoding.UTF8.GetBytes($"models: [ m.onnx ]\ngate: {{ outputs: {{ {Random}, r2: 1, cosine: 1, top1: 1 }} }}"));
        var outcome = Compressor.Run(CompressionSpec.Load(_folder["compress.yml"]), new(), null, default)[0];
        outcome.Diagnostics.ShouldBeEmpty();
        var pooled = outcome.Report.Outputs!.Pooled;
        (pooled.R2, pooled.Snr, pooled.Cosine, pooled.MaxAbsError, pooled.Top1).ShouldBe((1, double.PositiveInfinity, 1, 0, 1));
    }

    [Fact]
    public void AThresholdHoldsForEveryOutputAndNotOnlyForTheLargest()
    {
        // The small output is the difference of two nearly equal ones, and so ruined; pooled, nobody would see it.
        _folder.Write("m.onnx", Graphs.Model(
            [("x", [-1, 30])],
            [("large", ElementType.Float), ("small", ElementType.Float)],
            [Weight("w", 1), Graphs.Matrix("v", 30, 50, i => Noise(i) + (0.001f * Noise(i + 7777)))],
            "MatMul x,w -> large", "MatMul x,v -> other", "Sub large,other -> small"));
        var outcome = Compress("r2: 0.99", $"{Random}, r2: 0.9");
        var outputs = outcome.Report.Outputs!;
        outputs.Pooled.R2!.Value.ShouldBeGreaterThan(0.9);
        outputs.Outputs.Single(output => output.Name == "small").R2!.Value.ShouldBeLessThan(0.9);
        outcome.Diagnostics.Select(diagnostic => diagnostic.Code).ShouldBe(["CT4005", "CT4035"]);
        outcome.Diagnostics.ShouldAllBe(diagnostic => diagnostic.Message.Contains("output \"small\"", StringComparison.Ordinal));
    }

    /// <summary>A gate that compared nothing has seen nothing.</summary>
    [Fact]
    public void OutputsThatAreAlwaysEmptyFailTheGate()
    {
        var zero = new TensorProto { Name = "zero", DataType = (int)ElementType.Int64, Dims = { 1 }, Int64Data = { 0 } };
        _folder.Write("m.onnx", Graphs.Model([("x", [10, 30])], [("y", ElementType.Float)], [Weight("w", 1), zero], "MatMul x,w -> z",
            "Slice z,zero,zero -> y"));
        var outcome = Compress("r2: 0.5", "samples: { random: {} },\n    r2: 0.9");
        var failure = outcome.Diagnostics.ShouldHaveSingleItem();
        (failure.Code, failure.Severity, failure.Location!.Line).ShouldBe(("CT1511", Severity.Error, 6));
        failure.Message.ShouldContain("are empty on all samples");
        outcome.Accepted.ShouldBeFalse();
    }

    [Fact]
    public void WholeNumbersAreComparedForEquality()
    {
        float[] x = [.. Enumerable.Range(0, 40 * 30).Select(i => MathF.Sin(i))];
        _folder.Write("s.npz", Npz.File(("x", Npz.Array("<f4", "40, 30", x))));
        var model = Graphs.Model([("x", [-1, 30])], [("label", ElementType.Int64)], [Weight("w", 1)], "MatMul x,w -> y", "ArgMax y -> label");

        // 2 is AttributeProto.AttributeType.INT: the largest of each row.
        model.Graph.Node.Single(node => node.OpType == "ArgMax").Attribute.Add(new AttributeProto { Name = "axis", Type = 2, I = 1 });
        _folder.Write("m.onnx", model);
        var outcome = Compress("r2: 0.5", "samples: s.npz,\n    top1: 1");
        SpecRun.Restore(outcome.ArtifactPath, _folder["restored.onnx"]);
        NamedTensor[] input = [new("x", Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, [40, 30], Bytes(x))];
        var (expected, found) = (Labels(_folder["m.onnx"]), Labels(_folder["restored.onnx"]));
        var equal = expected.Zip(found, (a, b) => a == b ? 1 : 0).Sum();
        equal.ShouldBeInRange(1, 39, "else any comparison would do");

        var output = outcome.Report.Outputs!.Outputs.ShouldHaveSingleItem();
        (output.R2, output.Cosine, output.Top1, output.Dtype, output.Values).ShouldBe((null, null, null, "int64", 40));
        output.Equal!.Value.ShouldBe(equal / 40.0, 1e-12);
        outcome.Diagnostics.Select(d => (d.Code, d.Location!.Line)).ShouldBe([("CT4007", 6)]);
        outcome.Diagnostics[0]
            .Message.ShouldEndWith(
                FormattableString.Invariant($"top-1 agreement of the output \"label\" is {equal / 40.0:0.######}, the gate asks for at least 1."));

        var error = Should.Throw<CompressException>(() => Compress("r2: 0.5", "samples: s.npz,\n    top1: 1,\n    r2: 0.9")).Diagnostics.ShouldHaveSingleItem();
        (error.Code, error.Location!.Line).ShouldBe(("CT1511", 7), "known before anything is compressed");
        error.Message.ShouldBe("m.onnx has no output with R², which the gate asks for. Remove \"r2\" from gate.outputs.");

        long[] Labels(string path) =>
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(OnnxRuntimeOutputs.Run(path, input)[0].Bytes).ToArray();
    }

    [Fact]
    public void ANaNFailsWhateverTheThresholds()
    {
        _folder.Write("m.onnx", Graphs.Model([("x", [-1, 30])], [("y", ElementType.Float)], [Weight("w", 1)], "MatMul x,w -> p", "Sqrt p -> y"));
        var outcome = Compress("r2: 0.99", $"{Random}, r2: -1000");
        outcome.Diagnostics.Select(d => d.Code).ShouldBe(["CT4008", "CT4005"]);
        outcome.Diagnostics[0].Message.ShouldContain("values of the output \"y\" cannot be compared");
        double.IsNaN(outcome.Report.Outputs!.Pooled.R2!.Value).ShouldBeTrue();
    }

    /// <summary>No weight is to blame for it.</summary>
    [Fact]
    public void ANaNInTheSamplesIsSaidToBeThere()
    {
        var x = Enumerable.Range(0, 4 * 30).Select(Noise).ToArray();
        x[70] = float.NaN;
        _folder.Write("s.npz", Npz.File(("x", Npz.Array("<f4", "4, 30", x))));
        _folder.Write("m.onnx", Linear());

        var outcome = Compress("r2: 0.5", "samples: s.npz,\n    r2: 0.9999");

        outcome.Diagnostics[0].Code.ShouldBe("CT4008");
        outcome.Diagnostics[0].Message.ShouldContain("The samples have NaN: the input \"x\" in sample 3 of \"s.npz\". Leave that sample out, or mend it.");
        outcome.Report.Outputs!.Blame.ShouldBeEmpty();
    }

    [Fact]
    public void RowsOfASoftmaxHaveADivergence()
    {
        _folder.Write("m.onnx",
            Graphs.Model([("x", [-1, 30])], [("p", ElementType.Float)], [Weight("w", 0.1f)], "MatMul x,w -> y", "Softmax y -> p"));
        Compress("r2: 0.9", Random).Report.Outputs!.Outputs[0].Kl!.Value.ShouldBeInRange(1e-6, 1);
    }

    [Fact]
    public void MistakesInSamplesAreKnownBeforeAnythingIsWritten()
    {
        _folder.Write("m.onnx", Linear());
        var error = Should.Throw<CompressException>(() => Compress("r2: 0.9", "\n    samples: none.npz")).Diagnostics.ShouldHaveSingleItem();
        (error.Code, error.Location!.Line).ShouldBe(("CT1502", 6));
        Directory.Exists(_folder["artifacts"]).ShouldBeFalse();
    }

    [Fact]
    public void AModelThatOnnxRuntimeRefusesIsSaidSo()
    {
        _folder.Write("m.onnx", Graphs.Model([("x", [-1, 30])], [("y", ElementType.Float)], [Weight("w", 1)], "NoSuchOperator x,w -> y"));
        Should.Throw<CompressException>(() => Compress("r2: 0.9", Random)).Diagnostics[0].Code.ShouldBe("CT1510");
    }

    [Fact]
    public void SamplesThatTheModelCannotRunAreSaidSo()
    {
        // Open in the model's interface, and yet only 30 columns fit.
        _folder.Write("m.onnx", Graphs.Model([("x", [-1, -1])], [("y", ElementType.Float)], [Weight("w", 1)], "MatMul x,w -> y"));
        var error = Should.Throw<CompressException>(() => Compress("r2: 0.9", "samples: { random: { shapes: { x: [ 1, 31 ] } } }")).Diagnostics[0];
        (error.Code, error.Location!.Line).ShouldBe(("CT1510", 5));
        Directory.Exists(_folder["artifacts"]).ShouldBeFalse();
    }

    [Fact]
    public void StringsAreNotCompared()
    {
        var names = Build.Tensor("names", ElementType.String, 1);
        names.StringData.Add(Google.Protobuf.ByteString.CopyFromUtf8("a"));
        _folder.Write("m.onnx",
            Graphs.Model([("x", [-1, 30])], [("y", ElementType.Float), ("text", ElementType.String)], [Weight("w", 1), names], "MatMul x,w -> y",
                "Identity names -> text"));
        var outputs = Compress("r2: 0.9", Random).Report.Outputs!;
        outputs.Outputs.ShouldHaveSingleItem().Name.ShouldBe("y");
        outputs.NotCompared.ShouldBe(["text"]);
    }

    [Fact]
    public void AModelWithoutAnOutputToCompareIsRefused()
    {
        var names = Build.Tensor("names", ElementType.String, 1);
        names.StringData.Add(Google.Protobuf.ByteString.CopyFromUtf8("a"));
        _folder.Write("m.onnx", Graphs.Model([], [("text", ElementType.String)], [Weight("w", 1), names], "Identity names -> text"));
        var error = Should.Throw<CompressException>(() => Compress("r2: 0.9", Random)).Diagnostics.ShouldHaveSingleItem();
        (error.Code, error.Location!.Line).ShouldBe(("CT1511", 4));
    }

    // Silero keeps its weights in the branches of an If, and its state has the batch in the second axis.
    [NpmFact]
    public void WeightsInBranchesAndSeveralOutputsAreCompared()
    {
        File.Copy(NpmModels.Silero, _folder["m.onnx"]);
        var outcome = Compress("r2: 0.9999",
            "samples: { random: { shapes: { input: [ 1, 576 ], state: [ 2, 1, 128 ] }, ranges: { sr: [ 16000, 16000 ] } } }, r2: 0.9");
        outcome.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT4013");
        var outputs = outcome.Report.Outputs!;
        outputs.Outputs.Select(output => (output.Name, output.Values)).ShouldBe([("output", 16), ("stateN", 16 * 256)]);
        outputs.Outputs.ShouldAllBe(output => output.R2 < 1 && output.Cosine > 0.99);
    }

    [Fact]
    public void AnAlteredWeightTakesTheBlameAndTheFilesAreAsBefore()
    {
        _folder.Write("m.onnx", Graphs.Model(
            [("x", [-1, 30])],
            [("y", ElementType.Float)],
            [Weight("a", 1), Graphs.Matrix("b", 50, 40, i => Noise(i + 3)), Graphs.Matrix("c", 40, 30, i => Noise(i + 5))],
            "MatMul x,a -> p", "Tanh p -> q", "MatMul q,b -> r", "Tanh r -> s", "MatMul s,c -> y"));
        var outcome = Compress("r2: 0.9999", Random);
        using var model = OnnxModel.Open(_folder["m.onnx"]);
        using var decoded = TrialModel.OfArtifact(outcome.ArtifactPath, 1, default);
        var altered = Scaled(decoded.Read("b"), 1.5f);
        decoded.Write("b", altered);
        var before = File.ReadAllBytes(decoded.Path);

        var gate = CompressionSpec.Load(_folder["compress.yml"]).Gate!.Outputs! with { R2 = new(0.999, new("compress.yml", 1, 1)) };
        var summary = OutputGateRunner.Prepare(gate, Path.GetTempPath(), model, "m.onnx").Run(decoded, ["a", "b", "c"], 2, default);

        summary.Blame.Count.ShouldBe(3);
        (summary.Blame[0].Path, summary.Blame[0].Share > 0.9).ShouldBe(("b", true));
        File.ReadAllBytes(decoded.Path).ShouldBe(before);
    }

    [Fact]
    public void WeightsInExternalDataAreExchangedToo()
    {
        _folder.Write("w.bin", Bytes([.. Enumerable.Range(0, 1500).Select(i => Noise(i))]));
        var weight = Build.External("w", ElementType.Float, "w.bin", "0", "6000", 30, 50);
        _folder.Write("m.onnx", Graphs.Model([("x", [-1, 30])], [("y", ElementType.Float)], [weight], "MatMul x,w -> y"));
        var outcome = Compress("r2: 0.9", $"{Random}, r2: 0.99999");
        outcome.Report.Outputs!.Blame.ShouldHaveSingleItem().Share.ShouldBe(1, 1e-12);
    }

    private CompressionOutcome Compress(string target, string outputs) => SpecRun.Compress(
        _folder,
        $"models: [ m.onnx ]\nrules: [ {{ weights: '**', stack: [ quantize: {{ {target} }} ] }} ]\ngate:\n  outputs: {{\n    {outputs}\n  }}");

    private static ModelProto Linear() => Graphs.Model([("x", [-1, 30])], [("y", ElementType.Float)], [Weight("w", 1)], "MatMul x,w -> y");

    private static TensorProto Weight(string name, float scale) => Graphs.Matrix(name, 30, 50, i => scale * Noise(i));

    /// <summary>Any values between −1 and 1.</summary>
    private static float Noise(int i) => MathF.Sin((i * i * 0.37f % 100) + i);

    private static byte[] Scaled(byte[] payload, float factor)
    {
        var result = new byte[payload.Length];
        for (var i = 0; i < payload.Length; i += 4)
            BinaryPrimitives.WriteSingleLittleEndian(result.AsSpan(i), factor * BinaryPrimitives.ReadSingleLittleEndian(payload.AsSpan(i)));
        return result;
    }

    private static byte[] Bytes(float[] values) => Build.Bytes(values);

    private static double[] Values(NamedTensor tensor)
    {
        var values = new double[tensor.Bytes.Length / 4];
        ElementConversion.ReadValues(ElementType.Float, tensor.Bytes, values);
        return values;
    }
}
