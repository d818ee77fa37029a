using CompressTasks.Calibration;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Calibration;

public sealed class GradientCollectorTests : IDisposable
{
    private static readonly SourceLocation _at = new("compress.yml", 1, 1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// y = relu(x · w) · v with one output: whatever the sign of the cotangent, the gradient of x · w in a row is ±v where it is above zero, over the
    /// root of the outputs' sum of squares.
    /// </summary>
    [Theory]
    [InlineData(1, 1L << 30)]
    [InlineData(3, 1L << 30)]
    [InlineData(2, 1)]
    public void MomentsAreThoseOfTheGradientsOfALayersOutputs(int threads, long memory)
    {
        var random = new Random(1);
        var model = Graphs.Model([("x", [-1, 3])], [("y", ElementType.Float)],
            [Graphs.Matrix("w", 3, 4, _ => random.NextSingle() - 0.5f), Graphs.Matrix("v", 4, 1, _ => random.NextSingle() - 0.5f)],
            "MatMul x,w -> h", "Relu h -> r", "MatMul r,v -> y");
        float[][] samples = [[.. Random(random, 15)], [.. Random(random, 15)], [.. Random(random, 6)]];
        var collected = Collect(model, [("w", [3, 4]), ("v", [4, 1])], samples, threads, memory);

        collected.Keys.ShouldBe(["v", "w"], ignoreOrder: true);
        var (w, v) = (Floats(model, "w"), Floats(model, "v"));
        var outputs = Rows(samples[0]).Select(x => Hidden(x).Select((h, m) => Math.Max(h, 0) * v[m]).Sum()).ToArray();
        var total = outputs.Sum(y => Math.Pow(y - outputs.Average(), 2));
        var expected = new double[4, 4];
        foreach (var h in samples.SelectMany(Rows).Select(Hidden))
        {
            for (var i = 0; i < 16; i++)
                expected[i / 4, i % 4] += h[i / 4] > 0 && h[i % 4] > 0 ? 4 * v[i / 4] * v[i % 4] / total : 0;
        }

        var found = collected["w"].TakeMatrices().ShouldHaveSingleItem();
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j <= i; j++)
                found[(i * 4) + j].ShouldBe(expected[i, j], 1e-5 * (1 + Math.Abs(expected[i, j])));
        }

        // Four cotangents on each of twelve rows.
        collected["v"].Finish()[0][0].ShouldBe(48 / total, 1e-4 / total);

        double[] Hidden(float[] x) => [.. Enumerable.Range(0, 4).Select(m => (double)x.Select((value, k) => value * w[(k * 4) + m]).Sum())];
    }

    [Fact]
    public void LayersBeforeAnOperatorWithoutAGradientHaveNone()
    {
        var model = Graphs.Model([("x", [-1, 4])], [("y", ElementType.Float)],
            [Graphs.Matrix("w", 4, 4, i => (i % 5) - 2), Graphs.Matrix("v", 4, 4, i => (i % 7) - 3)],
            "MatMul x,w -> h", "Mish h -> r", "MatMul r,v -> y");
        model.OpsetImport[0].Version = 18;
        Collect(model, [("w", [4, 4]), ("v", [4, 4])], [[.. Random(new Random(2), 8)]], 1, 1 << 20, columns: 4).Keys.ShouldBe(["v"]);
    }

    /// <summary>Afterwards the file is what it was.</summary>
    private IReadOnlyDictionary<string, SecondMoments> Collect(
        ModelProto model, (string Name, IReadOnlyList<long> Shape)[] weights, float[][] samples, int threads, long memory, int columns = 3)
    {
        var bytes = model.ToByteArray();
        var path = _folder.Write("m.onnx", bytes);
        var gate = new OutputGateSpec(new FileSamplesSpec("s.npz", _at), null, null, null, Logits: false, _at);
        using var file = new CouplingFile();
        var paths = new ModelPaths(new ObservedModel(model, path, () => ModelRunner.Open(path, "m.onnx", gate)));
        var backward = new BackwardModel(paths, ["y"], default);
        var collector = new GradientCollector(backward, new MomentLimits(memory, 4096, 16, threads), file, default);
        var collected = collector.Collect(paths.Uses(weights), [.. samples.Select(sample => SampleSequence.Of(
            [new TensorValue("x", ElementType.Float, [sample.Length / columns, columns], Onnx.Build.Bytes(sample))]))], _ => { });
        backward.Restore();
        File.ReadAllBytes(path).ShouldBe(bytes);
        return collected.ToDictionary(pair => pair.Key, pair => pair.Value.Unpack());
    }

    private static IEnumerable<float[]> Rows(float[] sample) => sample.Chunk(3);

    private static IEnumerable<float> Random(Random random, int count) => Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1);

    private static float[] Floats(ModelProto model, string name) =>
        [.. model.Graph.Initializer.Single(tensor => tensor.Name == name).RawData.ToByteArray().Chunk(4)
            .Select(bytes => BitConverter.ToSingle(bytes))];
}
