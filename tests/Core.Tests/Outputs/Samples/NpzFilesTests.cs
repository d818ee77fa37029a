using System.Runtime.InteropServices;
using CompressTasks.Core.Tests.Outputs.Sequences;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Spec;
using static CompressTasks.Core.Tests.Outputs.Samples.SampleErrors;

namespace CompressTasks.Core.Tests.Outputs.Samples;

/// <summary>A glob of archives as samples.</summary>
public sealed class NpzFilesTests : IDisposable
{
    private static readonly ModelInput[] _inputs = [new("x", ElementType.Float, [-1, 1], ["", ""])];

    private readonly TemporaryFolder _folder = new();

    public NpzFilesTests() => _folder.Write("m.onnx", SequenceModel.Bytes());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheFilesComeInTheOrdinalOrderOfTheirPaths()
    {
        Write("speech-b.npz", Npz.Array("<f4", "1, 1", 3f));
        Write("speech-B.npz", Npz.Array("<f4", "2, 1", 1f, 2));
        Write("sub/speech-c.npz", Npz.Array("<f4", "1, 1", 4f));
        Write("other.npz", Npz.Array("<f4", "1, 1", 5f));
        var samples = Open("speech-*.npz");
        samples.Files.ShouldBe([_folder["speech-B.npz"], _folder["speech-b.npz"]]);
        (samples.Summary.Kind, samples.Summary.Path, samples.Summary.Count).ShouldBe(("npz", "speech-*.npz", 3));
        samples.Read(() => 9).Select(run => Floats(OneRun.Inputs(run)[0])).ShouldBe([[1, 2], [3]]);
        Open("**/speech-*.npz").Summary.Count.ShouldBe(4);
    }

    [Fact]
    public void TheHashIsOfTheFilesOneAfterTheOther()
    {
        Write("a-1.npz", Npz.Array("<f4", "1, 1", 1f));
        Write("a-2.npz", Npz.Array("<f4", "1, 1", 2f));
        byte[] both = [.. File.ReadAllBytes(_folder["a-1.npz"]), .. File.ReadAllBytes(_folder["a-2.npz"])];
        Open("a-*.npz").Summary.Sha256.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(both)));
    }

    [Fact]
    public void SequencesMayDifferInLength()
    {
        // [sequences, steps, batch, time]: one of two steps, two of three, one of one, which alone would be no sequence.
        Write("s-1.npz", Npz.Array("<f4", "1, 2, 1, 1", 1f, 2));
        Write("s-2.npz", Npz.Array("<f4", "2, 3, 1, 1", 1f, 1, 1, 2, 2, 2));
        Write("s-3.npz", Npz.Array("<f4", "1, 1, 1, 1", 5f));
        var feedback = new SequenceSpec([new("sum_in", "sum_out", At), new("past", "present", At)], [], [], [], At);
        using var model = ModelRunner.Open(_folder["m.onnx"], "m.onnx", new(new FileSamplesSpec("s", At), null, null, null, false, At));
        using var onnx = OnnxModel.Open(_folder["m.onnx"]);
        var samples = SampleSources.Open(new FileSamplesSpec("s-*.npz", At) { Sequence = feedback }, Folder, model.Inputs, model.Outputs, onnx);
        samples.Summary.Count.ShouldBe(4);
        Should.Throw<CompressException>(() => SampleSources.Open(
                new FileSamplesSpec("s-3*.npz", At) { Sequence = feedback }, Folder, model.Inputs, model.Outputs, onnx))
            .Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT1517");
        samples.Read(() => 1).Select(sequence => Rollout.Run(model, sequence, ["y"]).Select(step => Floats(step.Outputs[0])[0]))
            .ShouldBe([[2, 6], [2, 4, 6], [4, 8, 12], [10]]);
    }

    [Fact]
    public void LabelsAreThoseOfTheirFiles()
    {
        Write("a-1.npz", Npz.Array("<f4", "2, 1", 1f, 2), Npz.Array("<i8", "2,", 7L, 8));
        Write("a-2.npz", Npz.Array("<f4", "1, 1", 3f), Npz.Array("<i8", "1,", 9L));
        Open("a-*.npz", new("y", null, At)).Read(() => 9)
            .Select(run => MemoryMarshal.Cast<byte, long>(run.Steps[0].Labels!.Bytes).ToArray()).ShouldBe([[7, 8], [9]]);
    }

    [Fact]
    public void AFileThatDoesNotFitIsNamed()
    {
        Write("a-1.npz", Npz.Array("<f4", "1, 1", 1f));
        Write("a-2.npz", Npz.Array("<f8", "1, 1", 1d));
        Message("CT1506", () => Open("a-*.npz")).ShouldBe("in \"a-2.npz\": the samples of \"x\" are of double, the model wants float32; convert them");
        Message("CT1518", () => Open("a-1*.npz", new("y", null, At))).ShouldStartWith("in \"a-1.npz\": the samples have no array \"y\"");
        _folder.Write("a-3.npz", [1, 2, 3]);
        Message("CT1503", () => Open("a-3*.npz")).ShouldStartWith("the samples in \"a-3.npz\" cannot be read");
    }

    [Fact]
    public void AFileThatTheModelRefusesIsNamed()
    {
        Write("a-1.npz", Npz.Array("<f4", "1, 1", 1f));
        using var model = ModelRunner.Open(_folder["m.onnx"], "m.onnx", new(new FileSamplesSpec("s", At), null, null, null, false, At));
        var gate = new OutputGateSpec(new FileSamplesSpec("a-*.npz", At), null, null, null, false, At);
        var runner = new OutputRunner(model, ComparedOutputs.Of(gate, model, new Dictionary<string, IReadOnlyList<InputCopy>>()));
        var sequence = Open("a-*.npz").Read(() => 1).Single();
        // The other inputs are missing.
        Message("CT1510", () => runner.Run(sequence)).ShouldStartWith("in \"a-1.npz\": ONNX Runtime cannot run m.onnx on the samples");
    }

    [Fact]
    public void AGlobThatFindsNothingSaysWhereItLooked() =>
        Message("CT1502", () => Open("speech/a-*.npz")).ShouldStartWith($"no samples: no file matches \"speech/a-*.npz\"; searched {_folder["speech"]}");

    [Fact]
    public void AFileOfThisVeryNameGoesBeforeWhatItMatches()
    {
        if (OperatingSystem.IsWindows())
            return;
        Write("a-*.npz", Npz.Array("<f4", "1, 1", 1f));
        Write("a-2.npz", Npz.Array("<f4", "1, 1", 2f));
        Open("a-*.npz").Files.ShouldBe([_folder["a-*.npz"]]);
    }

    private string Folder => Path.GetDirectoryName(_folder["x"])!;

    private static float[] Floats(TensorValue value) => MemoryMarshal.Cast<byte, float>(value.Bytes).ToArray();

    private void Write(string name, byte[] x, byte[]? labels = null) =>
        _folder.Write(name, labels is null ? Npz.File(("x", x)) : Npz.File(("x", x), ("y", labels)));

    private ISampleSource Open(string pattern, LabelsSpec? labels = null)
    {
        using var onnx = OnnxModel.Open(_folder["m.onnx"]);
        return SampleSources.Open(new FileSamplesSpec(pattern, At), Folder, _inputs, [], onnx, labels);
    }
}
