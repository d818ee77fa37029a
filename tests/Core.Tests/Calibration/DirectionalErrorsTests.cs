using CompressTasks.Calibration;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Diagnostics;
using CompressTasks.Gradients;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Spec;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Core.Tests.Calibration;

/// <summary>
/// Against central differences of models with one number as output: there the square of the derivative does not hang on the sign of the cotangent.
/// </summary>
public sealed class DirectionalErrorsTests : IDisposable
{
    private const float Difference = 1 / 64f;
    private static readonly SourceLocation _at = new("compress.yml", 1, 1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Shapes of x and w, and the nodes from them to h.</summary>
    [Theory]
    [InlineData(17, "2,3", "3,4", "MatMul x,w -> h")]
    [InlineData(17, "3,4", "2,3", "MatMul w,x -> h")]
    [InlineData(17, "2,3", "4,3", "Transpose w -> t", "MatMul x,t -> h")]
    [InlineData(17, "2,3", "3,4", "Gemm x,w -> h")]
    [InlineData(9, "2,3", "3,4", "Gemm x,w,b4 -> h")]
    [InlineData(17, "2,3", "4", "Gemm x,m34,w -> h")]
    [InlineData(8, "2,3", "3", "Add x,w -> h")]
    [InlineData(17, "2,3", "1,3", "Sub x,w -> h")]
    [InlineData(17, "2,3", "2,1", "Mul x,w -> h")]
    [InlineData(17, "1,2,5,4", "3,2,2,3", "Conv x,w -> h")]
    [InlineData(17, "1,2,5,4", "3,2,2,3", "Conv x,w,b3 -> h")]
    [InlineData(17, "1,3,5,4", "3,2,2,3", "ConvTranspose x,w -> h")]
    [InlineData(17, "3,1", "5,2", "Gather w,i -> g", "Mul g,x -> h")]
    [InlineData(17, "2,3", "3,4", "MatMul x,w -> p", "Tanh p -> q", "Transpose w -> t", "MatMul q,t -> h")]
    public void ErrorsOfOutputsAreWhatDifferencesTend(int opset, string input, string weight, params string[] nodes)
    {
        long[] shape = Shape(weight);
        var values = Values(shape, 3);
        var error = Values(shape, 4);
        var model = Graphs.Model([("x", Shape(input))], [("y", ElementType.Float)],
            [Tensor("b4", Values([4], 1)), Tensor("b3", Values([3], 1)), Tensor("m34", Values([3, 4], 2), 3, 4), Tensor("w", values, shape)],
            [.. nodes, "Tanh h -> s", "ReduceMean s -> y"]);
        model.Graph.Initializer.Add(new TensorProto { Name = "i", DataType = (int)ElementType.Int64, Dims = { 3 }, Int64Data = { 4, 0, 4 } });
        model.OpsetImport[0].Version = opset;
        float[][] samples = [Values(Shape(input), 5), Values(Shape(input), 6)];

        var expected = samples.Sum(sample =>
        {
            var derivative = (Run(model, Shape(input), sample, values.Zip(error, (v, e) => v + (Difference * e)))
                - Run(model, Shape(input), sample, values.Zip(error, (v, e) => v - (Difference * e)))) / (2 * Difference);
            return derivative * derivative / 4;
        });
        var found = Measure(model, ["w"], samples, Shape(input), error, total: 4).ShouldHaveSingleItem();
        found.Key.ShouldBe("w");
        found.Value.ShouldBe(expected, 0.01 * expected);
    }

    [Fact]
    public void WhatIsNotLinearInItsWeightIsNotKnown()
    {
        var model = Graphs.Model([("x", [2, 3])], [("y", ElementType.Float)], [Tensor("w", Values([3, 3], 1), 3, 3)],
            "Tanh w -> t", "MatMul x,t -> h", "ReduceMean h -> y");
        Measure(model, ["w"], [Values([2, 3], 1)], [2, 3], Values([3, 3], 2), total: 1).ShouldBeEmpty();
    }

    [Fact]
    public void AWeightThatIsMultipliedByItselfIsNotKnown()
    {
        var model = Graphs.Model([("x", [3, 3])], [("y", ElementType.Float)], [Tensor("w", Values([3, 3], 1), 3, 3)],
            "MatMul w,w -> t", "MatMul x,t -> h", "ReduceMean h -> y");
        Measure(model, ["w"], [Values([3, 3], 1)], [3, 3], Values([3, 3], 2), total: 1).ShouldBeEmpty();
    }

    private IReadOnlyDictionary<string, double> Measure(
        ModelProto model, string[] weights, float[][] samples, long[] shape, float[] error, double total)
    {
        var bytes = model.ToByteArray();
        var path = _folder.Write("m.onnx", bytes);
        var gate = new OutputGateSpec(new FileSamplesSpec("s.npz", _at), null, null, null, Logits: false, _at);
        var backward = new BackwardModel(new ModelPaths(new ObservedModel(model, path, () => ModelRunner.Open(path, "m.onnx", gate))), ["y"], default);
        var dims = model.Graph.Initializer.Single(tensor => tensor.Name == "w").Dims.ToArray();
        var shares = new List<double>();
        var found = new DirectionalErrors(backward, threads: 2, default).Measure([.. weights.Select(weight => (weight, (IReadOnlyList<long>)dims))],
            [.. samples.Select(sample => SampleSequence.Of([new TensorValue("x", ElementType.Float, shape, Build.Bytes(sample))]))], [total],
            (_, values) => error.CopyTo(values), shares.Add);
        shares.ShouldBe(shares.Order());
        shares.LastOrDefault(1).ShouldBe(1);
        backward.Restore();
        File.ReadAllBytes(path).ShouldBe(bytes);
        return found;
    }

    private static double Run(ModelProto model, long[] shape, float[] sample, IEnumerable<float> weight)
    {
        var changed = model.Clone();
        changed.Graph.Initializer.Single(tensor => tensor.Name == "w").RawData = ByteString.CopyFrom(Build.Bytes([.. weight]));
        using var session = new InferenceSession(changed.ToByteArray());
        using var value = OrtValue.CreateTensorValueFromMemory(sample, shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, ["x"], [value], ["y"]);
        return outputs[0].GetTensorDataAsSpan<float>()[0];
    }

    private static TensorProto Tensor(string name, float[] values, params long[] shape)
    {
        var tensor = Build.Raw(name, values);
        tensor.Dims.Clear();
        tensor.Dims.AddRange(shape.Length == 0 ? [values.Length] : shape);
        return tensor;
    }

    private static long[] Shape(string text) => [.. text.Split(',').Select(long.Parse)];

    private static float[] Values(long[] shape, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)GradientWriter.Elements(shape)).Select(_ => random.NextSingle() - 0.5f)];
    }
}
