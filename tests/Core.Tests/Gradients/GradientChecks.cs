using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Gradients;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Core.Tests.Gradients;

/// <summary>A backward graph against central differences, both by ONNX Runtime.</summary>
internal static class GradientChecks
{
    /// <summary>Compares the gradients of Σ cotangent · output.</summary>
    /// <param name="graph">The model; inputs and outputs are of float32.</param>
    /// <param name="opset">Of its operators.</param>
    /// <param name="inputs">What it is fed.</param>
    /// <param name="varied">The inputs whose gradients are compared.</param>
    /// <param name="outputs">The outputs that count.</param>
    /// <param name="difference">How far an input's value is moved either way.</param>
    public static void Check(
        GraphProto graph, int opset, IReadOnlyList<(string Name, long[] Shape, float[] Values)> inputs, IReadOnlyList<string> varied,
        IReadOnlyList<string> outputs, float difference)
    {
        var model = Build.Model(graph);
        model.OpsetImport[0].Version = opset;
        var gradients = new GradientGraph(model, varied, outputs);
        using var session = Open(model, gradients.Shapes());
        var values = inputs.Select(input => Value(input.Shape, input.Values)).ToList();
        string[] names = [.. inputs.Select(input => input.Name)];
        using var run = new RunOptions();
        var shapes = new Dictionary<string, IReadOnlyList<long>>();
        using (var found = session.Run(run, names, values, [.. gradients.Tensors.Select(GradientGraph.ShapeOf)]))
        {
            foreach (var (tensor, shape) in gradients.Tensors.Zip(found))
                shapes[tensor] = shape.GetTensorDataAsSpan<long>().ToArray();
        }

        var (addition, byTensor) = gradients.Build(shapes);
        byTensor.Keys.ShouldBe(varied, ignoreOrder: true);
        var cotangents = outputs.Select((output, index) => (Name: GradientGraph.CotangentOf(output), Shape: shapes[output].ToArray(),
            Values: OperatorGradientTests.Numbers([.. shapes[output]], 7 + index, isPositive: false))).ToList();
        using var backward = Open(model, addition);
        using var computed = backward.Run(run, [.. names, .. cotangents.Select(cotangent => cotangent.Name)],
            [.. values, .. cotangents.Select(cotangent => Value(cotangent.Shape, cotangent.Values))], [.. varied.Select(name => byTensor[name])]);
        foreach (var (name, gradient) in varied.Zip(computed))
        {
            var (_, shape, of) = inputs.Single(input => input.Name == name);
            gradient.GetTensorTypeAndShape().Shape.ShouldBe(shape);
            var found = gradient.GetTensorDataAsSpan<float>().ToArray();
            var data = values[Array.IndexOf(names, name)].GetTensorMutableDataAsSpan<float>();
            for (var i = 0; i < of.Length; i++)
            {
                data[i] = of[i] + difference;
                var above = Sum();
                data[i] = of[i] - difference;
                var below = Sum();
                data[i] = of[i];
                var expected = (above - below) / (2 * difference);
                ((double)found[i]).ShouldBe(expected, 2e-3 * (1 + Math.Abs(expected)), $"{name}[{i}]");
            }
        }

        values.ForEach(value => value.Dispose());

        double Sum()
        {
            using var found = session.Run(run, names, values, outputs);
            return found.Zip(cotangents).Sum(pair => pair.First.GetTensorDataAsSpan<float>().ToArray().Zip(pair.Second.Values)
                .Sum(both => (double)both.First * both.Second));
        }
    }

    private static InferenceSession Open(ModelProto model, GraphProto addition)
    {
        var whole = model.Clone();
        whole.Graph.MergeFrom(addition);
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 1 };
        return new InferenceSession(whole.ToByteArray(), options);
    }

    private static OrtValue Value(long[] shape, float[] values) =>
        OrtValue.CreateTensorValueFromMemory((float[])values.Clone(), shape);
}
