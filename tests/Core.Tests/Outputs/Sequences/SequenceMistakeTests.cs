using System.Runtime.InteropServices;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Spec;
using static CompressTasks.Core.Tests.Outputs.GateOnSequences;

namespace CompressTasks.Core.Tests.Outputs.Sequences;

/// <summary>What somebody gets wrong about sequences the first time.</summary>
public sealed class SequenceMistakeTests : IDisposable
{
    private readonly GateOnSequences _gate = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void ASequenceWithoutAnAxisForItsStepsIsRefused()
    {
        _gate.Write(("x", Floats("4, 3", 12)));
        var mistake = _gate.Mistake($"{FedBack} }}");
        mistake.ShouldStartWith("(4,22) CT1517: no array of \"s.npz\" has an axis for the steps, so that each sequence would be a single run, which tests no feedback");
        mistake.ShouldContain("; the array of \"x\" has the shape [4, 3], as the input. ");
        mistake.ShouldContain("[4, 1, 3] is one sequence of 4 steps");
        mistake.ShouldContain("say steps: N");
        mistake.ShouldContain("feedback: {}");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5_120_000)]
    public void StepsAsLongAsTheSequenceAreRefused(int steps)
    {
        _gate.Write(("x", Floats("4, 3", 12)));
        _gate.Mistake(FormattableString.Invariant($"{FedBack}, steps: {steps} }}")).ShouldStartWith(FormattableString.Invariant(
            $"(4,22) CT1517: \"steps\" begins with {steps}, and the sequences of \"s.npz\" are 3 long, so that each would be a single run, which tests no feedback"));
    }

    [Fact]
    public void AnAxisOfOneStepIsRefused()
    {
        _gate.Write(("x", Floats("4, 1, 1, 3", 12)));
        _gate.Mistake($"{FedBack} }}").ShouldContain("CT1517: the sequences of \"s.npz\" have one step, so that each would be a single run");
    }

    [Fact]
    public void RandomSequencesMayBeOfOneStepWhereTheSpecSaysSo() =>
        _gate.Prepare("samples: { random: { steps: 1, count: 1 }, feedback: { sum_in: sum_out, past: present } }").ShouldNotBeNull();

    [Theory]
    [InlineData("2, 3", 6)]
    [InlineData("2, 3, 1", 6)]
    [InlineData("2, 3, 1, 1", 6)]
    [InlineData("6,", 6)]
    [InlineData("2, 6", 12)]
    [InlineData("12,", 12)]
    public void LabelsAreForEveryStepOrForEveryPlaceThatIsCut(string shape, int count)
    {
        // Two sequences of six places, in three steps of two.
        _gate.Write(("x", Floats("2, 6", 12)), ("t", Floats(shape, count)));
        int[][] expected = count == 6 ? [[1, 4], [2, 5], [3, 6]] : [[1, 2, 7, 8], [3, 4, 9, 10], [5, 6, 11, 12]];
        Labels(2).ShouldBe(expected);
    }

    [Fact]
    public void ALastStepThatIsShorterHasItsLabelToo()
    {
        _gate.Write(("x", Floats("2, 6", 12)), ("t", Floats("2, 2", 4)));
        Labels(4).ShouldBe([[1, 3], [2, 4]]);
    }

    [Fact]
    public void RowsThatTheModelTakesTogetherHaveTheirLabelsInTheirOrder()
    {
        // A batch of two: sequences of two rows, of three places in two steps.
        using var folder = new TemporaryFolder();
        folder.Write("s.npz", Npz.File(("x", Floats("4, 3", 12)), ("t", Floats("4, 2", 8))));
        var spec = new FileSamplesSpec("s.npz", SampleErrors.At) { Sequence = new([], [], [2], [], SampleErrors.At) };
        var source = NpzSequences.Open(spec, Path.GetDirectoryName(folder["s.npz"])!, [new("x", ElementType.Float, [2, -1], ["", ""])], [],
            new("t", null, SampleErrors.At));
        source.Read(() => 1).Select(sequence => sequence.Steps.Select(step => Values(step.Labels!))).ShouldBe([[[1, 3], [2, 4]], [[5, 7], [6, 8]]]);
    }

    [Fact]
    public void LabelsForNeitherStepsNorPlacesAreRefused()
    {
        _gate.Write(("x", Floats("2, 6", 12)), ("t", Floats("2, 5", 10)));
        _gate.Mistake($"{FedBack}, steps: 2 }}", "labels: t").ShouldBe(
            "(5,13) CT1518: the labels \"t\" have the shape [2, 5], and each sequence has 3 steps, 6 long altogether; give as many for every step, such as [2, 3], "
                + "or for every place along the axis that is cut, such as [2, 6]");
        _gate.Write(("x", Floats("2, 6, 1, 1", 12)), ("t", Floats("2, 5", 10)));
        _gate.Mistake($"{FedBack} }}", "labels: t").ShouldEndWith("and each sequence has 6 steps; give as many for every step, such as [2, 6]");
    }

    [Fact]
    public void AMissingStateSaysHowToFeedItBack()
    {
        _gate.Write(("x", Floats("4, 3", 12)), ("past", Floats("4, 3", 12)));
        _gate.Mistake("samples: s.npz").ShouldStartWith("(4,14) CT1504: ");
        _gate.Mistake("samples: s.npz").ShouldEndWith(", or say feedback: { sum_in: sum_out }");
        _gate.Mistake("samples: { path: s.npz, feedback: { past: present }, steps: 1 }").ShouldEndWith(", or add sum_in: sum_out to feedback");
    }

    [Fact]
    public void SequencesWithoutFeedbackSayHowToFeedBack()
    {
        _gate.Write(("x", Floats("2, 2, 1, 3", 12)), ("sum_in", Floats("2, 1", 2)), ("past", Floats("2, 1", 2)));
        _gate.Mistake("samples: s.npz").ShouldEndWith("; or, if these are sequences, say feedback: { sum_in: sum_out }");
    }

    [Theory]
    [InlineData("12,", ", steps: 2", "CT1517: the array of \"x\" in \"s.npz\" has the shape [12], the model's input is [batch, time]; with \"steps\" give [1, 12]: the first axis counts the sequences")]
    [InlineData("12,", "", "CT1517: the array of \"x\" in \"s.npz\" has the shape [12], the model's input is [batch, time]; for one sequence that is cut say steps: N, the length of a step, and give [1, 12]")]
    [InlineData("2, 2, 1, 3", ", steps: 2", "CT1517: the array of \"x\" in \"s.npz\" has the shape [2, 2, 1, 3], with axes of its own for sequences and steps, and \"steps\" is for arrays with the input's axes, [batch, time]; remove \"steps\"")]
    public void LayoutsThatAreMixedUpSayWhatToGive(string shape, string steps, string expected)
    {
        _gate.Write(("x", Floats(shape, 12)));
        _gate.Mistake($"{FedBack}{steps} }}").ShouldContain(expected);
    }

    [Fact]
    public void AScalarIsAnArrayWithoutAxes()
    {
        using var gate = new GateOnSequences(hasRate: true);
        foreach (var (shape, count) in new[] { ("1,", 1), ("2,", 2) })
        {
            gate.Write(("x", Floats("2, 6", 12)), ("rate", Floats(shape, count)));
            gate.Mistake($"{FedBack}, steps: 2 }}").ShouldEndWith("the model's input is []; give an array without axes");
        }

        gate.Write(("x", Floats("2, 6, 1, 1", 12)), ("rate", Floats("1,", 1)));
        gate.Mistake($"{FedBack} }}").ShouldEndWith("; give as many of each, or \"rate\" as an array without axes");
        gate.Write(("x", Floats("2, 6", 12)), ("sum_in", Floats("2, 1", 2)), ("past", Floats("2, 1", 2)), ("rate", Floats("1,", 1)));
        gate.Mistake("samples: { path: s.npz, feedback: {} }").ShouldEndWith("give as many of each, or \"rate\" as an array without axes");
        gate.Write(("x", Floats("2, 6", 12)), ("sum_in", Floats("2, 1", 2)), ("past", Floats("2, 1", 2)), ("rate", Floats("1, 1", 1)));
        gate.Mistake("samples: { path: s.npz, feedback: {} }").ShouldEndWith("the model wants []; give an array without axes, or one axis, which counts the samples");
    }

    [Fact]
    public void WhatHasNothingToGrowAlongCannotGrow()
    {
        using var gate = new GateOnSequences(hasRate: true);
        gate.Write(("x", Floats("2, 6", 12)), ("rate", Floats("", 1)));
        gate.Mistake($"{FedBack}, steps: 2, grow: rate }}").ShouldContain(
            "CT1517: \"grow\" names \"rate\", whose array has the shape [], and no second axis of 6 to grow along; remove it from \"grow\"");
    }

    [Fact]
    public void AFirstStateOfAnotherShapeSaysWhatToGive()
    {
        _gate.Write(("x", Floats("2, 6", 12)), ("sum_in", Floats("2, 3", 6)));
        _gate.Mistake($"{FedBack}, steps: 2 }}").ShouldEndWith("in a first step give these axes, one state for all sequences, or one axis more, which counts the sequences");
    }

    /// <summary>The labels of every step, of two sequences side by side.</summary>
    private int[][] Labels(int length) =>
    [
        .. _gate.Open(FormattableString.Invariant($"{FedBack}, steps: {length} }}"), "labels: t").Read(() => 2).ShouldHaveSingleItem().Steps
            .Select(step => Values(step.Labels!)),
    ];

    private static int[] Values(TensorValue labels) => [.. MemoryMarshal.Cast<byte, float>(labels.Bytes).ToArray().Select(label => (int)label)];
}
