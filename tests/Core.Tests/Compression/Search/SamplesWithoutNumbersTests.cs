using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Core.Tests.Runtime;
using CompressTasks.Diagnostics;

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
        Write("nan.npz", nanAt: (2 * RunnableModel.Inputs) + 5);
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
        diagnostic.Message.ShouldContain("the input \"x\" has NaN in sample 3");
    }

    private void Write(string name, int? nanAt = null)
    {
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, 8 * RunnableModel.Inputs).Select(i => i == nanAt ? float.NaN : (float)random.NextDouble())];
        _folder.Write(name, Npz.File(("x", Npz.Array("<f4", $"8, 1, {RunnableModel.Inputs}", values))));
    }
}
