using System.Runtime.InteropServices;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Spec;
using static CompressTasks.Core.Tests.Outputs.Samples.SampleErrors;

namespace CompressTasks.Core.Tests.Outputs.Sequences;

/// <summary>Sequences through a real model whose state can be worked out by hand.</summary>
public sealed class SequenceTests : IDisposable
{
    private static readonly FeedbackSpec[] _both = [new("sum_in", "sum_out", At), new("past", "present", At)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryRunGetsWhatTheModelGaveBefore()
    {
        // Two sequences of five, cut into 2, 1, 1, 1: the sums grow, and the cache takes everything.
        Write(("x", Npz.Array("<f4", "2, 5", 1f, 2, 3, 4, 5, 10, 20, 30, 40, 50)));
        var runs = Rolled(Sequence(steps: [2, 1]), ["y", "present"], perRun: 2).ShouldHaveSingleItem();
        runs.Select(step => Floats(step[0])).ShouldBe([[6, 60], [12, 120], [20, 200], [30, 300]]);
        runs[^1][1].Shape.ShouldBe([2, 5]);
        Floats(runs[^1][1]).ShouldBe([1, 2, 3, 4, 5, 10, 20, 30, 40, 50]);
    }

    [Fact]
    public void SequencesAreTheSameAloneAndSideBySide()
    {
        Write(("x", Npz.Array("<f4", "2, 5", 1f, 2, 3, 4, 5, 10, 20, 30, 40, 50)));
        var runs = Rolled(Sequence(steps: [2, 1]), ["y"], perRun: 1);
        runs.Select(run => run.Select(step => Floats(step[0])[0])).ShouldBe([[6, 12, 20, 30], [60, 120, 200, 300]]);
    }

    [Fact]
    public void ArraysMayHaveAnAxisForTheSteps()
    {
        // [sequences, steps, batch, time]; the state begins at 100.
        Write(("x", Npz.Array("<f4", "2, 3, 1, 2", 1f, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6)), ("sum_in", Npz.Array("<f4", "1, 1", 100f)));
        var runs = Rolled(Sequence(initial: [new("past", [1, 0], At)]), ["y"], perRun: 9);
        runs.Select(run => run.Select(step => Floats(step[0])[0])).ShouldBe([[204, 212, 224], [216, 236, 260]]);
    }

    [Fact]
    public void OneAxisMoreIsOneSequence()
    {
        Write(("x", Npz.Array("<f4", "3, 1, 1", 1f, 2, 3)));
        Rolled(Sequence(), ["y"], perRun: 9).ShouldHaveSingleItem().Select(step => Floats(step[0])[0]).ShouldBe([2, 6, 12]);
    }

    [Fact]
    public void InitialStatesOfTheirOwnGoWithTheirSequences()
    {
        Write(("x", Npz.Array("<f4", "2, 2", 1f, 1, 1, 1)), ("sum_in", Npz.Array("<f4", "2, 1", 10f, 20f)));
        Rolled(Sequence(steps: [1]), ["y"], perRun: 9).Select(run => run.Select(step => Floats(step[0])[0])).ShouldBe([[22, 24], [42, 44]]);
    }

    [Fact]
    public void InputsThatGrowGetEverythingUpToTheStep()
    {
        Write(("x", Npz.Array("<f4", "1, 4", 1f, 2, 3, 4)));
        Rolled(Sequence(steps: [2, 1], grow: ["x"]), ["y"], perRun: 1).ShouldHaveSingleItem().Select(step => Floats(step[0])[0])
            .ShouldBe([2 * 3, 2 * (3 + 6), 2 * (3 + 6 + 10)]);
    }

    [Fact]
    public void RandomSequencesHaveAsManyStepsAsTheSpecSays()
    {
        using var model = Model();
        using var onnx = OnnxModel.Open(_folder["m.onnx"]);
        var spec = new RandomSamplesSpec(1, 3, [new("x", [1, 4], At)], [], At) { Steps = 5, Sequence = Sequence() };
        var source = SampleSources.Open(spec, ".", model.Inputs, model.Outputs, onnx);
        var sequences = source.Read(() => 1).ToList();
        sequences.Count.ShouldBe(3);
        foreach (var sequence in sequences)
        {
            var last = Rollout.Run(model, sequence, ["present"]).Last();
            last.Outputs[0].Shape.ShouldBe([1, 20]);
        }
    }

    [Theory]
    [InlineData("{ random: { steps: 5, shapes: { x: [1, 4] } }, ", "{ random: { seed: 2 } }", 5)]
    [InlineData("{ random: { steps: 5, shapes: { x: [1, 4] } }, ", "{ random: { seed: 2, steps: 3 } }", 3)]
    [InlineData("{ path: s.npz, ", "{ random: { seed: 2 } }", 8)]
    public void RandomCalibrationTakesOverFeedbackAndSteps(string samples, string calibration, int steps)
    {
        _folder.Write("m.onnx", SequenceModel.Bytes());
        Write(("x", Npz.Array("<f4", "3, 1, 1", 1f, 2, 3)));
        var spec = CompressionSpec.Parse(
            "models: [ m.onnx ]\n"
            + $"rules: [ {{ weights: '*', stack: [ quantize: {{ for: outputs, calibration: {calibration} }} ] }} ]\n"
            + $"gate: {{ outputs: {{ samples: {samples} feedback: {{ sum_in: sum_out, past: present }} }}, r2: 0.9 }} }}",
            _folder["compress.yml"]);
        using var model = OnnxModel.Open(_folder["m.onnx"]);
        var runner = OutputGateRunner.Prepare(spec.Gate!.Outputs!, spec.Folder, model, "m.onnx", spec.Search!.Target.Calibration);
        runner.SharedWithGate.ShouldBe(0);
        runner.Calibration.Read(() => 1).First().Steps.Count.ShouldBe(steps);
    }

    [Fact]
    public void OnlyWhatIsNewInAnOutputIsCompared()
    {
        using var model = Model();
        var gate = Gate(Sequence(steps: [2, 1])) with { Only = [WeightGlob.Parse("*")] };
        var compared = ComparedOutputs.Of(gate, model, Copies());
        compared.Names.ShouldBe(["y", "sum_out", "present"]);
        Write(("x", Npz.Array("<f4", "2, 5", 1f, 2, 3, 4, 5, 10, 20, 30, 40, 50)));
        var steps = new OutputRunner(model, compared).Run(Open(model, Sequence(steps: [2, 1])).Read(() => 2).Single());
        steps.Select(step => string.Join(',', step[2].Shape)).ShouldBe(["2,2", "2,1", "2,1", "2,1"]);
        steps.Select(step => Floats(step[2])).ShouldBe([[1, 2, 10, 20], [3, 30], [4, 40], [5, 50]]);
    }

    [Fact]
    public void WhatIsFedBackIsNotJudgedByItself()
    {
        using var model = Model();
        var compared = ComparedOutputs.Of(Gate(Sequence()), model, Copies());
        compared.Names.ShouldBe(["y"]);
        compared.LeftOut.Select(output => (output.Name, output.Reason))
            .ShouldBe([("sum_out", "fed back into the model"), ("present", "fed back into the model")]);
    }

    [Fact]
    public void OutputsAreChosenByName()
    {
        using var model = Model();
        ComparedOutputs.Of(Gate(null) with { Only = [WeightGlob.Parse("*_out")] }, model, Copies()).Names.ShouldBe(["sum_out"]);
        ComparedOutputs.Of(Gate(null) with { Except = [WeightGlob.Parse("*_out")] }, model, Copies()).Names.ShouldBe(["y", "present"]);
        Message("CT1516", () => ComparedOutputs.Of(Gate(null) with { Only = [WeightGlob.Parse("z*")] }, model, Copies()))
            .ShouldBe("no output matches \"z*\"; the model's are \"y\", \"sum_out\", \"present\"");
    }

    [Theory]
    [InlineData("nothing", "sum_out", "CT1514", "the model has no input \"nothing\"")]
    [InlineData("sum_in", "nothing", "CT1514", "the model has no output \"nothing\" to feed back into \"sum_in\"")]
    [InlineData("sum_*", "present", "CT1515", "two outputs")]
    public void FeedbackThatCannotBeIsRefused(string input, string output, string code, string message)
    {
        using var model = Model();
        FeedbackSpec[] pairs = code == "CT1515" ? [new("sum_in", "sum_out", At), new("sum_in", "sum_out", At)] : [new(input, output, At)];
        Message(code, () => FeedbackPairs.Resolve(Sequence() with { Feedback = pairs }, model.Inputs, model.Outputs)).ShouldContain(message);
    }

    [Fact]
    public void WildcardsPairWhatTheyStandFor()
    {
        var inputs = Names("past.0.key", "past.0.value", "past.11.key", "other");
        var outputs = Names("present.11.key", "present.0.value", "present.0.key");
        FeedbackPairs.Resolve(Sequence() with { Feedback = [new("past.*.*", "present.*.*", At)] }, inputs, outputs)
            .Select(pair => (pair.Input.Name, pair.Output))
            .ShouldBe([("past.0.key", "present.0.key"), ("past.0.value", "present.0.value"), ("past.11.key", "present.11.key")]);

        static ModelInput[] Names(params string[] names) => [.. names.Select(name => new ModelInput(name, CompressTasks.Numerics.ElementType.Float, [1], [""]))];
    }

    [Fact]
    public void ArraysThatDoNotFitAreRefused()
    {
        Write(("x", Npz.Array("<f4", "4", 1f, 2, 3, 4)));
        Message("CT1517", () => Rolled(Sequence(), ["y"], 1)).ShouldContain("for one sequence that is cut say steps: N");
        Message("CT1517", () => Rolled(Sequence(steps: [1]), ["y"], 1)).ShouldContain("give [1, 4]");
        Write(("x", Npz.Array("<f4", "1, 1, 1, 1, 4", 1f, 2, 3, 4)));
        Message("CT1517", () => Rolled(Sequence(), ["y"], 1)).ShouldContain("give two axes more, [sequences, steps, …]");
        Message("CT1514", () => Rolled(Sequence(grow: ["z"]), ["y"], 1)).ShouldContain("\"grow\" names \"z\"");
        Message("CT1514", () => Rolled(Sequence(initial: [new("x", [1], At)]), ["y"], 1)).ShouldContain("\"initial\" names \"x\"");
        Message("CT1515", () => Rolled(Sequence(initial: [new("sum_in", [1, 2], At)]), ["y"], 1)).ShouldContain("the model wants [batch, 1]");
    }

    [Fact]
    public void AnInitialStateThatNoArrayCanHoldIsRefused()
    {
        Write(("x", Npz.Array("<f4", "1, 2, 1, 1", 1f, 2)));
        Message("CT1515", () => Rolled(Sequence(initial: [new("sum_in", [int.MaxValue, 1], At)]), ["y"], 1)).ShouldContain("no array is that large");
    }

    private static SequenceSpec Sequence(int[]? steps = null, string[]? grow = null, InputShapeSpec[]? initial = null) =>
        new(_both, initial ?? [], steps ?? [], grow ?? [], At);

    private static OutputGateSpec Gate(SequenceSpec? sequence) => new(new FileSamplesSpec("s.npz", At) { Sequence = sequence }, null, null, null, false, At);

    private static IReadOnlyDictionary<string, IReadOnlyList<InputCopy>> Copies() =>
        InputCopyFinder.Find(ModelProto.Parser.ParseFrom(SequenceModel.Bytes()).Graph);

    private static float[] Floats(TensorValue value) => MemoryMarshal.Cast<byte, float>(value.Bytes).ToArray();

    private void Write(params (string Name, byte[] Npy)[] arrays) => _folder.Write("s.npz", Npz.File(arrays));

    private ModelRunner Model() => ModelRunner.Open(_folder.Write("m.onnx", SequenceModel.Bytes()), "m.onnx", Gate(null));

    private ISampleSource Open(ModelRunner model, SequenceSpec sequence)
    {
        using var onnx = OnnxModel.Open(_folder["m.onnx"]);
        return SampleSources.Open(Gate(sequence).Samples, Path.GetDirectoryName(_folder["s.npz"])!, model.Inputs, model.Outputs, onnx);
    }

    private List<List<IReadOnlyList<TensorValue>>> Rolled(SequenceSpec sequence, string[] outputs, int perRun)
    {
        using var model = Model();
        return [.. Open(model, sequence).Read(() => perRun).Select(one => Rollout.Run(model, one, outputs).Select(step => step.Outputs).ToList())];
    }
}
