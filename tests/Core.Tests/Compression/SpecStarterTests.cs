using CompressTasks.Compression.Starting;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>What <c>init</c> writes.</summary>
public sealed class SpecStarterTests : IDisposable
{
    private static readonly byte[] _samples = Npz.Array("<f4", "3, 256", [.. Enumerable.Range(0, 3 * 256).Select(i => MathF.Cos(i))]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The first length that the model takes is the third that is tried.</summary>
    [Fact]
    public void RandomSamplesHaveTheShapeThatRuns()
    {
        var (spec, remarks) = Start(Linear(256));
        var gate = spec.Gate!.Outputs!.Samples.ShouldBeOfType<RandomSamplesSpec>();
        gate.Shapes.ShouldHaveSingleItem().Shape.ShouldBe([1L, 256L]);
        spec.Search.ShouldBeNull();
        (spec.Gate.R2!.Value, spec.Gate.WeightR2!.Value, spec.Gate.Outputs.R2!.Value).ShouldBe((0.999, 0.999, 0.5));
        remarks.ShouldContain("on random inputs");
        remarks.ShouldContain("The input \"x\" [1, n] was taken as [1, 256]");
    }

    [Fact]
    public void WhereNothingRunsWeightsAreHeldToMoreAndTheReasonIsSaid()
    {
        var (spec, remarks) = Start(Linear(300));
        spec.Gate!.Outputs.ShouldBeNull();
        (spec.Gate.R2!.Value, spec.Gate.WeightR2!.Value).ShouldBe((0.999, 0.999));
        remarks.ShouldContain("Outputs are not compared");
        remarks.ShouldContain("Open axes were tried with 16, 512");
        Start(Linear(256), "there is no ONNX Runtime").Remarks.ShouldContain("there is no ONNX Runtime");
    }

    [Fact]
    public void SamplesBesideTheModelAreUsedAndASecondSetCalibrates()
    {
        _folder.Write("samples-b.npz", Npz.File(("x", _samples)));
        var (spec, remarks) = Start(Linear(256));
        spec.Gate!.Outputs!.Samples.ShouldBeOfType<FileSamplesSpec>().Pattern.ShouldBe("samples-b.npz");
        (spec.Search!.Target.Calibration, spec.Search.Floor).ShouldBe((null, null));
        remarks.ShouldContain("weights coded against the same");

        _folder.Write("m.npz", Npz.File(("x", _samples)));
        _folder.Write("samples-a.npz", Npz.File(("y", _samples)));
        (spec, remarks) = Start(Linear(256));
        spec.Gate!.Outputs!.Samples.ShouldBeOfType<FileSamplesSpec>().Pattern.ShouldBe("m.npz");
        spec.Search!.Target.Calibration.ShouldBeOfType<FileSamplesSpec>().Pattern.ShouldBe("samples-b.npz");
        remarks.ShouldContain("samples-a.npz is not used: ");
    }

    [Fact]
    public void FilesNamedForValidationJudgeAndThoseForCalibrationCalibrate()
    {
        var samples = Npz.File(("x", _samples));
        _folder.Write("calibration.npz", samples);
        var (spec, remarks) = Start(Linear(256));
        spec.Gate!.Outputs!.Samples.ShouldBeOfType<RandomSamplesSpec>();
        remarks.ShouldContain("calibration.npz is not used: by its name it is for calibration, and there are no samples to judge by.");

        _folder.Write("validation-1.npz", samples);
        _folder.Write("validation-2.npz", samples);
        Pair().ShouldBe(("validation-1.npz", "calibration.npz"));

        // Samples are for both; what has a purpose goes first.
        _folder.Write("m.npz", samples);
        Pair().ShouldBe(("validation-1.npz", "calibration.npz"));
        File.Delete(_folder["calibration.npz"]);
        Pair().ShouldBe(("validation-1.npz", "m.npz"));
        File.Delete(_folder["m.npz"]);
        Pair().ShouldBe(("validation-1.npz", null));

        (string, string?) Pair()
        {
            var (started, _) = Start(Linear(256));
            return (((FileSamplesSpec)started.Gate!.Outputs!.Samples).Pattern, ((FileSamplesSpec?)started.Search!.Target.Calibration)?.Pattern);
        }
    }

    [Fact]
    public void IntegerWeightsAreSaidToBeCarriedExactly()
    {
        var model = ModelProto.Parser.ParseFrom(Linear(16));
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "q",
            DataType = (int)ElementType.Int8,
            Dims = { 100_000 },
            RawData = ByteString.CopyFrom(new byte[100_000]),
        });
        // Of 100,000 + 16·20·4 bytes.
        var (spec, remarks) = Start(model.ToByteArray());
        remarks.ShouldContain("100.0 kB of the weights' 101.3 kB are integers");
        remarks.ShouldContain("No floating-point weight has 1024 values or more");
        spec.Rules.ShouldBeEmpty();
    }

    [NpmFact]
    public void AStateIsFedBack()
    {
        foreach (var (path, fed) in (IEnumerable<(string, string[])>)[(NpmModels.SileroV5, ["state"]), (NpmModels.SileroV4, ["h", "c"])])
        {
            using var model = OnnxModel.Open(path);
            var started = SpecStarter.Start(model, _folder["compress.yml"], schema: null, hindrance: null);
            var samples = CompressionSpec.Parse(started.Text, "compress.yml").Gate!.Outputs!.Samples;
            samples.Sequence!.Feedback.Select(pair => pair.Input).ShouldBe(fed);
            started.Remarks.ShouldContain(remark => remark.Contains("feedback makes the samples sequences", StringComparison.Ordinal));
        }
    }

    private (CompressionSpec Spec, string Remarks) Start(byte[] bytes, string? hindrance = null)
    {
        _folder.Write("m.onnx", bytes);
        using var model = OnnxModel.Open(_folder["m.onnx"]);
        var started = SpecStarter.Start(model, _folder["compress.yml"], schema: null, hindrance);
        return (CompressionSpec.Parse(started.Text, _folder["compress.yml"]), string.Join('\n', started.Remarks));
    }

    private static byte[] Linear(int rows) => Graphs.Model(
        [("x", [1, -1])], [("y", ElementType.Float)], [Graphs.Matrix("w", rows, 20, i => MathF.Sin(i * i))], "MatMul x,w -> y").ToByteArray();
}
