using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>The look at outputs that nobody asked for.</summary>
public sealed class OutputProbeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OutputsThatBecameOthersAreAWarningThatNamesTheWeight()
    {
        // y = x·w − x·v with v almost w: the difference is far smaller than what R² 0.99 of either weight loses.
        var outcome = Compress(Difference(), "r2: 0.5");
        var warning = outcome.Diagnostics.ShouldHaveSingleItem();
        (warning.Code, warning.Severity).ShouldBe(("CT4014", CompressTasks.Diagnostics.Severity.Warning));
        warning.Message.ShouldContain("R² of the output \"y\" is");
        outcome.Accepted.ShouldBeTrue();
        var probe = outcome.Report.Probe.ShouldNotBeNull();
        (probe.Samples, probe.Output, probe.Skipped).ShouldBe((4, "y", null));
        probe.R2!.Value.ShouldBeLessThan(0);
        probe.WorstWeight.ShouldBeOneOf("w", "v", null);
        outcome.Report.Notes.ShouldHaveSingleItem().ShouldStartWith("No outputs were compared. In one look, on 4 random samples, R² of \"y\" is");
    }

    [Fact]
    public void OutputsThatAreTheSameAreANote()
    {
        var outcome = Compress(Linear(), "r2: 0.5");
        outcome.Diagnostics.ShouldBeEmpty();
        outcome.Report.Probe!.R2!.Value.ShouldBeInRange(0.95, 1);
        outcome.Report.Notes.Count.ShouldBe(1);
    }

    [Fact]
    public void OutputsThatAreComparedAreNotLookedAtAgain() =>
        Compress(Linear(), "outputs: { samples: { random: }, r2: 0.5 }").Report.Probe.ShouldBeNull();

    /// <summary>As in init's spec: what a gate at 0.5 lets pass is no better than what a look would warn of, and what it stops is as clear.</summary>
    [Fact]
    public void OutputsOnRandomSamplesThatBecameOthersAreAWarningToo()
    {
        const string gate = "outputs: { samples: { random: }, r2: 0.5 }";
        var passed = Compress(Linear(), gate, r2: 0.8);
        var warning = passed.Diagnostics.ShouldHaveSingleItem();
        (warning.Code, warning.Severity, passed.Accepted).ShouldBe(("CT4035", CompressTasks.Diagnostics.Severity.Warning, true));
        warning.Message.ShouldStartWith("m.onnx: outputs are compared on random samples, and there R² of the output \"y\" is 0.");
        warning.Message.ShouldEndWith("give gate.outputs real samples, and let stacks say for: outputs.");

        var ruined = Compress(Difference(), gate);
        ruined.Diagnostics.Select(diagnostic => diagnostic.Code).ShouldBe(["CT4005", "CT4035"]);
        ruined.Accepted.ShouldBeFalse();
    }

    [Fact]
    public void TheLookCanBeLeftOut()
    {
        _folder.Write("m.onnx", Linear());
        var path = _folder.Write("compress.yml", System.Text.Encoding.UTF8.GetBytes(Yaml("r2: 0.5")));
        var outcome = Compressor.Run(CompressionSpec.Load(path), new() { Probe = false }, null, CancellationToken.None).Single();
        outcome.Report.Probe.ShouldBeNull();
        outcome.Report.Notes.ShouldBeEmpty();
    }

    [Fact]
    public void WhatCannotBeRunSaysWhy()
    {
        var model = ModelProto.Parser.ParseFrom(Linear());
        model.Graph.Node[0].OpType = "NoSuchOperator";
        var outcome = Compress(model.ToByteArray(), "r2: 0.5");
        outcome.Diagnostics.ShouldBeEmpty();
        outcome.Report.Probe!.Skipped.ShouldNotBeNull().ShouldContain("NoSuchOperator");
        outcome.Report.Notes.ShouldHaveSingleItem().ShouldStartWith("No outputs were compared, and none were looked at: ONNX Runtime cannot load m.onnx");
    }

    [Fact]
    public void LengthsAreTriedUntilOneFits()
    {
        var outcome = Compress(Linear(rows: 256), "r2: 0.5");
        outcome.Report.Probe!.Skipped.ShouldBeNull();
        outcome.Report.Probe.R2!.Value.ShouldBeInRange(0.9, 1);
    }

    [Fact]
    public void WhatNoLengthFitsSaysWhatWasTriedAndWhatToSay()
    {
        var outcome = Compress(Linear(rows: 300), "r2: 0.5");
        var warning = outcome.Diagnostics.ShouldHaveSingleItem();
        (warning.Code, warning.Severity, outcome.Accepted).ShouldBe(("CT4015", CompressTasks.Diagnostics.Severity.Warning, true));
        var reason = outcome.Report.Probe!.Skipped.ShouldNotBeNull();
        reason.ShouldContain("\"x\" [1, n] was taken as [1, 16]: say what the model accepts, as in random: { shapes: { x: [1, 512] } }");
        reason.ShouldEndWith("Open axes were tried with 16, 512, 256, 576, 64, 1, 1024, 1536 and 16000");
    }

    [Fact]
    public void RandomSamplesThatTheModelRefusesNameTheirInput()
    {
        _folder.Write("m.onnx", Linear(rows: 300));
        var error = Should.Throw<CompressTasks.Diagnostics.CompressException>(
            () => SpecRun.Compress(_folder, Yaml("outputs: { samples: { random: }, r2: 0.5 }"))).Diagnostics.ShouldHaveSingleItem();
        (error.Code, error.Location!.Line).ShouldBe(("CT1510", 3));
        error.Message.ShouldContain("\"x\" [1, n] was taken as [1, 16]: say what the model accepts, as in random: { shapes: { x: [1, 512] } }, or give real samples");
        Should.Throw<CompressTasks.Diagnostics.CompressException>(
            () => SpecRun.Compress(_folder, Yaml("outputs: { samples: { random: { shapes: { x: [1, 9] } } }, r2: 0.5 }")))
            .Diagnostics[0].Message.ShouldEndWith("Give samples of a shape and range that the model accepts");
    }

    // A sampling rate chooses a branch, the state's batch has no name, and only some lengths will do.
    [NpmFact]
    public void SileroIsLookedAt()
    {
        foreach (var model in (string[])[NpmModels.Silero, NpmModels.SileroV4])
        {
            var probe = Compress(File.ReadAllBytes(model), "r2: 0.5").Report.Probe.ShouldNotBeNull();
            (probe.Samples, probe.Skipped).ShouldBe((4, null));
            probe.R2.ShouldNotBeNull();
        }
    }

    /// <summary>The largest of 20 noisy values of a model at R² 0.1 is seldom where it was.</summary>
    [Fact]
    public void OfWholeNumbersTheShareOfEqualOnesIsLookedAt()
    {
        var random = new Random(3);
        var weight = Graphs.Matrix("w", 300, 20, _ => random.NextSingle() - 0.5f);
        var model = Graphs.Model([("x", [64, 300])], [("label", ElementType.Int64)], [weight], "MatMul x,w -> y", "ArgMax y -> label");
        model.Graph.Node[1].Attribute.Add(new AttributeProto { Name = "axis", Type = 2, I = 1 });
        var outcome = Compress(model.ToByteArray(), "r2: 0.05", r2: 0.1);
        outcome.Diagnostics.ShouldHaveSingleItem().Message.ShouldContain("the share of equal values of the output \"label\" is 0.");
        var probe = outcome.Report.Probe!;
        (probe.R2, probe.Output).ShouldBe((null, "label"));
        probe.Equal!.Value.ShouldBeInRange(0.05, 0.8);
        outcome.Accepted.ShouldBeTrue();
    }

    /// <summary>16 million values and more were gigabytes, unasked.</summary>
    [Fact]
    public void LargeInputsAreNotMadeUp()
    {
        var model = Graphs.Model([("x", [1 << 20, 64])], [("y", ElementType.Float)],
            [Graphs.Matrix("w", 64, 32, i => MathF.Sin(i * i))], "MatMul x,w -> y");
        var outcome = Compress(model.ToByteArray(), "r2: 0.5");
        outcome.Report.Probe!.Skipped.ShouldBe("its inputs are large");
        outcome.Diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void AModelOfWhichNothingIsCodedIsSaidToBe()
    {
        _folder.Write("m.onnx", Linear());
        var outcome = SpecRun.Compress(_folder, "models: [ m.onnx ]\ngate: { r2: 0.999 }");
        outcome.Report.Probe.ShouldBeNull();
        outcome.Report.Notes.ShouldHaveSingleItem().ShouldStartWith("Nothing was coded with a loss");
    }

    private CompressionOutcome Compress(byte[] model, string gate, double r2 = 0.99)
    {
        _folder.Write("m.onnx", model);
        return SpecRun.Compress(_folder, Yaml(gate, r2));
    }

    private static string Yaml(string gate, double r2 = 0.99) =>
        FormattableString.Invariant($"models: [ m.onnx ]\nrules: [ {{ weights: '**', stack: [ quantize: {{ r2: {r2} }} ] }} ]\ngate: {{ {gate} }}");

    private static byte[] Linear(int rows) => Graphs.Model(
        [("x", [1, -1])], [("y", ElementType.Float)], [Graphs.Matrix("w", rows, 8, i => MathF.Sin(i * i))], "MatMul x,w -> y").ToByteArray();

    private static byte[] Linear() => Graphs.Model([("x", [-1, 64])], [("y", ElementType.Float)], [Weight("w", 0)], "MatMul x,w -> y").ToByteArray();

    private static byte[] Difference() => Graphs.Model(
        [("x", [-1, 64])], [("y", ElementType.Float)], [Weight("w", 0), Weight("v", 1e-4f)], "MatMul x,w -> a", "MatMul x,v -> b", "Sub a,b -> y").ToByteArray();

    private static TensorProto Weight(string name, float more)
    {
        var random = new Random(3);
        return Graphs.Matrix(name, 64, 64, _ => random.NextSingle() - 0.5f + (more * random.NextSingle()));
    }
}
