using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Outputs;

public sealed class ReferenceRunsTests : IDisposable
{
    private static readonly SourceLocation _at = new("compress.yml", 1, 1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// 200 samples of 40 bytes: one run of 1, three of 64 and one of 7. However many of these are kept, the comparison is that of all.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5_000)]
    [InlineData(1 << 20)]
    public void WhatIsNotKeptIsComputedAgain(long mostKept)
    {
        using var original = Open("a.onnx", 1);
        using var other = Open("b.onnx", 2);
        float[] x = [.. Enumerable.Range(0, 200 * 10).Select(i => MathF.Sin(i))];
        _folder.Write("s.npz", Npz.File(("x", Npz.Array("<f4", "200, 10", x))));
        var samples = NpzSamples.Open(new("s.npz", _at), Path.GetDirectoryName(_folder["s.npz"])!, original.Model.Inputs);

        var expected = OutputComparison.Run(original, other, samples, logits: false, isParallel: false, CancellationToken.None).Outputs.ShouldHaveSingleItem()
            .Summary;
        expected.R2!.Value.ShouldBeLessThan(0.9);
        expected.Values.ShouldBe(200 * 3);
        var runs = ReferenceRuns.Of(original, samples, CancellationToken.None, mostKept);
        runs.Compare(other, logits: false, threads: 1, CancellationToken.None).Outputs.ShouldHaveSingleItem().Summary.ShouldBe(expected);
        runs.Compare(other, logits: false, threads: 3, CancellationToken.None).Outputs.ShouldHaveSingleItem().Summary.ShouldBe(expected);
    }

    private OutputRunner Open(string name, int seed)
    {
        var random = new Random(seed);
        var weights = Graphs.Matrix("w", 10, 3, _ => random.NextSingle() - 0.5f);
        var path = _folder.Write(name, Graphs.Model([("x", [-1, 10])], [("y", ElementType.Float)], [weights], "MatMul x,w -> y").ToByteArray());
        var gate = new OutputGateSpec(new FileSamplesSpec("s.npz", _at), null, null, null, Logits: false, _at);
        var model = ModelRunner.Open(path, name, gate);
        return new(model, ComparedOutputs.Of(gate, model, new Dictionary<string, IReadOnlyList<InputCopy>>()));
    }
}
