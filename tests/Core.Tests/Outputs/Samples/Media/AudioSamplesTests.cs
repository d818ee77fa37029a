using System.Runtime.InteropServices;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples.Media;
using CompressTasks.Spec;
using static CompressTasks.Core.Tests.Outputs.Samples.SampleErrors;

namespace CompressTasks.Core.Tests.Outputs.Samples.Media;

public sealed class AudioSamplesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Sounds whose values, by a scale of 32768, are whole numbers.</summary>
    public AudioSamplesTests()
    {
        _folder.Write("a.wav", Wav.Mono16(8000, 1, 2, 3, 4, 5));
        _folder.Write("b.wav", Wav.Mono16(8000, 6, 7));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AWholeFileIsASample() => Runs(Spec(), Input(-1, -1)).ShouldBe([[1, 2, 3, 4, 5], [6, 7]]);

    [Fact]
    public void WindowsCoverAFileAndTheLastIsFilledWithZeros()
    {
        Runs(Spec() with { Window = 2 }, Input(1, 2)).ShouldBe([[1, 2], [3, 4], [5, 0], [6, 7]]);
        Runs(Spec() with { Window = 3, Hop = 2 }, Input(1, 1, -1)).ShouldBe([[1, 2, 3], [3, 4, 5], [6, 7, 0]]);
        Runs(Spec() with { Window = 1, Hop = 3 }, Input(-1)).ShouldBe([[1], [4], [6]]);
        Runs(Spec() with { Window = 2, Hop = 6 }, Input(-1)).ShouldBe([[1, 2], [6, 7]]);
    }

    [Fact]
    public void TheContextIsWhatStandsBeforeTheWindow() =>
        Runs(Spec() with { Window = 2, Context = 1 }, Input(-1, 3)).ShouldBe([[0, 1, 2], [2, 3, 4], [4, 5, 0], [0, 6, 7]]);

    [Fact]
    public void WindowsShareARunWhereTheBatchIsOpen()
    {
        var runs = Open(Spec() with { Window = 2 }, Input(-1, 1, 2)).Read(() => 2).Select(run => run.Steps[0].Inputs[0]).ToList();
        runs.Select(run => run.Shape).ShouldBe([[2, 1, 2], [1, 1, 2], [1, 1, 2]]);
        Floats(runs[0]).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public void WithFeedbackAFileIsASequence()
    {
        ModelInput[] inputs = [Input(-1, -1), new("sr", ElementType.Int64, [], [])];
        var state = new ModelInput("state", ElementType.Float, [2, -1, 3], ["", "", ""]);
        var spec = Spec() with { Window = 2, Context = 1, Constants = [new("sr", 8000, At)], Sequence = new([], [], [], [], At) };
        var samples = AudioSamples.Open(spec, Folder, inputs, [new(state, "stateN")]);
        samples.Summary.Count.ShouldBe(2);
        var sequences = samples.Read(() => 9).ToList();
        sequences.Select(sequence => sequence.Steps.Select(step => Floats(step.Inputs[0])).ToList())
            .ShouldBe([[[0, 1, 2], [2, 3, 4], [4, 5, 0]], [[0, 6, 7]]]);
        (sequences[0].File, sequences[0].Initial[0].Bytes.Length).ShouldBe(("a.wav", 4 * 2 * 3));
        sequences[0].Initial[0].Shape.ShouldBe([2, 1, 3]);
        MemoryMarshal.Cast<byte, long>(sequences[0].Steps[2].Inputs[1].Bytes).ToArray().ShouldBe([8000]);
        Message("CT1544", () => AudioSamples.Open(spec with { Window = null }, Folder, inputs, [])).ShouldContain("say window: N");
        Message("CT1544", () => AudioSamples.Open(spec with { Window = 9 }, Folder, inputs, []))
            .ShouldStartWith("no file is longer than one window of 9");
    }

    [Fact]
    public void AnotherRateIsResampled()
    {
        _folder.Write("c.wav", Wav.Mono16(48000, [.. Enumerable.Repeat((short)1000, 6000)]));
        var run = Runs(Spec("c.wav"), Input(1, -1)).ShouldHaveSingleItem();
        run.Length.ShouldBe(1000);
        run[500].ShouldBe(1000, 0.01f);
    }

    [Fact]
    public void WhatDoesNotFitIsSaid()
    {
        Message("CT1544", () => Open(Spec() with { Window = 2 }, Input(1, 4))).ShouldBe(
            "the model's input \"x\" is [1, 4], and \"window\" and \"context\" are 2 together; make them as long as the last axis");
        Message("CT1544", () => Open(Spec(), Input(1, 4)))
            .ShouldBe("the model's input \"x\" is [1, 4], and a.wav has 5 values; say window: N, to cut files");
        Message("CT1544", () => Open(Spec(), Input(2, -1))).ShouldContain("sounds come one by one");
        _folder.Write("d.wav", Wav.Mono16(8000));
        Message("CT1508", () => Open(Spec("d.wav"), Input(-1))).ShouldBe("no samples: the array of \"x\" in \"d.wav\" has no values");
        _folder.Write("e.wav", [1, 2]);
        Message("CT1541", () => Open(Spec(), Input(-1))).ShouldBe(
            "the sound \"e.wav\" cannot be read: it does not begin as a .wav file does; repair it, or leave it out");
    }

    private string Folder => Path.GetDirectoryName(_folder["x"])!;

    private static AudioSamplesSpec Spec(string path = "*.wav") => new(path, 8000, At) { Scale = 32768 };

    private static ModelInput Input(params long[] shape) => new("x", ElementType.Float, shape, [.. shape.Select(_ => "")]);

    private AudioSamples Open(AudioSamplesSpec spec, ModelInput input) => AudioSamples.Open(spec, Folder, [input], []);

    private List<float[]> Runs(AudioSamplesSpec spec, ModelInput input) =>
        [.. Open(spec, input).Read(() => 1).Select(run => Floats(run.Steps[0].Inputs[0]))];

    private static float[] Floats(TensorValue value) => MemoryMarshal.Cast<byte, float>(value.Bytes).ToArray();
}
