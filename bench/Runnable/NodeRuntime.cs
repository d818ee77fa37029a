using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using CompressTasks.Corpus;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompressTasks.Benchmarks.Runnable;

/// <summary>Runs models in Node's ONNX Runtime as well, by <c>eng/run-model.cjs</c>.</summary>
/// <param name="folder">Where <c>npm install onnxruntime-node</c> was said.</param>
internal sealed class NodeRuntime(string folder)
{
    /// <summary>The same kernels, of whichever version npm has, sum up in whichever order they like.</summary>
    private const double Tolerance = 1e-4;

    /// <exception cref="InvalidOperationException">It computes something else than C#'s, or refuses the model.</exception>
    public void Check(string model, IReadOnlyList<TensorValue> inputs)
    {
        using var files = new TemporaryFolder("node");
        var (given, computed) = (Path.Combine(files.FullName, "inputs.json"), Path.Combine(files.FullName, "outputs.json"));
        File.WriteAllText(given, new JsonArray([.. inputs.Select(Json)]).ToJsonString());
        var start = new ProcessStartInfo("node", [Path.Combine(Repository.Root, "eng", "run-model.cjs"), model, given, computed]);
        start.Environment["NODE_PATH"] = Path.Combine(Path.GetFullPath(folder), "node_modules");
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"Node's ONNX Runtime does not run {model}.");
        var found = JsonNode.Parse(File.ReadAllText(computed))!.AsArray();
        var expected = OnnxRuntimeOutputs.Run(model,
            [.. inputs.Select(input => new NamedTensor(input.Name, (TensorElementType)input.Type, [.. input.Shape], input.Bytes))]);
        foreach (var (one, other) in expected.Zip(found))
        {
            var difference = Difference(MemoryMarshal.Cast<byte, float>(one.Bytes),
                MemoryMarshal.Cast<byte, float>(Convert.FromBase64String((string)other!["data"]!)));
            if (!(difference <= Tolerance))
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"{one.Name} of {model}: Node's ONNX Runtime differs by {difference:0.######} of the largest value, not at most {Tolerance}."));
        }
    }

    private static JsonObject Json(TensorValue tensor) => new()
    {
        ["name"] = tensor.Name,
        ["type"] = tensor.Type == ElementType.Int64 ? "int64" : "float32",
        ["dims"] = new JsonArray([.. tensor.Shape.Select(length => JsonValue.Create(length))]),
        ["data"] = Convert.ToBase64String(tensor.Bytes),
    };

    private static double Difference(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        if (expected.Length != found.Length)
            return double.PositiveInfinity;
        var (largest, difference) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            difference = Math.Max(difference, Math.Abs(expected[i] - found[i]));
        }

        return difference / largest;
    }
}
