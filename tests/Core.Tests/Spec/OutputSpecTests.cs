using CompressTasks.Diagnostics;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

public sealed class OutputSpecTests
{
    private static OutputGateSpec Parse(string outputs) =>
        SpecParsing.Parse(Yaml(outputs)).Gate!.Outputs.ShouldNotBeNull();

    private static string Yaml(string outputs) => $"models: [ m.onnx ]\ngate:\n  outputs: {outputs}";

    private static string Error(string outputs) =>
        SpecParsing.Errors(Yaml(outputs)).ShouldHaveSingleItem()["compress.yml".Length..];

    private static SourceLocation At(int line, int column) => new("compress.yml", line, column);

    [Fact]
    public void EveryThresholdHasItsPlace()
    {
        var gate = Parse("{ samples: a/validation.npz, r2: 0.999,\n    cosine: 0.99, top1: 0.98, logits: true }");
        (gate with { Only = [], Except = [], Each = [], OnLabels = [] }).ShouldBe(new(
            new FileSamplesSpec("a/validation.npz", At(3, 23)),
            new(0.999, At(3, 45)),
            new(0.99, At(4, 13)),
            new(0.98, At(4, 25)),
            Logits: true,
            At(3, 3)));
    }

    [Fact]
    public void OutputsAndLabelsAreChosen()
    {
        var gate = Parse("{ samples: s.npz, only: [a, 'b*'], each: { 'b*': { r2: 0.5 } }, labels: { array: t, output: a },\n    accuracyDrop: 0.01, loss: 2 }");
        gate.Only.Select(glob => glob.Pattern).ShouldBe(["a", "b*"]);
        gate.Each.Select(each => (each.Outputs.Pattern, each.R2!.Value, each.Top1)).ShouldBe([("b*", 0.5, null)]);
        (gate.Labels!.Array, gate.Labels.Output).ShouldBe(("t", "a"));
        gate.OnLabels.Select(threshold => (threshold.Key, threshold.Threshold))
            .ShouldBe([("accuracyDrop", new(0.01, At(4, 19))), ("loss", new(2, At(4, 31)))]);
        Parse("{ samples: s.npz, labels: t }").Labels!.Output.ShouldBeNull();
    }

    [Fact]
    public void SequencesAreSaidWithTheSamples()
    {
        var samples = Parse("{ samples: { path: s.npz, feedback: { state: stateN, 'past.*': 'present.*' }, initial: { state: [2, 1, 128] }, steps: [32, 1], grow: mask } }").Samples;
        var sequence = samples.Sequence.ShouldNotBeNull();
        sequence.Feedback.Select(pair => (pair.Input, pair.Output)).ShouldBe([("state", "stateN"), ("past.*", "present.*")]);
        (sequence.Initial[0].Input, string.Join(',', sequence.Initial[0].Shape)).ShouldBe(("state", "2,1,128"));
        sequence.Steps.ShouldBe([32, 1]);
        sequence.Grow.ShouldBe(["mask"]);
        Parse("{ samples: { random: { steps: 3 }, feedback: { a: b } } }").Samples.ShouldBeOfType<RandomSamplesSpec>().Steps.ShouldBe(3);
    }

    [Theory]
    [InlineData("{ samples: s.npz, only: a, except: b }", "CT1028", "\"except\" beside \"only\"")]
    [InlineData("{ samples: s.npz, lossIncrease: 0.1 }", "CT1028", "\"lossIncrease\" takes labels")]
    [InlineData("{ samples: { path: s.npz, steps: 1 } }", "CT1028", "\"steps\" means something only with \"feedback\"")]
    [InlineData("{ samples: { random: { steps: 20 } } }", "CT1028", "\"steps\" means something only with \"feedback\"")]
    [InlineData("{ samples: { random: { steps: 20 }, feedback: {} } }", "CT1028", "\"steps\" means something only with \"feedback\"")]
    [InlineData("{ samples: { random: {}, feedback: { a: b }, steps: 20 } }", "CT1028", "\"steps\" is for arrays of an .npz; of random samples say random: { steps: 20 }")]
    [InlineData("{ samples: { random: {}, feedback: { a: b }, grow: m } }", "CT1028", "\"grow\" is for arrays of an .npz")]
    [InlineData("{ samples: { path: s.npz, feedback: { a: b }, grow: m } }", "CT1028", "\"grow\" means something only with \"steps\"")]
    [InlineData("{ samples: { path: s.npz, feedback: { 'a.*': b } } }", "CT1028", "another number of wildcards")]
    [InlineData("{ samples: s.npz, only: 'a[' }", "CT1022", "a[")]
    public void WhatDoesNotGoTogetherIsAnErrorAtItsPlace(string outputs, string code, string message)
    {
        var error = Error(outputs);
        error.ShouldContain($": error {code}: ");
        error.ShouldContain(message);
        error.ShouldStartWith("(3,");
    }

    [Theory]
    [InlineData("{ a: b }", 20)]
    [InlineData("{}", 0)]
    public void RandomCalibrationHasStepsOfItsOwnWhereTheGateHasSequences(string feedback, int steps)
    {
        var spec = $$"""
            models: [ m.onnx ]
            rules: [ { weights: '**', stack: [ quantize: { for: outputs, calibration: { random: { steps: 20 } } } ] } ]
            gate: { outputs: { samples: { path: s.npz, feedback: {{feedback}} }, r2: 0.9 } }
            """;
        if (steps == 0)
            SpecParsing.Errors(spec).ShouldHaveSingleItem().ShouldBe(
                "compress.yml(2,87): error CT1028: \"steps\" means something only with \"feedback\", which makes samples sequences; add that, or remove it");
        else
            SpecParsing.Parse(spec).Rules[0].Stack.Stages.ShouldHaveSingleItem().ShouldBeOfType<QuantizeSpec.ForOutputs>().Target.Calibration
                .ShouldBeOfType<RandomSamplesSpec>().Steps.ShouldBe(steps);
    }

    [Fact]
    public void OnlySamplesAreNeeded()
    {
        var gate = Parse("{ samples: { path: sets } }");
        (gate.R2, gate.Cosine, gate.Top1, gate.Logits).ShouldBe((null, null, null, false));
        gate.Samples.ShouldBeOfType<FileSamplesSpec>().Pattern.ShouldBe("sets");
    }

    [Fact]
    public void WithoutOutputsNothingIsCompared() =>
        SpecParsing.Parse("models: [ m.onnx ]\ngate: { r2: 0.9 }").Gate!.Outputs.ShouldBeNull();

    [Fact]
    public void RandomHasDefaults()
    {
        var random = Parse("{ samples: { random: } }").Samples.ShouldBeOfType<RandomSamplesSpec>();
        (random.Seed, random.Count, random.Shapes.Count, random.Ranges.Count).ShouldBe((1, 16, 0, 0));
    }

    [Fact]
    public void RandomTakesShapesAndRangesByInput()
    {
        var random = Parse("{ samples: { random: { seed: 7, count: 3, shapes: { x: [1, 3, 48, 320], s: [] }, ranges: { x: [-0.5, 2] } } } }")
            .Samples.ShouldBeOfType<RandomSamplesSpec>();
        (random.Seed, random.Count).ShouldBe((7, 3));
        random.Shapes.Select(shape => (shape.Input, string.Join(',', shape.Shape))).ShouldBe([("x", "1,3,48,320"), ("s", "")]);
        random.Ranges.ShouldBe([new("x", -0.5, 2, At(3, 103))]);
    }

    [Theory]
    [InlineData("{ r2: 0.9 }", "(3,3): error CT1015: outputs needs the key \"samples\": a path, or a mapping with random, images or audio")]
    [InlineData("{ samples: [ a ] }", "(3,23): error CT1010: \"samples\" is a list, expected a path, or a mapping with random, images or audio")]
    [InlineData("{ samples: { path: a, random: } }",
        "(3,34): error CT1016: samples needs exactly one of path, random, images or audio, found path and random")]
    [InlineData("{ samples: { randon: {} } }", "(3,25): error CT1013: unknown key \"randon\" in samples; did you mean \"random\"?")]
    [InlineData("{ samples: a, top1: 1.5 }", "(3,32): error CT1011: \"top1\" is 1.5, expected a number, 0 to 1")]
    [InlineData("{ samples: a, logits: yes }", "(3,34): error CT1012: \"logits\" is \"yes\", expected true or false")]
    [InlineData("{ samples: { random: { count: 0 } } }", "(3,42): error CT1011: \"count\" is 0, expected a whole number, 1 to 100000")]
    [InlineData("{ samples: { random: { shapes: { x: [0] } } } }", "(3,49): error CT1011: \"x\" is 0, expected a whole number, 1 to 2147483647")]
    [InlineData("{ samples: { random: { ranges: { x: [1, 0] } } } }",
        "(3,48): error CT1501: the range of \"x\" is [1, 0], expected two numbers, the lowest first")]
    [InlineData("{ samples: { random: { ranges: { x: [1] } } } }",
        "(3,48): error CT1501: the range of \"x\" is [1], expected two numbers, the lowest first")]
    [InlineData("{ samples: { random: { ranges: { x: [a, 1] } } } }",
        "(3,49): error CT1010: \"x\" is \"a\", expected a number, -1000000000000000 to 1000000000000000")]
    public void MistakesHaveTheirPlace(string outputs, string expected) => Error(outputs).ShouldBe(expected);
}
