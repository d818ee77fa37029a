using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Numerics;
using Google.Protobuf;
using static CompressTasks.Core.Tests.Outputs.GateOnSequences;

namespace CompressTasks.Core.Tests.Outputs;

/// <summary>What somebody gets wrong the first time about the outputs to compare and their labels.</summary>
public sealed class OutputMistakeTests : IDisposable
{
    private readonly GateOnSequences _gate = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void LabelsSayWhatDoesNotFit()
    {
        _gate.Write(("x", Floats("4, 3", 12)), ("sum_in", Floats("4, 1", 4)), ("past", Floats("4, 1", 4)), ("t", Floats("3, 4", 12)));
        _gate.Mistake("samples: { path: s.npz, feedback: {} }", "only: y", "labels: t").ShouldBe(
            "(6,13) CT1518: the labels \"t\" have the shape [3, 4], and there are 4 samples; give as many labels for each");
        _gate.Write(("x", Floats("4, 3", 12)), ("sum_in", Floats("4, 1", 4)), ("past", Floats("4, 1", 4)), ("t", Floats("4, 2", 8)));
        _gate.Mistake("samples: { path: s.npz, feedback: {} }", "only: y", "labels: t").ShouldStartWith(
            "(6,13) CT1518: the labels \"t\" of a run have the shape [1, 2], and the output \"y\" is [1, 1]; give one for every value");
    }

    [Fact]
    public void LabelsThatAllAreNegativeAreFoundAtOnce()
    {
        _gate.Write(("x", Floats("2, 6", 12)), ("t", Npz.Array("<i8", "2, 3", -1L, -1, -100, -1, -1, -2)));
        _gate.Mistake($"{FedBack}, steps: 2 }}", "only: present", "labels: t").ShouldStartWith(
            "(6,13) CT1518: all labels of \"t\" are negative, and those do not count");
        _gate.Write(("x", Floats("2, 6", 12)), ("t", Npz.Array("<i8", "2, 3", -1L, -1, -1, -1, 1, -1)));
        _gate.Prepare($"{FedBack}, steps: 2 }}", "only: present", "labels: t").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("<f4", "accuracyDrop", "accuracy", "are of float32, one for every value, and so the targets of a regression")]
    [InlineData("<f4", "loss", "cross entropy", "are of float32, one for every value, and so the targets of a regression")]
    [InlineData("<i4", "accuracy", "accuracy", "are whole numbers other than 0 and 1, one for every value, and so the targets of a regression")]
    public void FiguresThatLabelsDoNotHaveAreFoundAtOnce(string type, string key, string figure, string found)
    {
        _gate.Write(("x", Floats("2, 6", 12)), ("t", type == "<f4" ? Floats("2, 3", 6) : Npz.Array("<i4", "2, 3", 3, 4, 5, 6, 7, 8)));
        _gate.Mistake($"{FedBack}, steps: 2 }}", "labels: t", $"{key}: 0.5").ShouldStartWith(
            FormattableString.Invariant($"(6,{key.Length + 7}) CT1511: the labels \"t\" {found}, which has no {figure}; "));
    }

    [Fact]
    public void ErrorsOfClassesAreFoundAtOnce()
    {
        _gate.Write(("x", Floats("2, 6", 12)), ("t", Npz.Array("<i4", "2, 3", 0, 1, 1, 0, 1, 0)));
        _gate.Mistake($"{FedBack}, steps: 2 }}", "only: present", "labels: t", "rmse: 1").ShouldStartWith(
            "(7,11) CT1511: the labels \"t\" are classes, which have no root mean squared error; ");
    }

    [Theory]
    [InlineData("only: [ y, z ]", "(5,16) CT1516: no output matches \"z\"")]
    [InlineData("except: z", "(5,13) CT1516: no output matches \"z\"")]
    [InlineData("each: { y: { r2: 0.5 }, z: { r2: 0.5 } }", "(5,29) CT1516: no output matches \"z\"")]
    [InlineData("labels: { array: t, output: z }", "(5,33) CT1518: labels are of the output \"z\", which is none of those compared")]
    [InlineData("except: '*'", "(5,13) CT1511: \"except\" leaves out all outputs of m.onnx that could be compared: \"y\", \"sum_out\", \"present\"; leave at least one")]
    public void OutputsThatTheSpecNamesHaveTheirPlace(string line, string expected)
    {
        _gate.Write(("x", Floats("2, 6", 12)));
        _gate.Mistake($"{FedBack}, steps: 2 }}", line).ShouldStartWith(expected);
    }

    [Theory]
    [InlineData("only: copy", "\"only\" names no output of m.onnx that can be compared: \"copy\" is a copy of an input; name another")]
    [InlineData("logits: true", "the outputs of m.onnx are copies of its inputs: \"copy\", so there is nothing to compare; remove gate.outputs")]
    public void NothingToCompareSaysWhy(string line, string expected)
    {
        var model = Graphs.Model([("x", [-1, 3])], [("copy", ElementType.Float)], [Graphs.Matrix("w", 3, 3, i => i)], "Identity x -> copy");
        using var gate = new GateOnSequences(model.ToByteArray());
        gate.Mistake("samples: { random: {} }", line).ShouldEndWith(expected);
    }

    [Fact]
    public void ThresholdsOfAnOutputThatIsLeftOutAreFoundAtOnce()
    {
        _gate.Write(("x", Floats("2, 6", 12)));
        _gate.Mistake($"{FedBack}, steps: 2 }}", "only: y", "each: { sum_out: { r2: 0.5 } }").ShouldBe(
            "(6,13) CT1516: \"each\" has thresholds of \"sum_out\", which is not compared: left out by the spec; add it to \"only\", or remove the thresholds");
        _gate.Mistake($"{FedBack}, steps: 2 }}", "except: sum_*", "each: { 'sum*': { r2: 0.5 } }").ShouldBe(
            "(6,13) CT1516: \"each\" has thresholds of \"sum_out\", which is not compared: left out by the spec; remove it from \"except\", or remove the thresholds");
    }
}
