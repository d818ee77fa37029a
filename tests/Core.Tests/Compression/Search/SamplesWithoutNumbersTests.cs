using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Core.Tests.Runtime;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Core.Tests.Compression.Search;

/// <summary>One NaN among the samples of a search made every weight look as if it must be exact.</summary>
public sealed class SamplesWithoutNumbersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SamplesWithoutNumbersTests()
    {
        var graph = RunnableModel.Operation("MatMul", RunnableModel.Matrix("w", RunnableModel.Inputs, RunnableModel.OutputSize, 1));
        _folder.Write("m.onnx", Build.Model(graph));
        Write("good.npz");
        Write("nan.npz", at: (2 * RunnableModel.Inputs) + 5);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("for: outputs, calibration: nan.npz", "good.npz", 2)]
    [InlineData("for: outputs", "nan.npz", 3)]
    public void AreAnErrorThatNamesTheSample(string stage, string samples, int line)
    {
        var error = Should.Throw<CompressException>(() => SpecRun.Compress(_folder,
            $"models: [ m.onnx ]\nrules: [ {{ weights: '**', stack: [ quantize: {{ {stage} }} ] }} ]\n"
                + $"gate: {{ outputs: {{ samples: {samples}, r2: 0.9 }} }}"));
        var diagnostic = error.Diagnostics.ShouldHaveSingleItem();
        (diagnostic.Code, diagnostic.Location!.Line).ShouldBe(("CT4033", line));
        diagnostic.Message.ShouldContain("the input \"x\" has NaN in sample 3 of \"nan.npz\"");
    }

    [Fact]
    public void OfTheGateAreAnErrorBeforeAnythingIsCoded()
    {
        var phases = new List<CompressionPhase>();
        var error = Should.Throw<CompressException>(() => Compress("good.npz", "nan.npz", phases.Add)).Diagnostics.ShouldHaveSingleItem();
        (error.Code, error.Location!.Line).ShouldBe(("CT4033", 3));
        error.Message.ShouldContain("the original computes NaN for the output \"y\" in sample 3 of \"nan.npz\"");
        phases.ShouldNotContain(CompressionPhase.Preparing);
    }

    [Fact]
    public void OfTheCalibrationAreAnErrorBeforeAnythingIsCoded()
    {
        var phases = new List<CompressionPhase>();
        Should.Throw<CompressException>(() => Compress("nan.npz", "good.npz", phases.Add)).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT4033");
        phases.ShouldNotContain(CompressionPhase.Preparing);
    }

    /// <summary>The square of 1e30 is ∞ in single precision, and ∞ − ∞ is no number.</summary>
    [Fact]
    public void NumbersOfWhichTheOriginalMakesNoneAreSaidBeforeTheSearch()
    {
        var phases = new List<CompressionPhase>();
        _folder.Write("m.onnx", Graphs.Model([("x", [1, RunnableModel.Inputs])], [("y", ElementType.Float)], [Weight()],
            "MatMul x,w -> p", "Mul x,x -> square", "Sub square,square -> nothing", "ReduceSum nothing -> none", "Add p,none -> y"));
        Write("large.npz", at: (4 * RunnableModel.Inputs) + 1, value: 1e30f);
        var error = Should.Throw<CompressException>(() => Compress("good.npz", "large.npz", phases.Add)).Diagnostics.ShouldHaveSingleItem();
        (error.Code, error.Location!.Line).ShouldBe(("CT4033", 3));
        error.Message.ShouldContain("the original computes NaN for the output \"y\" in sample 5 of \"large.npz\"");
        phases.ShouldNotContain(CompressionPhase.Searching);
    }

    /// <summary>The fifth sample is none of those that judge, the fourth of each four.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(", activations: static")]
    [InlineData(", activations: none")]
    public void NumbersOfWhichTheOriginalMakesNoneAreSaidBeforeWeightsAreRounded(string options)
    {
        _folder.Write("m.onnx", Graphs.Model([("x", [1, RunnableModel.Inputs])], [("y", ElementType.Float)], [Weight()],
            "MatMul x,w -> p", "Mul x,x -> square", "Sub square,square -> nothing", "ReduceSum nothing -> none", "Add p,none -> y"));
        Write("large.npz", at: (4 * RunnableModel.Inputs) + 1, value: 1e30f);
        var error = Should.Throw<CompressException>(() => SpecRun.Compress(_folder,
            $"models: [ m.onnx ]\nrules: [ {{ weights: '**', minElements: 1, stack: [ integer: {{ calibration: large.npz{options} }} ] }} ]\n"
                + "gate: { outputs: { samples: good.npz, r2: 0.9 } }")).Diagnostics.ShouldHaveSingleItem();
        (error.Code, error.Location!.Line).ShouldBe(("CT4033", 2));
        error.Message.ShouldContain("the original computes NaN for the output \"y\" in sample 5 of \"large.npz\"");
    }

    /// <summary>Of inputs that are all zero nearly any model makes what the original does.</summary>
    [Theory]
    [InlineData("quantize: { bits: 1 }")]
    [InlineData("quantize: { for: outputs, calibration: good.npz }")]
    [InlineData("integer: { bits: 5 }")]
    public void ThatShowNothingAreWarnedOf(string stage)
    {
        _folder.Write("zero.npz", Npz.File(("x", Npz.Array("<f4", $"8, 1, {RunnableModel.Inputs}", new float[8 * RunnableModel.Inputs]))));
        var outcome = SpecRun.Compress(_folder,
            $"models: [ m.onnx ]\nrules: [ {{ weights: '**', stack: [ {stage} ] }} ]\ngate: {{ outputs: {{ samples: zero.npz, r2: 0.9 }} }}");
        var warning = outcome.Diagnostics.Single(diagnostic => diagnostic.Code == "CT4038");
        (warning.Severity, warning.Location!.Line).ShouldBe((Severity.Warning, 3));
        warning.Message.ShouldContain("the same number everywhere on the gate's samples (y)");
    }

    [Theory]
    [InlineData("quantize: { for: outputs, calibration: good.npz }")]
    [InlineData("integer: { calibration: good.npz }")]
    public void AreNotToBlameForAWeightThatIsNone(string stage)
    {
        var broken = Build.Raw("broken", [1, float.NaN]);
        _folder.Write("m.onnx", Graphs.Model([("x", [1, RunnableModel.Inputs])], [("y", ElementType.Float)], [Weight(), broken],
            "MatMul x,w -> p", "ReduceSum broken -> none", "Add p,none -> y"));
        var error = Should.Throw<CompressException>(() => SpecRun.Compress(_folder,
            $"models: [ m.onnx ]\nrules: [ {{ weights: w, stack: [ {stage} ] }} ]\ngate: {{ outputs: {{ samples: good.npz, r2: 0.9 }} }}"))
            .Diagnostics.ShouldHaveSingleItem();
        (error.Code, error.Location!.Line).ShouldBe(("CT4033", stage.StartsWith('q') ? 3 : 2));
        error.Message.ShouldContain("its weight \"broken\" has NaN");
    }

    /// <summary>A model may take NaN for a value that is missing: then its outputs are what counts.</summary>
    [Fact]
    public void AreLegalInTheGateWhereTheModelComputesNumbers()
    {
        var zero = Build.Raw("zero", 0);
        _folder.Write("m.onnx", Graphs.Model([("x", [1, RunnableModel.Inputs])], [("y", ElementType.Float)], [Weight(), zero],
            "IsNaN x -> missing", "Where missing,zero,x -> known", "MatMul known,w -> y"));
        Compress("good.npz", "nan.npz").Accepted.ShouldBeTrue();
    }

    private CompressionOutcome Compress(string calibration, string gate, Action<CompressionPhase>? begun = null) => SpecRun.Compress(_folder,
        $"models: [ m.onnx ]\nrules: [ {{ weights: '**', stack: [ quantize: {{ for: outputs, calibration: {calibration} }} ] }} ]\n"
            + $"gate: {{ outputs: {{ samples: {gate}, r2: 0.9 }} }}", progress: new Phases(begun ?? (_ => { })));

    private static TensorProto Weight() => RunnableModel.Matrix("w", RunnableModel.Inputs, RunnableModel.OutputSize, 1);

    private sealed class Phases(Action<CompressionPhase> begun) : IProgress<CompressionProgress>
    {
        void IProgress<CompressionProgress>.Report(CompressionProgress value) => begun(value.Phase);
    }

    private void Write(string name, int? at = null, float value = float.NaN)
    {
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, 8 * RunnableModel.Inputs).Select(i => i == at ? value : (float)random.NextDouble())];
        _folder.Write(name, Npz.File(("x", Npz.Array("<f4", $"8, 1, {RunnableModel.Inputs}", values))));
    }
}
